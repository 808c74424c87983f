"""What is stored of places, in the light of what the admin says of them now."""

from collections.abc import Iterable

from msgspec.structs import replace

from gateway.booking import CalendarId, Resource, ResourceKind
from gateway.minimization.places import Identify, Listed, calendar_id
from gateway.tenant import Places


class Regarded:
    """Makes stored places as private as the admin says. What is widened, the directory has to tell."""

    def __init__(self, said: Places, identify: Identify) -> None:
        def calendars(places: Iterable[str]) -> frozenset[CalendarId]:
            return frozenset(calendar_id(identify, place) for place in places)

        #: Calendars that are not to be there.
        self.excluded = calendars(said.excluded)
        self._personal = calendars(said.personal)
        self._cleared = calendars(said.cleared)
        self._scrubbed = calendars(said.scrubbed_titles)
        self._refs = {calendar_id(identify, place): ref for place, ref in said.external_refs.items()}

    def __call__(self, entry: Listed) -> Listed:
        """A stored place as it may be told from now on; the same if nothing is taken away."""
        place, calendar = entry.place, entry.calendar
        if place.scrubbed_titles and calendar not in self._scrubbed:
            place = replace(place, scrubbed_titles=False)
        is_own = calendar in self._personal or (place.for_one and calendar not in self._cleared)
        if is_own and not place.single_person and place.regular_user is None:
            place = replace(place, single_person=True, resource=self._nameless(place.resource, calendar))
        return entry if place is entry.place else replace(entry, place=place)

    def _nameless(self, resource: Resource, calendar: CalendarId) -> Resource:
        if resource.kind is ResourceKind.SITE:
            return resource
        # The provider's id of a person's place may be what somebody typed.
        return replace(resource, name=None, external_ref=self._refs.get(calendar, resource.id))
