"""The last words of the suite are counted."""

from tests.killed import summary


def test_the_count_stands_last_and_what_was_not_found_is_named() -> None:
    assert summary([], []) == []
    assert summary(["the_raw_title"], [])[-1] == "1 of 1 leak mutants killed"
    told = summary(["the_raw_title"], ["a_guest"])
    assert told[-2:] == ["NOT found: a guest", "1 of 2 leak mutants killed"]
