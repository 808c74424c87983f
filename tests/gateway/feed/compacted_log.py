"""A log in memory, compacted as the store compacts its own."""

from collections.abc import Callable
from typing import Any

import msgspec

from gateway.booking import BookingId, ResourceId, TenantId
from gateway.entry import TOLD_AHEAD, Entry, EntryKind
from tests.fakes.changes import Change

TENANT = TenantId("ten_made_up")


class CompactedLog:
    """The newest entry of each booking and resource; removals until they are forgotten."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.head = 0
        self.horizon = 0

    def behind(self, position: int, limit: int) -> list[Entry]:
        return [entry for entry in self.entries if entry.position > position][:limit]

    def notices(self, position: int, limit: int) -> list[Entry]:
        about = [entry for entry in self.entries if entry.kind in TOLD_AHEAD]
        return [entry for entry in about if entry.position > position][:limit]

    def apply(self, change: Change) -> None:
        if change.kind not in {"read", "snapshot"}:
            getattr(self, f"_{change.kind}")(change)

    def _put(self, change: Change) -> None:
        name = _name(change)
        self._drop(lambda entry: entry.booking_id == name)
        body = {"id": name, "resource": change.room, "people": change.number}
        self._append(EntryKind.BOOKING_PUT, **_ids(change), booking=_raw(body), revision=self.head + 1)

    def _remove(self, change: Change) -> None:
        name = _name(change)
        self._drop(lambda entry: entry.booking_id == name)
        self._append(EntryKind.BOOKING_REMOVED, **_ids(change))

    def _put_resource(self, change: Change) -> None:
        puts = EntryKind.RESOURCE_PUT
        self._drop(lambda entry: entry.kind is puts and entry.resource_id == change.room)
        body = {"id": change.room, "capacity": change.number}
        self._append(puts, resource_id=ResourceId(change.room), resource=_raw(body))

    def _remove_resource(self, change: Change) -> None:
        self._drop(lambda entry: entry.resource_id == change.room)
        self._append(EntryKind.RESOURCE_REMOVED, resource_id=ResourceId(change.room))

    def _forget_removed(self, _: Change) -> None:
        removals = [entry for entry in self.entries if entry.kind is EntryKind.BOOKING_REMOVED]
        self.horizon = max((entry.position for entry in removals), default=self.horizon)
        self._drop(lambda entry: entry in removals)

    def _suspend(self, _: Change) -> None:
        self._append(EntryKind.TENANT_SUSPENDED, reason="access_lost")

    def _resume(self, _: Change) -> None:
        self._append(EntryKind.TENANT_RESUMED)

    def _erase(self, _: Change) -> None:
        self.entries.clear()
        self._append(EntryKind.TENANT_ERASED, erasure="era_made_up")

    def _append(self, kind: EntryKind, **members: Any) -> None:
        self.head += 1
        self.entries.append(Entry(tenant=TENANT, position=self.head, minute=0, kind=kind, **members))

    def _drop(self, superseded: Callable[[Entry], bool]) -> None:
        self.entries = [entry for entry in self.entries if not superseded(entry)]


def _name(change: Change) -> str:
    return f"{change.room}-{change.booking}"


def _ids(change: Change) -> dict[str, Any]:
    return {"resource_id": ResourceId(change.room), "booking_id": BookingId(_name(change))}


def _raw(body: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(body))
