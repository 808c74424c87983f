from datetime import UTC, datetime

import pytest

from connectors.errors import Malformed
from connectors.paging import PAGES_MAX, Round
from connectors.port import Page
from connectors.raw import RawEvent

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def page(*ids: str, removed: tuple[str, ...] = ()) -> Page:
    return Page(tuple(RawEvent(one, NOW, NOW) for one in ids), removed)


def test_a_page_is_handed_on() -> None:
    pages = Round()
    assert pages.is_new
    first = page("a", "b")
    assert pages.take(first) is first
    assert not pages.is_new


def test_a_round_ends() -> None:
    pages = Round()
    for _ in range(PAGES_MAX):
        pages.take(page())
    with pytest.raises(Malformed, match="too_many_pages"):
        pages.take(page())


def test_a_page_seen_before_is_a_loop() -> None:
    pages = Round()
    pages.take(page("a", "b"))
    pages.take(page("c", removed=("d",)))
    with pytest.raises(Malformed, match="repeated_page"):
        pages.take(page("c", removed=("d",)))


def test_a_lone_event_and_an_empty_page_may_come_again() -> None:
    pages = Round()
    for again in (page("a"), page("a"), page(), page(), page("a", "b"), page("b", "a")):
        pages.take(again)
