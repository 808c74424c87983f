"""A consumer of the log itself: folds entries, and sees to it that the log keeps its promises."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from gateway.booking import Booking, BookingId, Resource, ResourceId
from gateway.entry import Entry, EntryKind, ResourceState


@dataclass
class LogFold:
    """What was told so far. ``revisions`` remembers bookings that are gone, too."""

    position: int = 0
    resources: dict[ResourceId, Resource] = field(default_factory=dict)
    states: dict[ResourceId, ResourceState] = field(default_factory=dict)
    bookings: dict[BookingId, Booking] = field(default_factory=dict)
    revisions: dict[BookingId, int] = field(default_factory=dict)
    told: list[EntryKind] = field(default_factory=list)
    erasures: list[str] = field(default_factory=list)

    def take(self, entries: Iterable[Entry]) -> "LogFold":
        for entry in entries:
            assert entry.position > self.position
            self.position = entry.position
            self.told.append(entry.kind)
            self._fold(entry)
        return self

    def _fold(self, entry: Entry) -> None:
        resource, booking = entry.resource_id, entry.booking_id
        match entry.kind:
            case EntryKind.BOOKING_PUT if booking is not None and entry.booking and entry.revision:
                assert entry.revision > self.revisions.get(booking, 0)
                self.revisions[booking] = entry.revision
                self.bookings[booking] = msgspec.json.decode(entry.booking, type=Booking)
            case EntryKind.BOOKING_REMOVED if booking is not None:
                self.bookings.pop(booking, None)
            case EntryKind.RESOURCE_PUT if resource is not None and entry.resource:
                self.resources[resource] = msgspec.json.decode(entry.resource, type=Resource)
            case EntryKind.RESOURCE_STATE if resource is not None and entry.state:
                self.states[resource] = entry.state
            case EntryKind.RESOURCE_REMOVED if resource is not None:
                self._remove(resource)
            case EntryKind.TENANT_SUSPENDED | EntryKind.TENANT_RESUMED:
                # Hidden until it resumes, and not forgotten.
                pass
            case EntryKind.SUBJECT_ERASED if entry.erasure:
                # What was told anew before it holds nothing of them.
                self.erasures.append(entry.erasure)
            case unexpected:
                raise AssertionError(unexpected)

    def _remove(self, resource: ResourceId) -> None:
        self.resources.pop(resource, None)
        self.states.pop(resource, None)
        self.bookings = {
            booking: told for booking, told in self.bookings.items() if told.resource != resource
        }
