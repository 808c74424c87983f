"""Graph's change notifications and lifecycle notifications. One body may mix tenants and calendars.

learn.microsoft.com/graph/change-notifications-delivery-webhooks, /change-notifications-lifecycle-events.
"""

import msgspec
from msgspec.json import Decoder

from gateway.signals.notification import SECRET_LENGTH_MAX, Heard, Notification, Told

#: More than Graph puts into one body.
ITEMS_MAX = 200

_TOLD = {
    "reauthorizationrequired": Told.ENDING,
    "subscriptionremoved": Told.ENDED,
    "missed": Told.CHANGED,
}


_NULL = b"null"
_NOTHING = msgspec.Raw(_NULL)


class _Envelope(msgspec.Struct, rename="camel"):
    value: list[msgspec.Raw]
    validation_tokens: msgspec.Raw = _NOTHING


class _Item(msgspec.Struct, rename="camel"):
    """All that is read of an item: what it says of the resource names people, and is not trusted anyway."""

    client_state: str
    lifecycle_event: str | None = None
    encrypted_content: msgspec.Raw = _NOTHING


_ENVELOPE, _ITEM, _TOKENS = Decoder(_Envelope), Decoder(_Item), Decoder(tuple[str, ...])
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def heard(body: bytes) -> Heard:
    """What a body tells; items that cannot be read, or repeat no secret, are left out."""
    try:
        envelope = _ENVELOPE.decode(body)
    except _UNREADABLE:
        return Heard(())
    told = map(_notification, envelope.value[:ITEMS_MAX])
    return Heard(tuple(one for one in told if one is not None), _tokens(envelope.validation_tokens))


def _tokens(part: msgspec.Raw) -> tuple[str, ...]:
    try:
        return _TOKENS.decode(part)
    except _UNREADABLE:
        return ()


def _notification(item: msgspec.Raw) -> Notification | None:
    try:
        read = _ITEM.decode(item)
    except _UNREADABLE:
        return None
    if not 0 < len(read.client_state) <= SECRET_LENGTH_MAX:
        return None
    event, content = read.lifecycle_event, bytes(read.encrypted_content)
    if event is None:
        return Notification(read.client_state, Told.CHANGED, None if content == _NULL else content)
    return Notification(read.client_state, _TOLD.get(event.lower(), Told.CHANGED))
