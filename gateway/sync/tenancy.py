"""What working for one tenant takes: its keys, its fence, its provider and its rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import msgspec

from connectors.port import Connector, Projection, Window
from gateway.booking import BookingId, CalendarId, ResourceId
from gateway.minimization.contract import effective, projection, standing_terms
from gateway.minimization.lattice import Disclosure
from gateway.minimization.minimize import Minimizer, Subject
from gateway.minimization.places import Bookable
from gateway.store.store import Fence
from gateway.tenant import Tenant
from gateway.vault.index import Index
from gateway.vault.keyring import TenantKeys


def resource_id(index: Index, place_id: str) -> ResourceId:
    """Our id of a place, by the provider's."""
    return ResourceId(index.identifier("resource", place_id))


def calendar_id(index: Index, resource: ResourceId) -> CalendarId:
    """Our id of a resource's own calendar."""
    return CalendarId(index.identifier("calendar", resource))


def booking_ids(index: Index, calendar: CalendarId) -> Callable[[str], BookingId]:
    """Our ids of a calendar's events, by the provider's."""
    prepared = index.prepared("booking", calendar)
    return lambda event: BookingId(prepared(event))


def nobody(_address: str) -> Subject | None:
    """The look-up of enrolled subjects while nobody can enrol."""
    return None


@dataclass(frozen=True, slots=True, repr=False)
class Tenancy:
    """One tenant at one epoch. A raised epoch ends it; a new one has to be opened."""

    tenant: Tenant
    fence: Fence
    keys: TenantKeys
    connector: Connector
    policy: Disclosure
    legal_ceiling: Disclosure

    def resource_id(self, place_id: str) -> ResourceId:
        return resource_id(self.keys.index, place_id)

    def calendar_id(self, resource: ResourceId) -> CalendarId:
        return calendar_id(self.keys.index, resource)

    def identify(self, calendar: CalendarId) -> Callable[[str], BookingId]:
        return booking_ids(self.keys.index, calendar)

    def disclosure(self, place: Bookable) -> Disclosure:
        """What may be seen of any event in this place."""
        return _standing(self.policy, self.legal_ceiling, single_person=place.single_person)

    def rules(self, place: Bookable) -> bytes:
        """A keyed hash of the disclosure, to tell whether bookings were made under another one."""
        return self.keys.index.digest("rules", msgspec.json.encode(self.disclosure(place)))

    def projection(self, place: Bookable) -> Projection:
        return projection(self.disclosure(place))

    def minimizer(self, calendar: CalendarId, place: Bookable, *, window: Window, now: datetime) -> Minimizer:
        """Prepared for one calendar and one window."""
        return Minimizer(
            place,
            self.disclosure(place),
            window=window,
            now=now,
            identify=self.identify(calendar),
            enrolled=nobody,
        )


# Asked in every turn, and there are few answers.
@lru_cache(maxsize=256)
def _standing(policy: Disclosure, legal_ceiling: Disclosure, *, single_person: bool) -> Disclosure:
    return effective(standing_terms(policy, legal_ceiling, single_person=single_person))
