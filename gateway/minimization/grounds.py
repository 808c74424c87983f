"""Grounds: for each field how much is shown, who decided it, and which ring keeps the rest back.

All of it comes from closed vocabularies: nothing of an event, nor of a provider's names, can be told by it.
"""

from collections.abc import Collection, Sequence
from enum import IntEnum

import msgspec

from connectors.port import Projection
from connectors.raw import RawEvent
from gateway.minimization.categories import CATEGORIES
from gateway.minimization.contract import Party, Term, effective, event_terms, explain, traits_of
from gateway.minimization.lattice import FIELDS, Place, Time, Title
from gateway.minimization.outcome import Put, Reason


class Ring(IntEnum):
    """The first ring of minimization that stops what lies above a field's level."""

    ASK_FOR_LESS = 1
    PARSE_LESS = 2
    KEEP_LESS = 3


class Grounds(msgspec.Struct, frozen=True):
    """A field's level, who decided it, and where the rest stops."""

    level: int
    by: Party | Reason
    ring: Ring


#: Members of a booking that a policy may show and that may be missing all the same, and for whose want.
WANTING = {
    "conference": Party.PROVIDER,
    "people": Party.PROVIDER,
    "booker": Party.SUBJECT,
    "title": Party.VOCABULARY,
}


def of_nothing(reason: Reason) -> dict[str, Grounds]:
    """The grounds where there is no booking."""
    return dict.fromkeys(FIELDS, Grounds(0, reason, Ring.KEEP_LESS))


def of_booking(
    put: Put,
    event: RawEvent,
    standing: Sequence[Term],
    *,
    kept_back: Collection[str],
    asks_for_less: bool,
) -> dict[str, Grounds]:
    """The grounds for what a booking shows of its event. The last ring stops the rest of ``kept_back``."""
    booking, traits = put.booking, event_terms(traits_of(event, suppressed=put.traits.suppressed))
    earlier = Ring.ASK_FOR_LESS if asks_for_less else Ring.PARSE_LESS
    grounds = {}
    for field, (level, party) in explain((*standing, *traits)).items():
        ring = Ring.KEEP_LESS if field in kept_back else earlier
        if field == "title" and level > Title.CATEGORY and booking.title in CATEGORIES:
            grounds[field] = Grounds(int(Title.CATEGORY), WANTING[field], ring)
        elif level > 0 and field in WANTING and getattr(booking, field) is None:
            grounds[field] = Grounds(0, WANTING[field], ring)
        else:
            grounds[field] = Grounds(level, party, ring)
    return grounds


def asked_fields(asked: Projection, *, names_people: bool) -> set[str]:
    """Fields that a provider is asked for, if only to find what another field needs."""
    may_be_left_out = {
        "conference": asked.conference,
        # Whoever booked is named among the rows, or beside them to tell which row is theirs.
        "booker": asked.booker or asked.places or asked.title or (asked.people and names_people),
        "people": asked.people or asked.places or asked.title,
        "title": asked.title,
    }
    return {field for field in FIELDS if may_be_left_out.get(field, True)}


def kept_back(standing: Sequence[Term], asked: Projection, *, names_people: bool) -> set[str]:
    """Fields of which more crosses the wire than is kept."""
    fields, disclosure = asked_fields(asked, names_people=names_people), effective(standing)
    kept_whole = {
        "time": disclosure.time is not Time.BUSY,
        # Each place has a calendar of its own, and whoever reads it knows which.
        "place": disclosure.place is not Place.SITE,
        # With the rows come the answers of persons.
        "status": "people" not in fields,
    }
    return {field for field in fields if not kept_whole.get(field)}
