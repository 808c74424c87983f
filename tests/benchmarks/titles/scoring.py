"""Scores: what was caught of what should be, and what was hurt of what should not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.benchmarks.titles.detectors import Place
from tests.benchmarks.titles.samples import Kind, Sample, Sort, Span, telling

Key = tuple[Kind, str]


class Miss(NamedTuple):
    """A mention that was not caught whole."""

    span: Span
    text: str


@dataclass
class Score:
    """Counts of one detector. A string is hurt where something beside its mentions was found."""

    caught: Counter[Key] = field(default_factory=Counter)
    mentions: Counter[Key] = field(default_factory=Counter)
    hurt: Counter[Sort] = field(default_factory=Counter)
    strings: Counter[Sort] = field(default_factory=Counter)
    #: Strings that mention what is to be caught, and in which nothing was found.
    silent: int = 0
    misses: list[Miss] = field(default_factory=list)
    #: The strings that were hurt.
    spoiled: list[Sample] = field(default_factory=list)

    def take(self, sample: Sample, places: Iterable[Place]) -> None:
        covered = bytearray(len(sample.text))
        for start, end in places:
            covered[start:end] = b"\1" * (end - start)
        self.strings[sample.sort] += 1
        self._take_mentions(sample, covered)
        for span in sample.spans:
            covered[span.reach] = bytes(span.reach.stop - span.reach.start)
        if any(is_covered and telling(sample.text[at]) for at, is_covered in enumerate(covered)):
            self.hurt[sample.sort] += 1
            self.spoiled.append(sample)

    def _take_mentions(self, sample: Sample, covered: bytearray) -> None:
        for span in sample.spans:
            start, end, kind, form, _ = span
            self.mentions[kind, form] += 1
            # Most are covered throughout, signs between their letters included.
            if all(covered[start:end]) or all(
                covered[at] or not telling(sample.text[at]) for at in range(start, end)
            ):
                self.caught[kind, form] += 1
            else:
                self.misses.append(Miss(span, sample.text))
        is_demanded = any(span.kind not in (Kind.UNKNOWN, Kind.BEYOND) for span in sample.spans)
        self.silent += is_demanded and not any(covered)


def chosen(score: Score, most: int) -> list[Miss]:
    """So many misses at most: one of each form, those missed most often first, and round again."""
    by_form: dict[Key, list[Miss]] = {}
    for miss in score.misses:
        if miss.span.kind not in (Kind.UNKNOWN, Kind.BEYOND):
            by_form.setdefault((miss.span.kind, miss.span.form), []).append(miss)
    forms = sorted(by_form, key=lambda form: len(by_form[form]) / score.mentions[form], reverse=True)
    turns = max((len(misses) for misses in by_form.values()), default=0)
    rounds = (by_form[form][turn] for turn in range(turns) for form in forms if turn < len(by_form[form]))
    return [miss for _, miss in zip(range(most), rounds, strict=False)]
