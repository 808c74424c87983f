"""Tenant: the organization that authorizes us, how its provider is reached, and what it chose."""

from enum import StrEnum
from typing import Self

import msgspec

from gateway.authorization import AuthorizationId
from gateway.booking import ResourceKind, TenantId


class Provider(StrEnum):
    """Whose calendars they are."""

    MICROSOFT = "microsoft"
    GOOGLE = "google"


class Mode(StrEnum):
    """How Microsoft calendars are read: without people on the wire, or cheaper with people in memory."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"


class Connection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a tenant's provider is reached. Sealed under the credentials key, which is destroyed first.

    ``directory`` is the Entra directory id or the Google customer id; ``read_as`` the account that Google
    lets our key act as, under a delegated grant. ``grant`` names the form of grant; tenants that were
    onboarded before forms had names have none.
    """

    provider: Provider
    directory: str
    read_as: str | None = None
    grant: str | None = None
    mode: Mode = Mode.SNAPSHOT

    @property
    def is_whole(self) -> bool:
        """Whether anything can be reached with it."""
        return bool(self.directory)

    def without_credentials(self) -> Self:
        """What stays known once it reaches nothing any more."""
        return msgspec.structs.replace(self, directory="", read_as=None)


class Mailbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place that the provider's directory does not list, as an admin describes it.

    ``id`` stands for the provider's place id; ``address`` is where its calendar is found.
    """

    id: str
    address: str
    name: str
    kind: ResourceKind = ResourceKind.EQUIPMENT
    capacity: int | None = None
    site: str | None = None
    building: str | None = None
    floor: str | None = None


class Places(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an admin says of places, by the provider's place id (or, for zones, by site)."""

    #: FlexO's own id of a place.
    external_refs: dict[str, str] = {}
    #: FlexO's own id of a site, where that is all it is told.
    site_refs: dict[str, str] = {}
    #: IANA zone of a site; others have the tenant's.
    site_zones: dict[str, str] = {}
    #: Rooms of capacity 1 that are nobody's own.
    cleared: frozenset[str] = frozenset()
    #: Places that are somebody's own, whatever their capacity.
    personal: frozenset[str] = frozenset()
    #: Places that are withdrawn: neither read nor told.
    excluded: frozenset[str] = frozenset()
    #: Places whose titles are told as they are written, without people and contacts.
    scrubbed_titles: frozenset[str] = frozenset()
    #: Microsoft lists no equipment.
    unlisted: tuple[Mailbox, ...] = ()


class Persons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may connect a calendar of their own, if invited. Members of the tenant's Entra directory may.

    ``domains`` are those of its Google accounts; ``consumers``: whether accounts of no organization may, too.
    """

    domains: frozenset[str] = frozenset()
    consumers: bool = False


class Trial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked at in a trial: addresses of places' calendars."""

    calendars: tuple[str, ...]


class Agreed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that a tenant has agreed to, whatever a policy's file says by now: levels by field.

    ``vocabulary`` is the digest of the words that its titles may be told in.
    """

    levels: dict[str, int]
    vocabulary: str


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a tenant chose. ``basis`` names an entry of ``legal.toml``.

    ``persons`` is None where nobody may connect a calendar of their own. ``next_policy`` is the one that it
    passes to; meanwhile it lives by what both allow. ``agreed`` is None until it is first looked at.
    ``requests_after_days``: how long it may give a reason not to carry out what a person asks for; until then
    everything of theirs is restricted.
    """

    name: str
    policy: str
    zone: str
    basis: str
    places: Places = Places()
    persons: Persons | None = None
    next_policy: str | None = None
    agreed: Agreed | None = None
    #: None once it is an authorization to read and tell.
    trial: Trial | None = None
    #: By contract: for how many days it may object to what is announced to it.
    objection_days: int = 30
    requests_after_days: int = 0
    #: Whether it is counted how its places are used.
    statistics: bool = False
    #: Of how its provider was reached: what stays known where its credentials were withdrawn.
    left: Connection | None = None


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant with its secrets opened; in memory only."""

    id: TenantId
    authorization: AuthorizationId
    connection: Connection
    registration: Registration

    def __repr__(self) -> str:
        return f"<Tenant {self.id}>"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("id", self.id)]


def has_room_mailboxes(tenant: Tenant) -> bool:
    """Whether its places are mailboxes in which a person's name stands where others have a subject."""
    return tenant.connection.provider is Provider.MICROSOFT
