"""A stream: what a receiver and a transmitter agreed on, and what is told on it (SSF 1.0, section 8)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from connectors.sandbox.calendar import Event
from connectors.sandbox.notification_delivery import Pending
from connectors.sandbox.signals.event_types import SUPPORTED

PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
#: So much is held for a stream; what is older is dropped.
HELD_MAX = 1_000


class Status(StrEnum):
    """Whether what happens is told, held, or neither."""

    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"


class Terms(NamedTuple):
    """What a transmitter holds its receivers to. ``after``: what becomes of one that is not heard of.

    None: it is deleted.
    """

    between_verifications: timedelta = timedelta(minutes=1)
    inactivity: timedelta | None = None
    after: Status | None = Status.PAUSED


class DeliveryAsked(msgspec.Struct, frozen=True):
    """How a receiver wants to be told. The address of a poll is the transmitter's to name."""

    method: str
    endpoint_url: str | None = None
    authorization_header: str | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The receiver's part of a stream. Whatever else stands there is the transmitter's, or nobody's."""

    stream_id: str | None = None
    delivery: DeliveryAsked | None = None
    events_requested: tuple[str, ...] | None = None
    description: str | None = None


class Told(Pending, kw_only=True):
    """A token on its way. ``is_standing``: it says how the stream stands, and is told however that is."""

    id: str
    token: str
    is_standing: bool


class Stream(msgspec.Struct, kw_only=True):
    """One of them. ``taken``: the ids that were acknowledged. ``refused``: why others were not taken."""

    id: str
    receiver: str
    issuer: str
    url: str
    terms: Terms
    touched_at: datetime
    delivery: DeliveryAsked = DeliveryAsked(POLL)
    requested: tuple[str, ...] = ()
    description: str | None = None
    status: Status = Status.ENABLED
    reason: str | None = None
    verified_at: datetime | None = None
    waiting: list[Told] = msgspec.field(default_factory=list)
    taken: list[str] = msgspec.field(default_factory=list)
    refused: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def audience(self) -> str:
        return f"{self.issuer}/receivers/{self.receiver}"

    @property
    def poll_url(self) -> str:
        return f"{self.url}/poll/{self.id}"

    @property
    def is_polled(self) -> bool:
        return self.delivery.method == POLL

    def change(self, asked: Asked, *, wholly: bool) -> None:
        """Take over what a receiver asks for; ``wholly``: what it leaves out is gone."""
        if wholly or asked.delivery is not None:
            self.delivery = asked.delivery or DeliveryAsked(POLL)
        if wholly or asked.events_requested is not None:
            self.requested = asked.events_requested or ()
        if wholly or asked.description is not None:
            self.description = asked.description

    def wants(self, event: str) -> bool:
        return event in self.requested and event in SUPPORTED

    def put(self, told: Told) -> None:
        """Let it be told, held, or neither, as the stream stands."""
        if self.status is Status.DISABLED and not told.is_standing:
            return
        self.waiting = [*self.waiting, told][-HELD_MAX:]

    def due(self, now: datetime) -> list[Told]:
        """What may be told now, the oldest first."""
        is_told = self.status is Status.ENABLED
        return [one for one in self.waiting if one.due <= now and (is_told or one.is_standing)]

    def take(self, ids: Collection[str]) -> None:
        """What a receiver has is told no more."""
        self.taken += [id_ for id_ in ids if self._settle(id_)]

    def refuse(self, id_: str, code: str) -> None:
        """Nor is what it does not want."""
        if self._settle(id_):
            self.refused[id_] = code

    def _settle(self, id_: str) -> bool:
        """Of several of an id, the first one is meant."""
        found = next((one for one in self.waiting if one.id == id_), None)
        if found is not None:
            self.waiting.remove(found)
        return found is not None

    def printed(self) -> Event:
        """As its configuration is told."""
        delivery = {"method": self.delivery.method, "endpoint_url": self.delivery.endpoint_url}
        if self.is_polled:
            delivery["endpoint_url"] = self.poll_url
        shown = {
            "stream_id": self.id,
            "iss": self.issuer,
            "aud": self.audience,
            "delivery": delivery,
            "events_supported": SUPPORTED,
            "events_requested": self.requested,
            "events_delivered": tuple(filter(self.wants, self.requested)),
            "description": self.description,
            "min_verification_interval": int(self.terms.between_verifications.total_seconds()),
            "inactivity_timeout": self.terms.inactivity and int(self.terms.inactivity.total_seconds()),
        }
        return {name: value for name, value in shown.items() if value is not None}
