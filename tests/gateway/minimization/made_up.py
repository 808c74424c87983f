"""Made-up events and places. Every name is fictional, every domain reserved."""

from datetime import UTC, datetime

from msgspec.structs import replace

from connectors.port import Window
from connectors.raw import PlaceKind, RawEvent, RawPlace, Response
from gateway.booking import BookingId, EventUid, Resource, ResourceId, ResourceKind, SubjectId
from gateway.minimization.lattice import (
    Booker,
    Conference,
    Disclosure,
    People,
    Place,
    Status,
    Time,
    Title,
)
from gateway.minimization.minimize import Identify, Minimizer
from gateway.minimization.places import Bookable
from gateway.minimization.subjects import Enrolled, Subject, Subjects, Suppressed
from gateway.minimization.vocabulary import NO_WORDS, Vocabulary

NOON = datetime(2027, 3, 4, 12, tzinfo=UTC)
ONE = datetime(2027, 3, 4, 13, tzinfo=UTC)
NOW = datetime(2027, 3, 4, 8, tzinfo=UTC)
WINDOW = Window(datetime(2027, 3, 3, tzinfo=UTC), datetime(2027, 9, 1, tzinfo=UTC))

OCCUPANCY = Disclosure(
    time=Time.EXACT,
    place=Place.RESOURCE,
    status=Status.SHOWN,
    conference=Conference.NONE,
    booker=Booker.NONE,
    people=People.NONE,
    title=Title.NONE,
)

MARTA = Subject(id=SubjectId("sub-1"), pseudonym="blue-heron", user="user-17")
ENROLLED = {"marta@cobalt.example": MARTA, "m.ferro@cobalt.example": MARTA}


EVENT = RawEvent(id="AAMk-1", start=NOON, end=ONE, private=False, response=Response.ACCEPTED)
PLACE = RawPlace(place_id="place-1", address="harbour@cobalt.example", kind=PlaceKind.ROOM, name="Harbour")


def event(**members: object) -> RawEvent:
    """A plain event that the resource accepted, from noon to one, but for these members."""
    return replace(EVENT, **members)


def raw_place(**members: object) -> RawPlace:
    return replace(PLACE, **members)


def room(
    kind: ResourceKind = ResourceKind.ROOM, *, zone: str = "Europe/Zurich", single_person: bool = False
) -> Bookable:
    resource = Resource(
        id=ResourceId("resource-1"),
        kind=kind,
        name="Harbour",
        site="Basel",
        building="B",
        floor="2",
        capacity=8,
        zone=zone,
        external_ref="flexo-9",
    )
    return Bookable(resource, single_person)


def identify(provider_id: str) -> BookingId:
    return BookingId(f"id of {len(provider_id)} characters")


def identify_uid(uid: str) -> EventUid:
    return EventUid(f"uid of {len(uid)} characters")


def minimizer(
    disclosure: Disclosure = OCCUPANCY,
    place: Bookable | None = None,
    *,
    window: Window = WINDOW,
    now: datetime = NOW,
    enrolled: Enrolled = ENROLLED.get,
    suppressed: Suppressed | None = None,
    vocabulary: Vocabulary = NO_WORDS,
    identify: Identify = identify,
) -> Minimizer:
    return Minimizer(
        place or room(),
        disclosure,
        window=window,
        now=now,
        identify=identify,
        subjects=Subjects(enrolled, suppressed),
        identify_uid=identify_uid,
        vocabulary=vocabulary,
    )
