"""``gateway signals``: who tells us that an authorization is over, and what each signal did."""

import asyncio
from typing import Annotated

from cyclopts import Parameter
from rich.table import Column, Table

from gateway.app.asking import open_asker
from gateway.app.parts import Parts
from gateway.app.tenants import find_tenant
from gateway.app.transmitters import (
    add_transmitter,
    ask_to_verify,
    list_signals,
    list_transmitters,
    remove_transmitter,
)
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.cli.standard_input import one_told
from gateway.cli.tenant_name import TenantName
from gateway.clock import milliseconds, to_second
from gateway.errors import ConfigurationError
from gateway.signals.transmitter import TransmitterKind
from gateway.store.registry import Standing
from gateway.store.signals import SignalRow
from gateway.store.transmitters import TransmitterRow

#: How many signals are shown, and how long a test waits for what was asked for.
SHOWN = 50
WAIT_SECONDS = 60
LOOK_SECONDS = 0.5


async def add(
    tenant: TenantName,
    kind: Annotated[TransmitterKind, Parameter(help="How it tells.")],
    issuer: Annotated[str, Parameter(help="Who tells: https://HOST, as its metadata have it.")],
    *,
    token: Annotated[
        str | None, Parameter(help="- reads from the input what we show it, to agree on a stream.")
    ] = None,
    application: Annotated[
        str | None, Parameter(help="Its own id of what it has set up for us (okta).")
    ] = None,
    organization: Annotated[
        str | None, Parameter(help="Its own id of the organization, where its tokens name one.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Believe what an identity provider tells of a tenant's people; prints once what it has to be told."""
    shown = None if token is None else one_told(token)
    async with configured(config) as parts, open_asker() as asker:
        overview = await find_tenant(parts, tenant)
        added = await add_transmitter(
            parts,
            overview.standing,
            asker,
            kind=kind,
            issuer=issuer,
            token=shown,
            application=application,
            organization=organization,
        )
    out = console()
    out.print(f"Recorded as {added.id}: what it tells can only restrict.")
    if added.address is None:
        out.print("Its stream was agreed on. 'gateway signals test' shows whether it works.")
        return
    out.print("Enter this address there, and what it has to show. Both are told once and are secrets:")
    out.out(added.address, highlight=False)
    out.out(added.shows or "", highlight=False)


async def list_(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List who tells of a tenant's people, and what each signal about somebody we know did."""
    async with configured(config) as parts:
        standing = (await find_tenant(parts, tenant)).standing
        told, done = await list_transmitters(parts, standing), await list_signals(parts, standing, SHOWN)
    out = console()
    by = Table(whole("transmitter"), "kind", "last heard", "state")
    for one in told:
        by.add_row(one.id, one.kind, _heard(one), one.reason or "heard")
    out.print(by, crop=False)
    what = Table(
        "received", "told by", "said", "about", "did", Column("whom", overflow="fold"), "asked since"
    )
    for row in done:
        what.add_row(*_told(row))
    out.print(what, crop=False)


async def ask(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Ask each stream of a tenant to say that it works, and wait for it; whatever serves has to run."""
    async with configured(config) as parts, open_asker() as asker:
        standing = (await find_tenant(parts, tenant)).standing
        streams = [
            one for one in await list_transmitters(parts, standing) if TransmitterKind(one.kind).is_stream
        ]
        if not streams:
            raise ConfigurationError(
                "This tenant has no stream to ask. Of others, let their operator send a test from where they "
                "were set up; 'gateway signals list' shows when it was heard. Nothing was asked."
            )
        asked_at = milliseconds(parts.clock())
        for one in streams:
            await ask_to_verify(parts, standing, asker, one.id)
        silent = await _wait(parts, standing, {one.id for one in streams}, asked_at)
    out = console()
    for one in streams:
        out.print(f"{one.id}: {'not heard' if one.id in silent else 'it works'}.")
    if silent:
        raise ConfigurationError(
            f"{len(silent)} of {len(streams)} did not say within {WAIT_SECONDS} seconds that they work. See "
            "to it that 'gateway serve' runs and is reached from there, then ask again."
        )


async def remove(tenant: TenantName, transmitter: str, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Believe an identity provider no more; what it told before stays done."""
    async with configured(config) as parts, open_asker() as asker:
        standing = (await find_tenant(parts, tenant)).standing
        is_ended = await remove_transmitter(parts, standing, asker, transmitter)
    out = console()
    out.print(f"{transmitter} is believed no more.")
    if not is_ended:
        out.print("Its stream could not be ended there: delete it where it was set up.")


async def _wait(parts: Parts, standing: Standing, asked: set[str], asked_at: int) -> set[str]:
    """Those that did not say in time that they work."""
    for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
        known = await list_transmitters(parts, standing)
        asked = asked - {one.id for one in known if (one.heard_at or 0) >= asked_at}
        if not asked:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return asked


def _heard(row: TransmitterRow) -> str:
    return "never" if row.heard_at is None else to_second(row.heard_at)


def _told(row: SignalRow) -> tuple[str, ...]:
    late = " (late)" if row.late else ""
    whom = row.subject or row.authorization or ""
    said, did = row.claim.replace("_", " "), row.effect.replace("_", " ")
    return to_second(row.received_at), row.channel, f"{said}{late}", row.extent, did, whom, row.probe or ""
