"""``python -m tests.benchmarks.titles.pinned``: notes what the tripwire finds in a few strings, by form.

So nothing that it finds, or leaves alone, changes by accident (``test_pinned.py``). Held-out forms are left
out: whoever changes the tripwire is not to learn from them.
"""

from pathlib import Path

from tests.benchmarks.titles.corpus import corpus
from tests.benchmarks.titles.detectors import Tripwire
from tests.benchmarks.titles.samples import Kind, Sort
from tests.benchmarks.titles.scoring import Score

SEED, EVENTS = 7, 400
PINNED = Path(__file__).with_name("pinned.txt")


def found() -> list[str]:
    """A line for each form and sort of string: how many were caught, or hurt, of how many."""
    score, tripwire = Score(), Tripwire()
    for sample in corpus(SEED, EVENTS):
        if all(span.kind is not Kind.HELD_OUT for span in sample.spans):
            score.take(sample, tripwire.spans(sample.text, sample.people))
    caught = (
        f"{kind}, {form}: {score.caught[kind, form]} of {of}" for (kind, form), of in score.mentions.items()
    )
    hurt = (f"hurt, {sort}: {score.hurt[sort]} of {score.strings[sort]}" for sort in Sort)
    return [*sorted(caught), *hurt, f"found nothing where there was somebody: {score.silent}"]


if __name__ == "__main__":
    PINNED.write_text("\n".join([*found(), ""]), encoding="utf-8")
