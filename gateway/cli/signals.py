"""``gateway signals``: who tells us that an authorization is over, and what each signal did."""

import asyncio
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from gateway.app.signals.asking import open_asker
from gateway.app.signals.transmitters import (
    Registered,
    add_transmitter,
    follow_accounts,
    list_signals,
    list_transmitters,
    remove_transmitter,
)
from gateway.app.signals.uncovered import events_missing
from gateway.app.signals.verifying import NOT_HEARD, WAIT_SECONDS, ask_streams
from gateway.app.tenants import find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, folded, whole
from gateway.cli.employer import told_employer
from gateway.cli.standard_input import one_told, or_input
from gateway.cli.tenant_name import TenantName
from gateway.clock import to_second
from gateway.errors import ConfigurationError
from gateway.signals.transmitter import TransmitterKind
from gateway.store.signals import SignalRow
from gateway.store.transmitters import TransmitterRow

#: How many signals are shown.
SHOWN = 50

#: What has to be granted beside what calendars are read with.
_NEEDS = {
    TransmitterKind.GRAPH: "Of accounts it tells once User.Read.All is consented to.",
    TransmitterKind.GOOGLE: (
        "Of accounts it tells once admin.directory.user.readonly is delegated; of our delegation, and of "
        "what people take back, once admin.reports.audit.readonly is. Whoever is read as has to be an admin "
        "who may read users and reports."
    ),
}

Issuer = Annotated[
    str | None,
    Parameter(help="Who tells: https://HOST, as its metadata have it; none for graph and google."),
]
RefusedMailbox = Annotated[
    str | None,
    Parameter(help="A mailbox, of nobody, that must stay closed to us: tried in a doubt (graph)."),
]


async def add(
    tenant: TenantName,
    kind: Annotated[TransmitterKind, Parameter(help="How it tells.")],
    issuer: Issuer = None,
    *,
    token: Annotated[
        str | None, or_input("What we show it, to agree on a stream: - reads it from the input.")
    ] = None,
    application: Annotated[
        str | None, Parameter(help="Its own id of what it has set up for us (okta).")
    ] = None,
    organization: Annotated[
        str | None, Parameter(help="Its own id of the organization, where its tokens name one.")
    ] = None,
    refused_mailbox: RefusedMailbox = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Believe what an identity provider tells of a tenant's people; prints once what it has to be told.

    A tenant's own provider, graph or google, is asked every five minutes what became of accounts and of our
    own application. At Graph the first needs User.Read.All, an application permission, and the second none;
    at Google both need a scope each (admin.directory.user.readonly, admin.reports.audit.readonly).
    """
    if kind.is_asked:
        await _add_provider(tenant, config, kind, issuer, refused_mailbox)
        return
    if issuer is None or refused_mailbox is not None:
        raise ConfigurationError(
            "Name the issuer, https://HOST; --refused-mailbox goes with graph alone. Nothing was recorded."
        )
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
        missing = (await events_missing(parts, overview.standing)).get(added.id, ())
    _tell_added(added, missing)


def _tell_added(added: Registered, missing: tuple[str, ...]) -> None:
    out = console()
    out.print(f"Recorded as {added.id}: what it tells can only restrict.")
    if missing:
        out.print(
            f"It will not tell of {', '.join(missing)}, which was asked for: what that would end is heard of "
            "when the provider refuses it, or by another transmitter. Ask its operator."
        )
    if added.address is None:
        out.print("Its stream was agreed on. 'gateway signals test' shows whether it works.")
        return
    out.print("Enter this address there, and what it has to show. Both are told once and are secrets:")
    out.out(added.address, highlight=False)
    out.out(added.shows or "", highlight=False)


async def _add_provider(
    tenant: str, config: ConfigPath, kind: TransmitterKind, issuer: str | None, closed: str | None
) -> None:
    if issuer is not None:
        raise ConfigurationError(
            f"{kind.title()} is a tenant's own provider, so no issuer is named for it. Nothing was recorded."
        )
    if closed is not None and kind is not TransmitterKind.GRAPH:
        raise ConfigurationError("--refused-mailbox goes with graph alone. Nothing was recorded.")
    async with configured(config) as parts:
        name = await follow_accounts(parts, (await find_tenant(parts, tenant)).standing, kind, closed)
    out = console()
    out.print(f"Recorded as {name}: what it tells can only restrict.")
    out.print(
        f"It is asked while 'gateway serve' runs. {_NEEDS[kind]} 'gateway doctor' shows whether it is so."
    )


async def list_(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List who tells of a tenant's people, and what each signal about somebody we know did."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        standing, employer = overview.standing, await told_employer(parts, overview)
        told, done = await list_transmitters(parts, standing), await list_signals(parts, standing, SHOWN)
        missing = await events_missing(parts, standing)
    out = console()
    by = Table(whole("transmitter"), "kind", *folded("last heard", "state"))
    for one in told:
        lacks = missing.get(one.id, ())
        without = f"; events_missing: {', '.join(lacks)}" if lacks else ""
        by.add_row(one.id, one.kind, _heard(one), f"{_state(one)}{without}")
    out.print(by, crop=False)
    what = Table(*folded("received", "told by", "said", "about", "did", "whom", "asked since"))
    for row in done:
        what.add_row(*_told(row))
    out.print(what, crop=False)
    for line in employer:
        out.print(line)


async def ask(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Ask each stream of a tenant to say that it works, and wait for it; whatever serves has to run."""
    async with configured(config) as parts, open_asker() as asker:
        standing = (await find_tenant(parts, tenant)).standing
        found = await ask_streams(parts, standing, asker, asyncio.sleep)
    out = console()
    for name, kept_from in found.items():
        out.print(f"{name}: {_said(kept_from)}.")
    failed = sum(kept_from is not None for kept_from in found.values())
    if failed:
        raise ConfigurationError(
            f"{failed} of {len(found)} did not say within {WAIT_SECONDS} seconds that they work. See to it "
            "that 'gateway serve' runs and is reached from there, then ask again; where one was not asked, "
            "'gateway signals list' shows why it does not tell."
        )


async def remove(tenant: TenantName, transmitter: str, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Believe an identity provider no more; what it told before stays done."""
    async with configured(config) as parts, open_asker() as asker:
        standing = (await find_tenant(parts, tenant)).standing
        is_ended = await remove_transmitter(parts, standing, asker, transmitter)
    out = console()
    out.print(f"{transmitter} is believed no more.")
    if not is_ended:
        out.print(
            "It could not be ended there. Delete a stream where it was set up; what a tenant's own provider "
            "was asked to tell ends by itself within two days, and nobody listens to it."
        )


def _said(kept_from: str | None) -> str:
    if kept_from is None:
        return "it works"
    return "not heard" if kept_from == NOT_HEARD else f"not asked ({kept_from})"


def _heard(row: TransmitterRow) -> str:
    return "never" if row.heard_at is None else to_second(row.heard_at)


def _state(row: TransmitterRow) -> str:
    silent = None if row.silent_at is None else f"silent since {to_second(row.silent_at)}"
    stands = "; ".join(filter(None, (row.reason, silent)))
    return stands or ("not yet" if row.heard_at is None else "heard")


def _told(row: SignalRow) -> tuple[str, ...]:
    late = " (late)" if row.late else ""
    whom = row.subject or row.authorization or ""
    said, did = row.claim.replace("_", " "), row.effect.replace("_", " ")
    shown = (row.probe or "").replace("_", " ")
    return to_second(row.received_at), row.channel, f"{said}{late}", row.extent, did, whom, shown
