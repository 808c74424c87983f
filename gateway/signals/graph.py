"""Graph's change notifications and lifecycle notifications. One body may mix tenants and calendars.

learn.microsoft.com/graph/change-notifications-delivery-webhooks, /change-notifications-lifecycle-events.
"""

import msgspec
from msgspec.json import Decoder

from gateway.signals.notification import SECRET_LENGTH_MAX, Notification, Told

#: More than Graph puts into one body.
ITEMS_MAX = 200

_TOLD = {
    "reauthorizationrequired": Told.ENDING,
    "subscriptionremoved": Told.ENDED,
    "missed": Told.CHANGED,
}


class _Envelope(msgspec.Struct):
    value: list[msgspec.Raw]


class _Item(msgspec.Struct, rename="camel"):
    """All that is read of an item: what it says of the resource names people, and is not trusted anyway."""

    client_state: str
    lifecycle_event: str | None = None


_ENVELOPE, _ITEM = Decoder(_Envelope), Decoder(_Item)


def notifications(body: bytes) -> list[Notification]:
    """What a body tells; items that cannot be read, or repeat no secret, are left out."""
    try:
        items = _ENVELOPE.decode(body).value[:ITEMS_MAX]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    return [told for told in map(_notification, items) if told is not None]


def _notification(item: msgspec.Raw) -> Notification | None:
    try:
        read = _ITEM.decode(item)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not 0 < len(read.client_state) <= SECRET_LENGTH_MAX:
        return None
    event = read.lifecycle_event
    return Notification(
        read.client_state, Told.CHANGED if event is None else _TOLD.get(event.lower(), Told.CHANGED)
    )
