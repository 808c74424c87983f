"""What the story says of items that became no booking."""

from gateway.demo.exhibits import parted
from gateway.minimization.outcome import Reason

UNCLEAR = {"no_id", "no_start", "no_end", "bad_range", "bad_item"}


def test_what_was_not_understood_is_told_apart_from_what_takes_no_place() -> None:
    counts = {reason.value: number for number, reason in enumerate(Reason)}
    without_place, unclear = parted(counts)
    assert unclear == {reason: counts[reason] for reason in UNCLEAR}
    assert without_place == {reason: counts[reason] for reason in counts.keys() - UNCLEAR}
