"""Renewal: what wraps a tenant's data keys is never older than a quarter, without anybody's word."""

import asyncio
from typing import NamedTuple

import structlog

from gateway.app.parts import Parts
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.errors import GatewayError, StoreBusy
from gateway.stopping import stopped_within
from gateway.store.registry import Standing, standings

log = structlog.get_logger()

RENEW_AFTER_DAYS = 90
#: Also for what a process that died has left half done.
LOOK_SECONDS = 600.0


class KeyAge(NamedTuple):
    """Which version of its encryption key a tenant has, and since when, epoch milliseconds."""

    version: int
    since: int
    is_due: bool


async def key_age(parts: Parts, standing: Standing) -> KeyAge:
    """Raises KeyUnavailable."""
    newest = await parts.keys.key_version(standing.tenant)
    since = standing.created_at if newest.since is None else newest.since
    is_due = milliseconds(parts.clock()) - since >= RENEW_AFTER_DAYS * DAY_MILLISECONDS
    return KeyAge(newest.number, since, is_due)


async def renew_key(parts: Parts, standing: Standing) -> int:
    """Renew a tenant's encryption key now, or complete what was begun; returns its version.

    Raises KeyUnavailable: then it goes on by itself, or when it is called again.
    """
    newest = await parts.keys.key_version(standing.tenant)
    version = newest.number + 1 if newest.is_alone else newest.number
    await parts.keys.rotate(standing.tenant, version, milliseconds(parts.clock()))
    return version


class Renewal:
    """Renews encryption keys that are due. Any process may, also several at once."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def run(self, stop: asyncio.Event) -> None:
        """Look now and every ten minutes, until told to stop."""
        while not stop.is_set():
            try:
                await self.visit_all()
            except StoreBusy:
                log.warning("renewal_waits_for_the_store")
            await stopped_within(stop, LOOK_SECONDS)

    async def visit_all(self) -> None:
        """Look at all that have not ended. One whose keys are not to be had does not hold up the others."""
        for standing in await self._parts.store.read(standings):
            if standing.authorization.state.is_open:
                try:
                    await self._visit(standing)
                except GatewayError as error:
                    log.warning("key_not_renewed", tenant=standing.tenant, code=type(error).__name__)

    async def _visit(self, standing: Standing) -> None:
        newest = await self._parts.keys.key_version(standing.tenant)
        if not newest.is_alone or (await key_age(self._parts, standing)).is_due:
            version = await renew_key(self._parts, standing)
            log.info("key_renewed", tenant=standing.tenant, version=version)
