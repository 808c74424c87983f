"""Places: which directory entries become resources, and which of them are really a person."""

import unicodedata
from collections.abc import Callable

import msgspec

from connectors.raw import Hidden, PlaceKind, PlaceMode, RawPlace, UnreadPlace
from gateway.booking import CalendarId, Resource, ResourceId, ResourceKind, SubjectId
from gateway.minimization.lattice import Place
from gateway.minimization.place_names import part_of_place, place_name
from gateway.tenant import Mailbox, Places

#: Who sits there today says little about tomorrow.
SHARED = {PlaceKind.DESK, PlaceKind.DESK_POOL}
#: A desk in one of these modes has a person's name on it, or nobody may book it: it is never imported.
NOT_BOOKABLE = {PlaceMode.ASSIGNED, PlaceMode.UNAVAILABLE}


class Bookable(msgspec.Struct, frozen=True):
    """A resource, and whether the calendar that tells of it is as good as one person's."""

    resource: Resource
    single_person: bool = False
    #: Whether titles in it are told as they are written, without people and contacts.
    scrubbed_titles: bool = False
    #: Whose it is as good as, and who lets it be told like any other.
    regular_user: SubjectId | None = None
    #: Whether it is as good as one person's unless the admin has cleared it.
    for_one: bool = False

    @property
    def level(self) -> Place:
        """How much of a place its resource tells."""
        return Place.SITE if self.resource.kind is ResourceKind.SITE else Place.RESOURCE


class Listed(Hidden, frozen=True):
    """A place that becomes a resource, and the address of its calendar. Stored sealed, never shown."""

    calendar: CalendarId
    address: str
    place: Bookable


#: Who is enrolled, is the regular user of a place, and lets it be told like any other. By the provider's id.
Agreed = Callable[[str], SubjectId | None]


def nobody_agreed(_place: str) -> None:
    """Where nobody is enrolled."""


#: Our id of what a label and a provider's text name together.
Identify = Callable[[str, str], str]


def resource_id(identify: Identify, place_id: str) -> ResourceId:
    """Our id of a place, by the provider's."""
    return ResourceId(identify("resource", place_id))


def calendar_id(identify: Identify, place_id: str) -> CalendarId:
    """Our id of a place's calendar, whatever resource it tells of."""
    return CalendarId(identify("calendar", place_id))


def site_name(text: str) -> str:
    """A site's name, however its spaces and accents are written."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class Importer(msgspec.Struct, frozen=True, kw_only=True):
    """Imports a tenant's places, at the level that its policy allows.

    ``zone`` is the tenant's, for sites without one of their own.
    """

    level: Place
    decisions: Places
    zone: str
    identify: Identify
    agreed: Agreed = nobody_agreed

    def is_unread(self, raw: RawPlace | UnreadPlace) -> bool:
        """Whether an entry may be any place that may be told: as long as one is, no absence counts."""
        return isinstance(raw, UnreadPlace) or (self.level is Place.SITE and raw.site_unread)

    def unlisted(self) -> list[Listed]:
        """Places that no directory lists and the admin has described."""
        described = (self.listed(_as_listed(mailbox)) for mailbox in self.decisions.unlisted)
        return [entry for entry in described if entry is not None]

    def listed(self, raw: RawPlace | UnreadPlace) -> Listed | None:
        """A directory entry as a turn needs it; None if it is never imported or cannot be read."""
        if isinstance(raw, UnreadPlace):
            return None
        place, calendar = self.bookable(raw), calendar_id(self.identify, raw.place_id)
        return None if place is None else Listed(calendar, raw.address, place)

    def bookable(self, raw: RawPlace) -> Bookable | None:
        """What becomes of a directory entry; None if it is never imported."""
        if raw.mode in NOT_BOOKABLE or raw.place_id in self.decisions.excluded:
            return None
        site = site_name(raw.site or "") or None
        single_person = is_single_person(raw, self.decisions)
        if self.level is Place.RESOURCE:
            user = self.agreed(raw.place_id) if single_person else None
            single_person &= user is None
            place = self._place(raw, site, single_person=single_person)
            scrubbed = raw.place_id in self.decisions.scrubbed_titles
            return Bookable(place, single_person, scrubbed, user, is_for_one(raw))
        if self.level is Place.SITE and site is not None:
            return Bookable(self._site(site), single_person, for_one=is_for_one(raw))
        return None

    def _place(self, raw: RawPlace, site: str | None, *, single_person: bool) -> Resource:
        own_id, kind = resource_id(self.identify, raw.place_id), ResourceKind(raw.kind.value)
        # Some ids are what somebody typed, and the mailbox's address is told to nobody.
        hides_id = single_person or "@" in raw.place_id
        return Resource(
            id=own_id,
            kind=kind,
            name=None if single_person else place_name(raw.name, kind),
            site=part_of_place(site),
            building=part_of_place(raw.building),
            floor=part_of_place(raw.floor),
            capacity=raw.capacity or None,
            zone=self._zone(site),
            external_ref=self.decisions.external_refs.get(raw.place_id, own_id if hides_id else raw.place_id),
        )

    def _site(self, site: str) -> Resource:
        own_id = ResourceId(self.identify("site", site))
        return Resource(
            id=own_id,
            kind=ResourceKind.SITE,
            name=part_of_place(site),
            site=part_of_place(site),
            building=None,
            floor=None,
            capacity=None,
            zone=self._zone(site),
            external_ref=self.decisions.site_refs.get(site, own_id),
        )

    def _zone(self, site: str | None) -> str:
        return self.zone if site is None else self.decisions.site_zones.get(site, self.zone)


def _as_listed(mailbox: Mailbox) -> RawPlace:
    return RawPlace(
        place_id=mailbox.id,
        address=mailbox.address,
        kind=PlaceKind(mailbox.kind.value),
        name=mailbox.name,
        capacity=mailbox.capacity,
        site=mailbox.site,
        building=mailbox.building,
        floor=mailbox.floor,
    )


def is_single_person(raw: RawPlace, decisions: Places) -> bool:
    """Whether a place is a person: flagged by the admin, or a room for one that the admin has not cleared.

    So is what is no desk and for one: it may be a room by another name. A capacity that cannot be read may be
    one. Desks and pools are exempt unless flagged.
    """
    return raw.place_id in decisions.personal or (is_for_one(raw) and raw.place_id not in decisions.cleared)


def is_for_one(raw: RawPlace) -> bool:
    """Whether a place is for one person, and none that others sit at tomorrow."""
    return raw.capacity is not None and raw.capacity <= 1 and raw.kind not in SHARED
