"""A receipt is worked out by page: it says what going through its events one by one would say."""

import asyncio
from collections import Counter
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.port import Page, Projection
from connectors.raw import Kind, RawEvent, Response, Unclear
from gateway.booking import ResourceKind
from gateway.minimization.contract import Term, effective, projection, standing_terms
from gateway.minimization.grounds import asked_fields, kept_back, of_booking
from gateway.minimization.lattice import FIELDS, WIDEST, Disclosure, Place, Title
from gateway.minimization.outcome import Put
from gateway.minimization.receipt import Counting, Counts
from gateway.minimization.subjects import Suppressed
from gateway.receipt import Count, What
from gateway.sync.sorting import sort_page
from tests.properties.minimization_twins import disclosures, events, minimizer

ends = st.sampled_from(
    [{}] * 5 + [{"cancelled": True}, {"response": Response.DECLINED}, {"kind": Kind.MASTER}]
)
items = st.builds(lambda event, end: replace(event, **end), events(), ends)
unclear = st.builds(Unclear, id=st.none() | st.just("AAMk-2"), code=st.just("no_start"))


class Scene(NamedTuple):
    """A page, and under which choices and from what provider it was read."""

    terms: tuple[Term, ...]
    asked: Projection
    asks_for_less: bool
    names_people: bool
    page: Page
    suppressed: Suppressed | None

    @property
    def counting(self) -> Counting:
        return Counting(
            self.asked,
            lambda _: self.terms,
            asks_for_less=self.asks_for_less,
            names_people=self.names_people,
        )


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    policy, ceiling = draw(disclosures), draw(st.builds(Disclosure))
    flags = {name: draw(st.booleans()) for name in ("single_person", "room_mailbox")}
    terms = standing_terms(policy, replace(ceiling, time=WIDEST.time, place=WIDEST.place), **flags)
    suppressed = draw(st.sampled_from([None, {"bo@rival.example"}.__contains__]))
    asked = projection(effective(terms), has_suppressions=suppressed is not None)
    told = tuple(as_asked(event, asked) for event in draw(st.lists(items, max_size=6)))
    page = Page(told, unclear=tuple(draw(st.lists(unclear, max_size=2))))
    return Scene(terms, asked, draw(st.booleans()), draw(st.booleans()), page, suppressed)


def as_asked(event: RawEvent, asked: Projection) -> RawEvent:
    """What a connector tells of an event: what the projection leaves out is not there."""
    return replace(
        event,
        conference=event.conference if asked.conference else None,
        organizer=event.organizer if asked.booker else None,
        attendees=event.attendees if asked.people else None,
        title=event.title if asked.title else None,
        named=event.named if asked.title else (),
    )


def one_by_one(scene: Scene, kind: ResourceKind) -> Counts:
    """What is kept and withheld, from the grounds of each event by itself."""
    found, prepared = Counts(), minimizer(effective(scene.terms), kind, scene.suppressed)
    back = kept_back(scene.terms, scene.asked, names_people=scene.names_people)
    asked = asked_fields(scene.asked, names_people=scene.names_people)
    earlier = 1 if scene.asks_for_less else 2
    for item in scene.page.items:
        outcome = prepared.minimize(item)
        if not isinstance(outcome, Put):
            reason = outcome.reason.value
            found.update(
                Count(What.WITHHELD, field, reason, 3 if field in asked else earlier) for field in FIELDS
            )
            continue
        assert isinstance(item, RawEvent)
        grounds = of_booking(outcome, item, scene.terms, kept_back=back, asks_for_less=scene.asks_for_less)
        for field, (level, by, ring) in (
            (field, (one.level, one.by, one.ring)) for field, one in grounds.items()
        ):
            found[Count(What.KEPT, field)] += level > (Title.CATEGORY if field == "title" else 0)
            found[Count(What.WITHHELD, field, by, ring)] += level < getattr(WIDEST, field)
    return +found


@given(scenes())
@settings(max_examples=400, deadline=None)
def test_by_page_as_one_by_one(scene: Scene) -> None:
    is_site = effective(scene.terms).place is Place.SITE
    kind = ResourceKind.SITE if is_site else ResourceKind.ROOM
    prepared = minimizer(effective(scene.terms), kind, scene.suppressed)
    sorted_page = asyncio.run(sort_page(scene.page, prepared))
    counts = scene.counting.count(sorted_page.met, sorted_page.reasons, 1000)
    decided = {one: number for one, number in counts.items() if one.what in (What.KEPT, What.WITHHELD)}
    assert decided == one_by_one(scene, kind)
    assert counts[Count(What.EVENTS)] == len(scene.page.items)
    assert counts[Count(What.BYTES)] == 1000
    for field in FIELDS:
        adds_up(field, counts)


def adds_up(field: str, counts: Counter[Count]) -> None:
    read = counts[Count(What.EVENTS)]
    requested, seen, kept = (counts[Count(what, field)] for what in (What.REQUESTED, What.SEEN, What.KEPT))
    withheld = sum(
        number for one, number in counts.items() if one.what is What.WITHHELD and one.field == field
    )
    assert read >= requested >= seen >= kept
    assert read >= withheld >= read - kept
