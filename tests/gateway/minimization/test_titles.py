"""What may be told of a title: its words of the vocabulary, or all of it without people and contacts."""

from typing import Any

import pytest
from msgspec.structs import replace

from connectors.raw import Kind, Named, RawEvent, Tainted, tainted
from gateway.booking import Booking
from gateway.minimization.lattice import Disclosure, Title
from gateway.minimization.outcome import Put
from gateway.minimization.vocabulary import Vocabulary
from tests.gateway.minimization.made_up import OCCUPANCY, event, minimizer

WORDS = Vocabulary([
    ("review", "reviews"),
    ("budget",),
    ("all hands", "all-hands"),
    ("grace period",),
    ("hopper", "trichter"),
    ("会议", "會議"),
])  # fmt: skip
ANNA = Named(Tainted("Anna Schmidt"), Tainted("anna.schmidt@cobalt.example"))
ADA = Named(None, Tainted("ada.hopper@cobalt.example"))
GRACE = Named(Tainted("Grace Okafor"), Tainted("g.okafor@cobalt.example"))
IN_WORDS, SCRUBBED = (replace(OCCUPANCY, title=level) for level in (Title.VOCABULARY, Title.SCRUBBED))


def titled(title: str | None, *named: Named, **members: Any) -> RawEvent:
    return event(title=tainted(title), named=named, **members)


def outcome(raw: RawEvent, disclosure: Disclosure) -> Put:
    found = minimizer(disclosure, vocabulary=WORDS).minimize(raw)
    assert isinstance(found, Put)
    return found


def put(raw: RawEvent, disclosure: Disclosure) -> Booking:
    return outcome(raw, disclosure).booking


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Budget review with Anna Schmidt", "budget review"),
        ("REVIEWS: budgets, ALL-HANDS (dismissal)", "review all hands"),
        ("Anna's budget", "budget"),
        ("評審會議 王", "会议"),
        ("Surgery", "meeting"),
        ("", "meeting"),
        (None, "meeting"),
        ("Grace period review", "grace period review"),
    ],
)
def test_words_of_the_vocabulary_are_told_and_no_others(title: str | None, told: str) -> None:
    assert put(titled(title, ANNA), IN_WORDS).title == told


def test_a_word_that_is_somebodys_name_is_not_told() -> None:
    assert put(titled("Grace period review", GRACE), IN_WORDS).title == "review"


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Budget 2027 (draft)", "Budget 2027 (draft)"),
        ("Lunch with Anna Schmidt", "Lunch with"),
        ("Call anna.schmidt@cobalt.example", "Call"),
        ("Anna Schmidt", "meeting"),
        ("—", "meeting"),
        ("Plan\u202e\x07 B", "Plan B"),
        ("Cafe\u0301", "Café"),
        # Signs beside what was taken out go with it, and no others.
        ("Budget (Anna Schmidt) - draft", "Budget draft"),
        ("(draft) Anna Schmidt: plan!", "(draft plan!"),
        ("Budget [Anna Schmidt & Q1 / Grace Okafor]", "Budget Q1"),
        ("Lunch with Ada Hopper", "Lunch with"),
    ],
)
def test_what_is_written_is_told_without_people_and_contacts(title: str, told: str) -> None:
    assert put(titled(title, ANNA, GRACE, ADA), SCRUBBED).title == told


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("plan " * 100, "plan " * 23 + "plan"),
        ("x" * 119 + " yes", "x" * 119),
        ("x" * 130, "x" * 120),
        # So long that nobody has read it.
        ("plan " * 200, "meeting"),
    ],
)
def test_a_long_title_is_cut(title: str, told: str) -> None:
    assert put(titled(title), SCRUBBED).title == told


def test_what_would_tell_of_somebody_once_more_trips_the_wire() -> None:
    parted = titled("Budget: +41 44 anna.schmidt@cobalt.example 668 18 00", ANNA)
    assert (outcome(parted, SCRUBBED).tripped, put(parted, SCRUBBED).title) == (True, "budget")
    assert not outcome(parted, IN_WORDS).tripped


@pytest.mark.parametrize("disclosure", [IN_WORDS, SCRUBBED])
def test_a_word_whose_first_spelling_is_somebodys_name_trips_the_wire(disclosure: Disclosure) -> None:
    translated = titled("Trichter", ADA)
    assert (outcome(translated, disclosure).tripped, put(translated, disclosure).title) == (True, "meeting")
    assert not outcome(titled("Trichter", ANNA), disclosure).tripped


@pytest.mark.parametrize("disclosure", [IN_WORDS, SCRUBBED])
@pytest.mark.parametrize("members", [{"private": True}, {"bare": True}, {"understood": False}])
def test_of_private_and_unread_events_nothing_is_told(
    disclosure: Disclosure, members: dict[str, bool]
) -> None:
    assert put(titled("Budget review", **members), disclosure).title is None


@pytest.mark.parametrize("disclosure", [IN_WORDS, SCRUBBED])
def test_where_the_list_of_people_is_not_complete_no_words_are_told(disclosure: Disclosure) -> None:
    assert put(titled("Budget review", attendees_omitted=True), disclosure).title == "meeting"


@pytest.mark.parametrize("level", [Title.NONE, Title.CATEGORY])
def test_below_words_no_title_is_looked_at(level: Title) -> None:
    shown = put(titled("Budget review", kind=Kind.SINGLE), replace(OCCUPANCY, title=level)).title
    assert shown == (None if level is Title.NONE else "meeting")


def test_what_is_somebody_only_once_the_rest_is_gone_is_withheld_and_counted() -> None:
    al = Named(Tainted("Al Bo"), Tainted("al@cobalt.example"))
    shown = outcome(titled("Al joan@rival.example", al), SCRUBBED)
    assert (shown.booking.title, shown.tripped) == ("meeting", True)
    assert not outcome(titled("Budget review", al), SCRUBBED).tripped


def test_a_name_that_stands_on_many_events_is_read_once() -> None:
    prepared = minimizer(SCRUBBED)
    for title in ("Budget", "Lunch with Anna Schmidt"):
        prepared.minimize(titled(title, ANNA))
    assert len(prepared._memory._forms) == 1
