"""``python -m tests.benchmarks.titles.unseen [--seed N] [--size N] [--each N]``: samples, and no detector."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable

from tests.benchmarks.titles.corpus import corpus
from tests.benchmarks.titles.samples import Kind, Sample, Span
from tests.benchmarks.titles.unseen.forms import UNSEEN, UNSEEN_EDITION


def by_form(samples: Iterable[Sample]) -> dict[str, list[tuple[Sample, Span]]]:
    """The samples of each unseen form, in order."""
    found = defaultdict[str, list[tuple[Sample, Span]]](list)
    for sample in samples:
        for span in sample.spans:
            if span.kind is Kind.HELD_OUT:
                found[span.form].append((sample, span))
    return found


def lines(found: dict[str, list[tuple[Sample, Span]]], each: int) -> Iterable[str]:
    """So many samples of each form: what is demanded in brackets, then whom the event names."""
    for form in UNSEEN:
        yield f"{form}: {len(found[form])}"
        for sample, span in found[form][:each]:
            text = (
                f"{sample.text[: span.start]}⟦{sample.text[span.start : span.end]}⟧{sample.text[span.end :]}"
            )
            yield f"    {text}    of {'; '.join(f'{one.name} <{one.address}>' for one in sample.people)}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.titles.unseen", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same strings")
    parser.add_argument("--size", type=int, default=500, help="how many events; two such strings each")
    parser.add_argument("--each", type=int, default=1, help="how many samples of each form")
    arguments = parser.parse_args()
    samples = corpus(arguments.seed, arguments.size, UNSEEN_EDITION)
    sys.stdout.writelines(f"{line}\n" for line in lines(by_form(samples), arguments.each))


if __name__ == "__main__":
    main()
