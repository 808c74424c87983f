"""Escalation: what people have to see to, told at an address of the operator's, as Standard Webhooks 1.0.

It holds ids of ours and a time, and nothing of what it is about.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import msgspec
from yarl import URL

from gateway.app.outgoing.posting import open_session, post
from gateway.app.outgoing.public_hosts import PublicResolver, is_named, is_public
from gateway.app.providers.credentials import read_credential
from gateway.clock import Clock, moment
from gateway.errors import ConfigurationError
from gateway.settings import Settings
from gateway.store.escalations import Escalation
from gateway.webhook import SECRET_PREFIX, Signature, SigningKey, signed_headers
from gateway.withdrawal.chasing import Tell
from gateway.withdrawal.outbox import NotTold

TYPE = "acknowledgement.overdue"
#: As Standard Webhooks wants them.
SECRET_BYTES = range(24, 65)
#: Ten of them fit into a lease.
TIMEOUT = aiohttp.ClientTimeout(total=10)
#: The scheme of an address on this machine, and of no other.
LOOPBACK_SCHEME = "http"


@asynccontextmanager
async def open_escalation(settings: Settings, clock: Clock) -> AsyncIterator[Tell | None]:
    """What tells the operator; None where they named no address. Raises ConfigurationError."""
    if settings.escalation is None:
        yield None
        return
    secret, url = read_secret(settings.escalation.secret_file), checked(settings.escalation.url)
    async with _open_session(url) as session:

        async def tell(escalation: Escalation) -> None:
            body = _body(escalation, clock)
            headers = signed(escalation.id, int(clock().timestamp()), body, secret)
            if (await post(session, url, body, headers, TIMEOUT)).failure is not None:
                raise NotTold("The address of [escalation] did not take it; it is tried again.")

        yield tell


def checked(address: str) -> URL:
    """An address, if it may be told anything. Raises ConfigurationError."""
    with suppress(ValueError):
        url = URL(address)
        host = url.host or ""
        if url.scheme == LOOPBACK_SCHEME or is_named(host) or is_public(host):
            return url
    raise ConfigurationError(
        "escalation.url is no address, or leads into a network that is not public. Name a public host, or "
        "let something on this machine's loopback (http://127.0.0.1) hand it on. Nothing was started."
    )


def read_secret(path: str) -> bytes:
    """What signs. Raises ConfigurationError."""
    secret = secret_of(read_credential(path).strip())
    if secret is None:
        raise ConfigurationError(
            "The secret_file of [escalation] holds no secret of Standard Webhooks: whsec_ and base64 of 24 "
            "to 64 random bytes. Nothing was started."
        )
    return secret


def secret_of(written: str) -> bytes | None:
    """What signs, as Standard Webhooks writes it; None for what is none."""
    try:
        secret = base64.b64decode(written.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        return None
    return secret if written.startswith(SECRET_PREFIX) and len(secret) in SECRET_BYTES else None


def signed(message: str, at: int, body: bytes, secret: bytes) -> dict[str, str]:
    """The headers of a webhook that is sent at that second."""
    key = SigningKey(Signature.HMAC, secret)
    return {"content-type": "application/json", **signed_headers(message, at, body, [key])}


def _body(escalation: Escalation, clock: Clock) -> bytes:
    data = {
        "erasure": escalation.erasure,
        "consumer": escalation.consumer,
        "since": moment(escalation.since),
    }
    return msgspec.json.encode({"type": TYPE, "timestamp": clock(), "data": data})


def _open_session(url: URL) -> aiohttp.ClientSession:
    return open_session(None if url.scheme == LOOPBACK_SCHEME else PublicResolver(), limit=1)
