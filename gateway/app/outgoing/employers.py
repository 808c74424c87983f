"""Employers' own webhooks: where each is told what was restricted or is erased, by ids of ours alone."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import msgspec

from gateway.app.consumers.webhooks import checked
from gateway.app.outgoing.escalation import SECRET_BYTES, secret_of
from gateway.app.outgoing.posting import open_sender
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.clock import Clock, milliseconds, moment
from gateway.errors import ConfigurationError
from gateway.store.messages import WEBHOOK, Message, Told, drop_webhook, set_webhook, told
from gateway.store.registry import Registry
from gateway.web.pushing import Send
from gateway.webhook import Signature, SigningKey, Webhook, signed_headers
from gateway.withdrawal.informing import TellEmployer
from gateway.withdrawal.outbox import NotTold


async def name_webhook(parts: Parts, tenant: TenantId, lines: Sequence[str]) -> None:
    """Tell an employer at an address, signed by a secret of its own; ``lines``: the one and the other.

    Raises ConfigurationError, KeyUnavailable.
    """
    if len(lines) != len(("address", "secret")):
        raise ConfigurationError(
            "Give two lines: the address, https://HOST/PATH, and the secret, whsec_ and base64. Nothing was "
            "changed."
        )
    address, secret = checked(lines[0]), secret_of(lines[1])
    if secret is None:
        raise ConfigurationError(
            "The second line is no secret of Standard Webhooks: whsec_ and base64 of "
            f"{SECRET_BYTES.start} to {SECRET_BYTES.stop - 1} random bytes. Nothing was changed."
        )
    webhook = Webhook(address, (SigningKey(Signature.HMAC, secret),))
    column = await parts.keyring.evidence(tenant, *WEBHOOK)

    def write(registry: Registry) -> None:
        if not registry.standing(tenant).authorization.state.is_open:
            raise ConfigurationError("That authorization has ended: there is nothing to tell any more.")
        set_webhook(registry.handle, tenant, webhook, column, now=registry.now)

    await parts.store.administer(write)


async def remove_webhook(parts: Parts, tenant: TenantId) -> bool:
    """Tell an employer nothing more, nor what it was not told yet; False where it had named no address."""
    return await parts.store.administer(lambda registry: drop_webhook(registry.handle, tenant))


async def employer_told(parts: Parts, tenant: TenantId) -> Told | None:
    """How an employer's webhook stands; None where it has none."""
    return await parts.store.read(partial(told, tenant=tenant))


@asynccontextmanager
async def open_employers(clock: Clock) -> AsyncIterator[TellEmployer]:
    """What tells employers."""
    async with open_sender() as sender:
        yield telling(sender.send, clock)


def telling(send: Send, clock: Clock) -> TellEmployer:
    """What tells employers by what sends."""

    async def tell(message: Message) -> None:
        if message.webhook is None:
            return
        now, body = clock(), body_of(message)
        keys = message.webhook.good(milliseconds(now))
        signed = signed_headers(message.id, int(now.timestamp()), body, keys)
        headers = {"content-type": "application/json", **signed}
        if (await send(message.webhook.url, body, headers)).failure is not None:
            raise NotTold("The employer's address did not take it; it is tried again.")

    return tell


def body_of(message: Message) -> bytes:
    """What is told: ids of ours, a type and times; the same each time that it is tried."""
    data = {"tenant": message.tenant, message.what.about: message.about}
    if message.ends_at is not None:
        data["erased_on"] = moment(message.ends_at).date().isoformat()
    return msgspec.json.encode({"type": message.what, "timestamp": moment(message.since), "data": data})
