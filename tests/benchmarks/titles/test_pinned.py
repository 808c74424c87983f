"""What the tripwire finds and leaves alone changes on purpose, and is written down then."""

from tests.benchmarks.titles.pinned import PINNED, found


def test_what_is_found_is_what_was_written_down() -> None:
    assert found() == PINNED.read_text(encoding="utf-8").splitlines()
