"""What a receipt says of a page: what was asked for, what came, what was kept, and who held back the rest."""

from collections import Counter

import pytest
from msgspec.structs import replace

from connectors.raw import Attendee, Named, RawEvent, Response, Tainted, Unclear
from gateway.minimization.contract import effective, projection, standing_terms
from gateway.minimization.lattice import FIELDS, WIDEST, Booker, Disclosure, People, Time, Title
from gateway.minimization.outcome import Put
from gateway.minimization.places import Bookable
from gateway.minimization.receipt import Counting, Met
from gateway.minimization.subjects import Subject
from gateway.minimization.vocabulary import Vocabulary
from gateway.receipt import Count, What
from tests.gateway.minimization.made_up import ENROLLED, OCCUPANCY, event, minimizer, room

ROWS = (Attendee(Response.ACCEPTED), Attendee(Response.ACCEPTED, is_organizer=True))
MARTA, STRANGER = Tainted("marta@cobalt.example"), Tainted("anna@rival.example")
WORDS = Vocabulary([("budget",)])


def stumble(_address: str) -> Subject | None:
    raise LookupError


class Counted:
    """The receipt of a page of these items."""

    def __init__(
        self,
        *items: RawEvent | Unclear,
        policy: Disclosure = OCCUPANCY,
        asks_for_less: bool = True,
        names_people: bool = True,
        is_broken: bool = False,
        **standing: bool,
    ) -> None:
        terms = standing_terms(policy, WIDEST, **({"single_person": False} | standing))
        shown, enrolled = effective(terms), stumble if is_broken else ENROLLED.get
        prepared = minimizer(shown, vocabulary=WORDS, enrolled=enrolled)
        taken, reasons = list[Put](), Counter[str]()
        for item in items:
            outcome = prepared.minimize(item)
            if isinstance(outcome, Put):
                taken.append(outcome)
            else:
                reasons[outcome.reason.value] += 1
        counting = Counting(
            projection(shown), lambda _: terms, asks_for_less=asks_for_less, names_people=names_people
        )
        self.counts = counting.count(Met(list(items), {prepared.place: taken}), reasons, 0)

    def numbers(self, field: str) -> tuple[int, int, int]:
        """Requested, seen, kept."""
        requested, seen, kept = What.REQUESTED, What.SEEN, What.KEPT
        return (
            self.counts[Count(requested, field)],
            self.counts[Count(seen, field)],
            self.counts[Count(kept, field)],
        )

    def withheld(self, field: str) -> dict[tuple[str, int], int]:
        """By rule and ring."""
        return {
            (one.by, one.ring): number
            for one, number in self.counts.items()
            if (one.what, one.field) == (What.WITHHELD, field)
        }


def test_by_default_when_where_and_whether_are_kept_whole_and_all_else_is_never_asked_for() -> None:
    found = Counted(event(), event(private=True))
    assert found.counts[Count(What.EVENTS)] == 2
    for field in ("time", "place", "status"):
        assert (found.numbers(field), found.withheld(field)) == ((2, 2, 2), {})
    for field in ("conference", "booker", "people", "title"):
        assert (found.numbers(field), found.withheld(field)) == ((0, 0, 0), {("policy", 1): 2})


def test_nothing_is_counted_of_nothing() -> None:
    assert Counted().counts == {}


def test_where_a_provider_sends_all_of_it_the_rest_stops_while_parsing() -> None:
    assert Counted(event(), asks_for_less=False).withheld("people") == {("policy", 2): 1}


@pytest.mark.parametrize(
    ("policy", "standing", "field", "by"),
    [
        (replace(OCCUPANCY, time=Time.BUSY), {}, "time", "policy"),
        (OCCUPANCY, {"single_person": True}, "time", "place"),
    ],
)
def test_what_is_shown_coarser_is_kept_and_withheld(
    policy: Disclosure, standing: dict[str, bool], field: str, by: str
) -> None:
    found = Counted(event(), policy=policy, **standing)
    assert (found.numbers(field), found.withheld(field)) == ((1, 1, 1), {(by, 3): 1})


