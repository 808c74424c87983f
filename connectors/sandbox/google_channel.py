"""A channel of Google's Calendar or Admin SDK, as a client asks for it, and as messages name it."""

import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Annotated, Literal, NamedTuple

import msgspec

from connectors.sandbox.calendar import Event
from connectors.sandbox.google_query import invalid
from connectors.sandbox.notification_post import is_here
from connectors.sandbox.refusal import google_refusal

_ID = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")


class Life(NamedTuple):
    """How long a channel lasts that asks for nothing, and at most."""

    usual: timedelta
    longest: timedelta


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The body of any ``watch``."""

    id: str
    type: Literal["web_hook", "webhook"]
    address: str
    token: Annotated[str, msgspec.Meta(max_length=256)] | None = None
    expiration: int | None = None
    params: dict[str, str] = msgspec.field(default_factory=dict)
    payload: bool = False
    kind: Literal["api#channel"] = "api#channel"


class Channel(msgspec.Struct, kw_only=True):
    """``subject`` made it; ``watched`` names what it is about; ``number`` is the last message's."""

    id: str
    tenant: str
    subject: str
    watched: str
    address: str
    token: str | None
    uri: str
    until: datetime
    number: int = 1
    stopped: bool = False

    @property
    def resource_id(self) -> str:
        """The same for all channels that watch the same."""
        name = blake2b(f"{self.tenant}/{self.watched}".encode(), digest_size=20).digest()
        return urlsafe_b64encode(name).decode().rstrip("=")

    def printed(self, *, as_number: bool) -> Event:
        """The answer to ``watch``. ``as_number`` prints the expiration so, as Google sometimes does."""
        until = int(self.until.timestamp() * 1000)
        shown = {
            "kind": "api#channel",
            "id": self.id,
            "resourceId": self.resource_id,
            "resourceUri": self.uri,
            "token": self.token,
            "expiration": until if as_number else str(until),
        }
        return {name: value for name, value in shown.items() if value is not None}

    def headers(self, state: str) -> dict[str, str]:
        """Of one message."""
        token = {} if self.token is None else {"X-Goog-Channel-Token": self.token}
        return token | {
            "User-Agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
            "X-Goog-Channel-ID": self.id,
            "X-Goog-Channel-Expiration": f"{self.until:%a, %d %b %Y %H:%M:%S} GMT",
            "X-Goog-Resource-ID": self.resource_id,
            "X-Goog-Resource-URI": self.uri,
            "X-Goog-Resource-State": state,
            "X-Goog-Message-Number": str(self.number),
        }


def check(asked: Asked) -> None:
    """Refuse an id that is none, a token that no header can hold, and receivers elsewhere."""
    if _ID.fullmatch(asked.id) is None:
        raise invalid("The channel id is not valid.")
    if asked.token is not None and not (asked.token.isascii() and asked.token.isprintable()):
        raise invalid("The channel token is not valid.")
    if not is_here(asked.address):
        raise google_refusal(401, "webhookUrlUnauthorized", "Unauthorized WebHook callback channel.", "push")


def granted(asked: Asked, life: Life, now: datetime) -> datetime:
    """Until when it lasts: what is too long is cut silently, what is over is refused."""
    until = now + life.usual
    try:
        if asked.expiration is not None:
            until = datetime.fromtimestamp(asked.expiration / 1000, UTC)
        elif "ttl" in asked.params:
            until = now + timedelta(seconds=int(asked.params["ttl"]))
    except (ValueError, OverflowError, OSError):
        raise invalid("The channel expiration is not valid.") from None
    if until <= now:
        raise invalid("The channel expiration is in the past.")
    return min(until, now + life.longest)
