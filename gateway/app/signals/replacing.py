"""Replacing: a stream that is gone at its transmitter's end is agreed on anew, once an hour at most."""

import secrets
from functools import partial

import structlog
from msgspec.structs import replace

from gateway.app.parts import Parts
from gateway.app.signals.arranging import agree_anew, end_stream, is_gone
from gateway.app.signals.asking import Asker, NotAnswered
from gateway.clock import HOUR_MILLISECONDS, milliseconds
from gateway.errors import Fenced, GatewayError
from gateway.signals.transmitter import Caller, Transmitter, TransmitterKind, hash_of
from gateway.store.registry import known_standing
from gateway.store.store import Fence
from gateway.store.transmitters import known_by
from gateway.store.unlock import open_keys

log = structlog.get_logger()

PAUSE_MILLISECONDS = HOUR_MILLISECONDS
NOT_FOUND = "not_found"


class Replacing:
    """Replaces one transmitter's stream. Whoever calls holds its lease."""

    def __init__(self, parts: Parts, asker: Asker, caller: Caller) -> None:
        self._parts = parts
        self._asker = asker
        self._caller = caller

    async def run(self) -> None:
        """Agree on another in its place, to the address that we have given away, if it is gone and may be.

        What it is to show there is another secret: of the first a hash alone is kept. Raises NotAnswered,
        GatewayError.
        """
        before, now = self._caller.transmitter, milliseconds(self._parts.clock())
        is_early = 0 <= now - before.replaced_at < PAUSE_MILLISECONDS
        if is_early or not await self._is_ours() or not await is_gone(self._asker, before):
            raise NotAnswered(NOT_FOUND)
        # Before it is asked: whoever dies in between asks no more often.
        before = replace(before, replaced_at=now, question=None)
        await self._write(before)
        shows = secrets.token_urlsafe(32) if before.kind is TransmitterKind.SSF_PUSH else None
        made = await agree_anew(self._asker, before, shows)
        try:
            await self._write(made if shows is None else replace(made, shown=hash_of(shows)))
        except GatewayError:
            # A stream of which nobody here knows would stand in the way of the next one.
            await end_stream(self._asker, made)
            raise
        log.warning("stream_agreed_anew", tenant=self._caller.tenant, transmitter=self._caller.id)

    async def _is_ours(self) -> bool:
        """Whether it was agreed on as these are, and what comes has the address that we gave away."""
        transmitter, tenant = self._caller.transmitter, self._caller.tenant
        if transmitter.kind is not TransmitterKind.SSF_PUSH:
            return transmitter.kind is TransmitterKind.SSF_POLL
        address = (transmitter.agreed and transmitter.agreed.delivery.endpoint_url) or ""
        secret = address.rpartition("/")[0].rpartition("/")[2]
        known = await self._parts.store.read(partial(known_by, secret=secret))
        return known is not None and (known.tenant, known.id) == (tenant, self._caller.id)

    async def _write(self, transmitter: Transmitter) -> None:
        tenant, name = self._caller.tenant, self._caller.id
        standing = await self._parts.store.read(partial(known_standing, tenant=tenant))
        keys = await open_keys(self._parts.keyring, standing)
        written, pause = transmitter.written, transmitter.pause
        is_there = await self._parts.store.turn(
            Fence.of(standing), keys, lambda to: to.transmitters.write(name, written, pause=pause)
        )
        if not is_there:
            raise Fenced("The transmitter was removed meanwhile; nothing was agreed on with it.")