def test_what_became_no_booking_is_withheld_by_its_reason() -> None:
    found = Counted(
        event(cancelled=True), event(response=Response.DECLINED), Unclear(None, "no_start"), event()
    )
    reasons = ("cancelled", "declined_by_resource", "no_start")
    assert found.numbers("time") == (4, 4, 1)
    assert found.withheld("time") == {(reason, 3): 1 for reason in reasons}
    assert found.withheld("title") == {(reason, 1): 1 for reason in reasons} | {("policy", 1): 1}


def test_who_is_counted_is_named_by_one_provider_alone() -> None:
    policy = replace(OCCUPANCY, people=People.BUCKET)
    crowd, alone = event(attendees=ROWS), event(attendees=ROWS, attendees_omitted=True)
    named = Counted(crowd, alone, policy=policy)
    assert (named.numbers("people"), named.numbers("booker")) == ((2, 2, 1), (2, 2, 0))
    assert named.withheld("people") == {("policy", 3): 1, ("provider", 3): 1}
    assert named.withheld("booker") == {("policy", 3): 2}
    nameless = Counted(crowd, alone, policy=policy, names_people=False)
    assert (nameless.numbers("people"), nameless.numbers("booker")) == ((2, 2, 1), (0, 0, 0))
    assert nameless.withheld("booker") == {("policy", 1): 2}


def test_a_booker_is_kept_where_they_are_enrolled() -> None:
    mine, theirs = event(organizer=MARTA), event(organizer=STRANGER)
    hidden, untold = event(organizer=MARTA, private=True), event()
    found = Counted(mine, theirs, hidden, untold, policy=replace(OCCUPANCY, booker=Booker.USER))
    assert found.numbers("booker") == (4, 3, 1)
    assert found.withheld("booker") == {("subject", 3): 2, ("privacy", 3): 1}


def test_of_titles_words_are_kept_and_a_category_is_none_of_them() -> None:
    told = event(title=Tainted("Budget with Anna"), named=(Named(Tainted("Anna Rivers")),))
    untold, private = event(title=Tainted("Quorl")), event(title=Tainted("Budget"), private=True)
    words = Counted(told, untold, private, policy=replace(OCCUPANCY, title=Title.VOCABULARY))
    assert (words.numbers("title"), words.numbers("people")) == ((3, 3, 1), (3, 1, 0))
    assert words.withheld("title") == {("policy", 3): 1, ("vocabulary", 3): 1, ("privacy", 3): 1}
    category = Counted(told, untold, private, policy=replace(OCCUPANCY, title=Title.CATEGORY))
    assert category.numbers("title") == (0, 0, 0)
    assert category.withheld("title") == {("policy", 1): 2, ("privacy", 1): 1}


def test_a_fault_of_ours_counts_as_what_is_not_understood() -> None:
    raw = event(organizer=MARTA)
    found = Counted(raw, policy=replace(OCCUPANCY, booker=Booker.USER), is_broken=True)
    assert (found.numbers("time"), found.numbers("booker")) == ((1, 1, 1), (1, 1, 0))
    assert found.withheld("booker") == {("not_understood", 3): 1}


def taken_in(place: Bookable) -> list[Put]:
    outcome = minimizer(place=place).minimize(event())
    assert isinstance(outcome, Put)
    return [outcome]


def test_each_place_has_rules_of_its_own() -> None:
    counting = Counting(
        projection(OCCUPANCY),
        lambda place: standing_terms(OCCUPANCY, WIDEST, single_person=place.single_person),
        asks_for_less=True,
        names_people=True,
    )
    met = Met([event(), event()], {place: taken_in(place) for place in (room(), room(single_person=True))})
    counts = counting.count(met, {}, 70)
    assert (counts[Count(What.KEPT, "time")], counts[Count(What.BYTES)]) == (2, 70)
    assert counts[Count(What.WITHHELD, "time", "place", 3)] == 1
    assert {one.field for one in counts} == {"", *FIELDS}
