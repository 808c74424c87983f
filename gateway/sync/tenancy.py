"""What working for one tenant takes: its keys, its fence, its provider and its rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import msgspec

from connectors.port import Connector, Projection, Window
from gateway.booking import BookingId, CalendarId, ResourceId, SeriesId
from gateway.minimization.contract import effective, projection, standing_terms
from gateway.minimization.lattice import Disclosure
from gateway.minimization.minimize import Minimizer, Subject
from gateway.minimization.places import Bookable, Importer
from gateway.store.store import Fence
from gateway.tenant import Tenant
from gateway.vault.index import Index
from gateway.vault.keyring import TenantKeys


def booking_ids(index: Index, calendar: CalendarId, resource: ResourceId) -> Callable[[str], BookingId]:
    """Our ids of a calendar's events as bookings of a resource, by the provider's."""
    prepared = index.prepared("booking", calendar, resource)
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
    #: Where its provider is to tell of changes; None where it is not asked to.
    notify_url: str | None = None
    #: Whether its provider did not answer as it should the last time that counted.
    is_degraded: bool = False

    def identify(self, calendar: CalendarId, resource: ResourceId) -> Callable[[str], BookingId]:
        return booking_ids(self.keys.index, calendar, resource)

    def identify_series(self, calendar: CalendarId) -> Callable[[str], SeriesId]:
        """Our ids of a calendar's series, by the provider's. They are told to nobody."""
        prepared = self.keys.index.prepared("series", calendar)
        return lambda series: SeriesId(prepared(series))

    def importer(self) -> Importer:
        """What makes resources of the directory's entries."""
        choice = self.tenant.registration
        return Importer(
            level=_standing(self.policy, self.legal_ceiling, single_person=False).place,
            decisions=choice.places,
            zone=choice.zone,
            identify=self.keys.index.identifier,
        )

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
            identify=self.identify(calendar, place.resource.id),
            enrolled=nobody,
        )


# Asked in every turn, and there are few answers.
@lru_cache(maxsize=256)
def _standing(policy: Disclosure, legal_ceiling: Disclosure, *, single_person: bool) -> Disclosure:
    return effective(standing_terms(policy, legal_ceiling, single_person=single_person))
