"""Places: which directory entries become resources, and which of them are really a person."""

from collections.abc import Callable

import msgspec

from connectors.raw import Hidden, PlaceKind, PlaceMode, RawPlace, UnreadPlace
from gateway.booking import Resource, ResourceId, ResourceKind
from gateway.tenant import Places

#: Who sits there today says little about tomorrow.
SHARED = {PlaceKind.DESK, PlaceKind.DESK_POOL}
#: A desk in one of these modes has a person's name on it, or nobody may book it: it is never imported.
NOT_BOOKABLE = {PlaceMode.ASSIGNED, PlaceMode.UNAVAILABLE}


class Bookable(msgspec.Struct, frozen=True):
    """A resource, and whether its calendar is as good as one person's."""

    resource: Resource
    single_person: bool = False


class Listed(Hidden, frozen=True):
    """A place that becomes a resource, and the address of its calendar. Stored sealed, never shown."""

    address: str
    place: Bookable


def is_unread(raw: RawPlace | UnreadPlace) -> bool:
    """Whether an entry may be any place: as long as one is, no absence counts."""
    return isinstance(raw, UnreadPlace)


def listed(
    raw: RawPlace | UnreadPlace, *, decisions: Places, zone: str, identify: Callable[[str], ResourceId]
) -> Listed | None:
    """A directory entry as a turn needs it; None if it is never imported or cannot be read."""
    if isinstance(raw, UnreadPlace):
        return None
    place = bookable(raw, decisions=decisions, zone=zone, identify=identify)
    return None if place is None else Listed(raw.address, place)


def bookable(
    raw: RawPlace, *, decisions: Places, zone: str, identify: Callable[[str], ResourceId]
) -> Bookable | None:
    """What becomes of a directory entry; None if it is never imported.

    ``zone`` is the tenant's, for sites without one of their own; ``identify`` gives our id for a place id.
    """
    if raw.mode in NOT_BOOKABLE:
        return None
    single_person = is_single_person(raw, decisions)
    own_id = identify(raw.place_id)
    # Some ids are what somebody typed, and the mailbox's address is told to nobody.
    hides_id = single_person or "@" in raw.place_id
    resource = Resource(
        id=own_id,
        kind=ResourceKind(raw.kind.value),
        name=None if single_person else raw.name,
        site=raw.site,
        building=raw.building,
        floor=raw.floor,
        capacity=raw.capacity or None,
        zone=zone if raw.site is None else decisions.site_zones.get(raw.site, zone),
        external_ref=decisions.external_refs.get(raw.place_id, own_id if hides_id else raw.place_id),
    )
    return Bookable(resource, single_person)


def is_single_person(raw: RawPlace, decisions: Places) -> bool:
    """Whether a place is a person: flagged by the admin, or a room for one that the admin has not cleared.

    So is what is no desk and for one: it may be a room by another name. A capacity that cannot be read may be
    one. Desks and pools are exempt unless flagged.
    """
    if raw.place_id in decisions.personal:
        return True
    for_one = raw.capacity is not None and raw.capacity <= 1
    return for_one and raw.kind not in SHARED and raw.place_id not in decisions.cleared
