"""A Graph subscription as a client asks for it, and as Graph holds and prints it."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from connectors.sandbox.calendar import ChangeKind, Event
from connectors.sandbox.credentials import CLIENT_ID
from connectors.sandbox.graph_print import selection
from connectors.sandbox.notification_post import is_here
from connectors.sandbox.notification_sealing import Receiver, receiver
from connectors.sandbox.refusal import Refusal, graph_refusal

LIFE_MIN = timedelta(minutes=45)
_LIFE_MAX, _LIFE_MAX_RICH, _LIFE_MAX_USERS = (timedelta(minutes=many) for many in (10_080, 1_440, 41_760))

_EVENTS = re.compile(r"/?users/([^/?]{1,320})/events(?:\?(.{1,2000}))?", re.IGNORECASE)
_USERS = re.compile(r"/?users(?:/([^/?]{1,320}))?", re.IGNORECASE)
_NEVER_SELECTED = frozenset({"body", "uniqueBody"})

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Short = Annotated[str, msgspec.Meta(max_length=128)]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The body of ``POST /subscriptions``."""

    change_type: str
    resource: str
    notification_url: str
    expiration_date_time: Aware
    lifecycle_notification_url: str | None = None
    client_state: Short | None = None
    include_resource_data: bool = False
    encryption_certificate: str | None = None
    encryption_certificate_id: Short | None = None
    latest_supported_tls_version: Literal["v1_2", "v1_3"] = "v1_2"


class Renewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The body of ``PATCH``: the lifecycle URL among others cannot be changed."""

    expiration_date_time: Aware | None = None
    encryption_certificate: str | None = None
    encryption_certificate_id: Short | None = None


class Target(NamedTuple):
    """What ``resource`` names: a user (None: all of them), or a user's events and their selected members."""

    user: str | None
    of_events: bool
    selected: frozenset[str] | None = None


class Subscription(msgspec.Struct, kw_only=True):
    """``user`` is the directory id (None: all users); ``address`` the mailbox whose events are told.

    A ``paused`` one tells of nothing until it is reauthorized. ``receiver`` is the key that resource data is
    sealed for; ``warned`` when the client was last asked to reauthorize.
    """

    id: str
    tenant: str
    asked: Asked
    target: Target
    user: str | None
    address: str | None
    until: datetime
    immutable_ids: bool
    receiver: Receiver | None
    paused: bool = False
    warned: datetime | None = None

    def wants(self, kind: ChangeKind) -> bool:
        return kind in self.asked.change_type.split(",")

    def printed(self) -> Event:
        """As Graph shows it: the certificate, once given, is not told again."""
        shown: dict[str, Any] = msgspec.to_builtins(self.asked)
        times = {"expirationDateTime": self.until.isoformat().replace("+00:00", "Z")}
        identity = {"id": self.id, "applicationId": CLIENT_ID, "creatorId": CLIENT_ID}
        return shown | times | identity | {"encryptionCertificate": None, "notificationQueryOptions": None}


def refused(said: str) -> Refusal:
    return graph_refusal(400, "InvalidRequest", said)


def target(asked: Asked) -> Target:
    """What is subscribed to; refused where Graph has no such notifications."""
    if found := _EVENTS.fullmatch(asked.resource):
        return Target(
            found[1], of_events=True, selected=_selected(found[2], rich=asked.include_resource_data)
        )
    if found := _USERS.fullmatch(asked.resource):
        if asked.include_resource_data:
            raise refused("Resource data is not supported for this resource.")
        return Target(found[1], of_events=False)
    raise refused("Subscriptions to this resource are not supported for this application.")


def check(asked: Asked, aimed: Target) -> None:
    """Refuse kinds of change that are unknown for the resource, and receivers elsewhere."""
    known = set(ChangeKind) if aimed.of_events else {ChangeKind.UPDATED, ChangeKind.DELETED}
    if not set(asked.change_type.split(",")) <= known:
        raise refused("The change type is not supported for this resource.")
    for url in (asked.notification_url, asked.lifecycle_notification_url):
        if url is not None and not is_here(url):
            raise refused("Subscription validation request failed. The stand-in calls this machine only.")


def sealed_for(asked: Asked | Renewal) -> Receiver:
    """Who resource data is for; refused without a usable certificate and a name for it."""
    found = receiver(asked.encryption_certificate or "", asked.encryption_certificate_id or "")
    if found is None or not found.certificate_id:
        raise refused("A certificate with an RSA key of 2048 to 4096 bits, and its id, are required.")
    return found


def granted(asked: datetime, aimed: Target, now: datetime, *, rich: bool) -> datetime:
    """Until when it lasts: what is too short is made longer, what is too long or over is refused."""
    longest = _LIFE_MAX_RICH if rich else _LIFE_MAX if aimed.of_events else _LIFE_MAX_USERS
    if not now < asked <= now + longest:
        minutes = int(longest.total_seconds()) // 60
        raise refused(f"Subscription expiration can only be {minutes} minutes in the future.")
    return max(asked, now + LIFE_MIN)


def _selected(query: str | None, *, rich: bool) -> frozenset[str] | None:
    """The members that are sent. Exactly those of Outlook with resource data have to select."""
    options = dict(parse_qsl(query or "", keep_blank_values=True))
    if set(options) != ({"$select"} if rich else set()):
        raise refused("$select is required with resource data, and no other option is supported.")
    names = selection(options.get("$select"))
    if names is not None and names & _NEVER_SELECTED:
        raise refused("The body cannot be selected.")
    return names
