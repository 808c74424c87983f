"""Consumers' webhooks as an admin sees them: where each is told, what signs, and what it has yet to take."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from gateway.app.consumers.overview import supersede
from gateway.app.outgoing.posting import public_target
from gateway.app.parts import Parts
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, UnknownName
from gateway.feed.delivery import Delivery, PauseReason
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.endpoints import ENDPOINTS, EndpointRows
from gateway.store.handle import Handle
from gateway.store.registry import Registry
from gateway.vault.columns import SealedColumn
from gateway.web.pushing import ENDPOINTS_MAX
from gateway.webhook import KEY_BYTES, Signature, SigningKey, Webhook
from gateway.written import HOOK

ADDRESS_LENGTH_MAX = 2_000
SALT_BYTES = 16


class Endpoint(NamedTuple):
    """A consumer with a webhook, and how it stands with that."""

    consumer: Consumer
    webhook: Webhook
    delivery: Delivery


class _Rows(NamedTuple):
    """What seals consumers and their endpoints."""

    records: SealedColumn
    deliveries: SealedColumn

    def consumers(self, handle: Handle) -> ConsumerRows:
        return ConsumerRows(handle, self.records)

    def endpoints(self, handle: Handle) -> EndpointRows:
        return EndpointRows(handle, self.deliveries)


def checked(address: str) -> str:
    """An address that a consumer may be told at. Raises ConfigurationError."""
    is_one = len(address) <= ADDRESS_LENGTH_MAX and HOOK.fullmatch(address) is not None
    if not is_one or public_target(address) is None:
        raise ConfigurationError(
            "That is no address that anybody can be told at. Give it as https://HOST/PATH on the public "
            "network, without a user; nothing was changed."
        )
    return address


async def add_webhook(parts: Parts, name_or_id: str, address: str, kind: Signature) -> tuple[Consumer, str]:
    """Let a consumer be told of its feed at an address, from the current state on. Returns what verifies it.

    Raises UnknownName; ConfigurationError for an address that cannot be, or where there is one already.
    """
    rows, key = await _rows(parts), SigningKey(kind, secrets.token_bytes(KEY_BYTES))
    webhook = Webhook(checked(address), (key,))

    def add(registry: Registry) -> Consumer:
        consumers, endpoints = rows.consumers(registry.handle), rows.endpoints(registry.handle)
        if consumers.reading(name_or_id).webhook is not None:
            raise ConfigurationError("This consumer has a webhook. Remove it first; nothing was changed.")
        if len(endpoints.names()) >= ENDPOINTS_MAX:
            raise ConfigurationError(
                f"At most {ENDPOINTS_MAX} consumers have a webhook. Remove one, or let this one ask for the "
                "feed; nothing was changed."
            )
        consumer = consumers.hook(name_or_id, webhook)
        delivery = Delivery(secrets.token_bytes(SALT_BYTES), registry.now)
        endpoints.add(consumer.id, delivery.written)
        return consumer

    consumer = await parts.store.administer(add)
    await supersede(parts, consumer)
    return consumer, key.shown


async def rotate_webhook(parts: Parts, name_or_id: str, *, overlap: timedelta) -> tuple[Consumer, str]:
    """Give a webhook another key of its kind; those it has sign beside it for as long as the overlap.

    Returns what verifies it. Raises UnknownName.
    """
    rows = await _rows(parts)
    now = parts.clock()

    def rotate(registry: Registry) -> tuple[Consumer, str]:
        consumers = rows.consumers(registry.handle)
        webhook = _webhook(consumers, name_or_id)
        key = SigningKey(webhook.keys[0].kind, secrets.token_bytes(KEY_BYTES))
        rotated = webhook.rotated(key, now=milliseconds(now), until=milliseconds(now + overlap))
        return consumers.hook(name_or_id, rotated), key.shown

    consumer, shown = await parts.store.administer(rotate)
    await supersede(parts, consumer)
    return consumer, shown


async def remove_webhook(parts: Parts, name_or_id: str) -> Consumer:
    """Tell a consumer nothing more at its webhook, at once. It may go on asking. Raises UnknownName."""
    rows = await _rows(parts)

    def remove(registry: Registry) -> Consumer:
        consumers = rows.consumers(registry.handle)
        _webhook(consumers, name_or_id)
        consumer = consumers.hook(name_or_id, None)
        rows.endpoints(registry.handle).remove(consumer.id)
        return consumer

    consumer = await parts.store.administer(remove)
    await supersede(parts, consumer)
    return consumer


async def pause_webhook(parts: Parts, name_or_id: str) -> Endpoint:
    """Send nothing more until it is resumed. Raises UnknownName."""
    return await _change(parts, name_or_id, lambda delivery, now: delivery.pause(PauseReason.ASKED, now))


async def resume_webhook(parts: Parts, name_or_id: str) -> Endpoint:
    """Go on where it was left, and try at once what waits; dead letters stay. Raises UnknownName."""
    return await _change(parts, name_or_id, Delivery.resume)


async def replay_webhook(parts: Parts, name_or_id: str) -> Endpoint:
    """Tell anew, as it is by now, what was given up and all that has waited behind it. Raises UnknownName."""
    return await _change(parts, name_or_id, Delivery.replay)


async def begin_anew(parts: Parts) -> None:
    """Let every webhook be told anew from nothing: the store was put back from a copy."""
    column = await parts.keyring.service(*ENDPOINTS)

    def write(registry: Registry) -> None:
        endpoints = EndpointRows(registry.handle, column)
        for consumer, record in endpoints.known().items():
            delivery = Delivery.read(record)
            delivery.begin_anew(secrets.token_bytes(SALT_BYTES))
            endpoints.write(consumer, delivery.written)

    await parts.store.administer(write)


async def list_webhooks(parts: Parts) -> list[Endpoint]:
    """Every webhook, by the consumers' age."""
    rows = await _rows(parts)

    def find(handle: Handle) -> list[Endpoint]:
        known = rows.endpoints(handle).known()
        return [
            Endpoint(consumer, consumer.webhook, Delivery.read(known[consumer.id]))
            for consumer in rows.consumers(handle).all()
            if consumer.webhook is not None and consumer.id in known
        ]

    return await parts.store.read(find)


async def _change(parts: Parts, name_or_id: str, change: Callable[[Delivery, int], object]) -> Endpoint:
    rows = await _rows(parts)

    def write(registry: Registry) -> Endpoint:
        consumers, endpoints = rows.consumers(registry.handle), rows.endpoints(registry.handle)
        webhook, consumer = _webhook(consumers, name_or_id), consumers.reading(name_or_id)
        record = endpoints.load(consumer.id)
        if record is None:
            raise _unknown()
        delivery = Delivery.read(record)
        change(delivery, registry.now)
        endpoints.write(consumer.id, delivery.written)
        return Endpoint(consumer, webhook, delivery)

    return await parts.store.administer(write)


async def _rows(parts: Parts) -> _Rows:
    return _Rows(*[await parts.keyring.service(*column) for column in (RECORDS, ENDPOINTS)])


def _webhook(consumers: ConsumerRows, name_or_id: str) -> Webhook:
    """Raises UnknownName."""
    webhook = consumers.reading(name_or_id).webhook
    if webhook is None:
        raise _unknown()
    return webhook


def _unknown() -> UnknownName:
    return UnknownName("This consumer has no webhook. 'gateway webhook list' shows them all.")
