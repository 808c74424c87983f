"""Crossing: what crosses the wire when a calendar is read, for an admin who asks. Counted, and not kept."""

from contextlib import aclosing
from functools import partial
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from connectors.crossing import Crossed
from connectors.errors import ConnectorError
from connectors.port import CalendarAddress, Connector
from gateway.app.parts import Parts
from gateway.app.persons.subjects import has_suppressions
from gateway.app.providers.connecting import open_connectors
from gateway.app.rules import disclosure_of
from gateway.app.service import NotRead
from gateway.app.tenants import TenantOverview, open_tenant
from gateway.errors import ConfigurationError, Fenced
from gateway.minimization.contract import projection
from gateway.minimization.places import Listed
from gateway.store.registry import Standing
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.sync import schedule
from gateway.tenant import Mode, Provider, Tenant


class Crossing(NamedTuple):
    """What crossed in one full round of a calendar. ``mode`` is None where there is but one way to read."""

    mode: Mode | None
    is_chosen: bool
    crossed: Crossed


async def crossings(parts: Parts, overview: TenantOverview, *, both_modes: bool) -> list[Crossing]:
    """Read the calendar that holds most, as the tenant has chosen; with ``both_modes`` also as it has not.

    Raises Fenced if the tenant may not be read, or moves on meanwhile; NotRead; KeyUnavailable;
    ConfigurationError where there is but one way to read.
    """
    standing = overview.standing
    if not standing.authorization.state.may_serve:
        raise Fenced("The tenant is a trial, suspended or has withdrawn, so its calendars are not read.")
    tenant = await open_tenant(parts, standing)
    modes = _modes(tenant, both_modes=both_modes)
    listed = await _fullest(parts, standing)
    chosen = tenant.connection.mode
    return [
        Crossing(
            mode, mode in {None, chosen}, await _crossed(parts, _in_mode(tenant, mode), standing, listed)
        )
        for mode in modes
    ]


def _modes(tenant: Tenant, *, both_modes: bool) -> list[Mode | None]:
    chosen = tenant.connection.mode
    if tenant.connection.provider is Provider.MICROSOFT:
        return [chosen, *(mode for mode in Mode if both_modes and mode is not chosen)]
    if both_modes:
        raise ConfigurationError(
            "Only Microsoft's calendars can be read in two modes. Leave --both-modes out."
        )
    return [None]


def _in_mode(tenant: Tenant, mode: Mode | None) -> Tenant:
    return tenant if mode is None else replace(tenant, connection=replace(tenant.connection, mode=mode))


async def _fullest(parts: Parts, standing: Standing) -> Listed:
    """The calendar of which most bookings are stored. Raises NotRead while none is known."""
    listed = await parts.store.look(Fence.of(standing), await unlock(parts.keyring, standing), _most_booked)
    if listed is None:
        raise NotRead(
            "No calendar of the tenant is known yet: its directory was not read. Run 'gateway sync --once', "
            "then ask again."
        )
    return listed


def _most_booked(transaction: Transaction) -> Listed | None:
    details = transaction.calendars.details()
    calendar = max(sorted(details), key=transaction.bookings.count, default=None)
    return None if calendar is None else msgspec.json.decode(details[calendar], type=Listed)


async def _crossed(parts: Parts, tenant: Tenant, standing: Standing, listed: Listed) -> Crossed:
    crossed, objected = Crossed(), await has_suppressions(parts, standing)
    async with open_connectors(parts.settings, parts.clock, lambda _: crossed.take) as connectors:
        connector = connectors.connect(tenant, partial(parts.store.check, Fence.of(standing)))
        try:
            await _read(connector, parts, tenant, listed, objected=objected)
        except ConnectorError as error:
            raise NotRead(
                f"The calendar could not be read ({error.code}), so nothing is told of it. Ask again later; "
                "'gateway doctor' asks the provider what it lacks."
            ) from None
    return crossed


async def _read(
    connector: Connector, parts: Parts, tenant: Tenant, listed: Listed, *, objected: bool
) -> None:
    """Everything that a full round asks for; nothing of the answer is kept."""
    disclosure = disclosure_of(parts.rules, tenant, single_person=listed.place.single_person)
    asked = projection(disclosure, has_suppressions=objected)
    changes = connector.changes(
        CalendarAddress(listed.address),
        window=schedule.asked(schedule.window(parts.clock())),
        projection=asked,
        since=None,
    )
    async with aclosing(changes):
        async for _ in changes:
            pass
