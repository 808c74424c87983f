"""Personal calendars: only an event that names a resource of the tenant concerns anybody but its owner."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from connectors.raw import RawEvent, Response, Unclear
from gateway.booking import CalendarId, ResourceId
from gateway.minimization.declassify import found
from gateway.minimization.minimize import Minimizer
from gateway.minimization.outcome import Outcome
from gateway.minimization.places import Bookable

#: The tenant's places by the address of their calendar, folded to lower case as attendees' are.
Places = Mapping[str, Bookable]

#: An event that names more is nobody's meeting: it would be told as often.
RESOURCES_MAX = 20

#: Which of several answers counts where several rows name one resource: whoever came takes the place.
_STRENGTH = (Response.DECLINED, Response.UNANSWERED, Response.TENTATIVE, Response.ACCEPTED)


class PersonalMinimizer:
    """Minimizes the items of a person's calendar: each as every resource sees it that it names.

    Copies of one event in the calendars of several persons become bookings of the same id. ``prepare`` makes
    what minimizes for one place.
    """

    def __init__(
        self, calendar: CalendarId, places: Places, prepare: Callable[[Bookable], Minimizer]
    ) -> None:
        self._calendar = calendar
        self._places = places
        self._prepare = prepare
        self._prepared = dict[ResourceId, Minimizer]()

    def minimize(self, item: RawEvent | Unclear) -> list[tuple[Bookable, Outcome]] | None:
        """What becomes of one item in every place that it names. None: it may name any."""
        if isinstance(item, Unclear) or not item.understood or item.attendees is None:
            return None
        named = self._named(item)
        if len(named) > RESOURCES_MAX:
            return None
        # Without a uid nothing tells which copies are of one event.
        shared = item.uid or f"{self._calendar} {item.id}"
        return [
            (place, self._minimizer(place).minimize(replace(item, id=shared, response=answer)))
            for place, answer in named
        ]

    def _named(self, event: RawEvent) -> list[tuple[Bookable, Response]]:
        """The resources that an event names, each once, and their answers."""
        named = dict[ResourceId, tuple[Bookable, Response]]()
        for row in event.attendees or ():
            place = found(row.address, self._places.get) if row.is_resource else None
            if place is not None:
                known = named.get(place.resource.id, (place, row.response))
                named[place.resource.id] = (
                    min(known[0], place, key=_openness),
                    max(known[1], row.response, key=_STRENGTH.index),
                )
        return list(named.values())

    def _minimizer(self, place: Bookable) -> Minimizer:
        # By what may be told as well: of one site some places may be persons.
        found = self._prepared.get(place.resource.id)
        if found is None or found.place != place:
            found = self._prepared[place.resource.id] = self._prepare(place)
        return found


def _openness(place: Bookable) -> bool:
    return not place.single_person


def as_the_place_sees_it(event: RawEvent, addresses: frozenset[str]) -> RawEvent | None:
    """The event with the named place's answer for the owner's; None if it names none of the addresses.

    ``addresses`` are folded to lower case, as attendees' are.
    """
    rows = (row for row in event.attendees or () if row.is_resource)
    answers = (row.response for row in rows if found(row.address, addresses.__contains__))
    answer = next(answers, None)
    return None if answer is None else replace(event, response=answer)
