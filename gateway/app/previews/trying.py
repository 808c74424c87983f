"""A trial: what FlexO would be told of chosen calendars, read from the provider and kept nowhere."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from functools import partial
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from rich.console import Console

from connectors.errors import ConnectorError
from connectors.port import CalendarAddress, Connector, Projection, Window
from gateway.app.parts import Parts
from gateway.app.providers.connecting import open_connectors
from gateway.app.service import NotRead
from gateway.app.tenants import TenantOverview
from gateway.app.terms.narrowing import sight_of
from gateway.authorization import State
from gateway.errors import ConfigurationError
from gateway.minimization.places import Listed
from gateway.minimization.preview import Item, Result, results_in
from gateway.minimization.reveal import tell
from gateway.store.history import Happened
from gateway.store.registry import Registry
from gateway.store.unlock import unlock
from gateway.sync import schedule
from gateway.sync.tenancy import Sight
from gateway.tenant import Mode, Provider, Tenant

#: Of each calendar: more shows nothing that these do not.
EVENTS_MAX = 50


class Tried(NamedTuple):
    """One calendar's place, by what FlexO would be told of it, and what of each event, the first ones."""

    place: str
    results: list[Result]


async def try_out(parts: Parts, overview: TenantOverview) -> list[Tried]:
    """Read a trial's calendars now. That somebody looked is in history; what was seen is nowhere.

    Raises ConfigurationError for what is no trial, or a calendar that is no bookable place's; NotRead,
    KeyUnavailable, Fenced where it ends meanwhile.
    """
    standing = overview.standing
    if standing.authorization.state is not State.TRIAL:
        raise ConfigurationError(
            "That tenant is no trial: what FlexO is told of it stands in the feed, and 'gateway receipt' "
            "counts what is withheld. Nothing was read."
        )
    await unlock(parts.keyring, standing)
    sight = await sight_of(parts, standing)
    await parts.store.administer(partial(_note, sight=sight))
    tenant = _by_snapshots(sight.tenant)
    async with open_connectors(parts.settings, parts.clock) as connectors:
        connector = connectors.connect(tenant, partial(parts.store.check, sight.fence))
        try:
            chosen = await _chosen(connector, sight)
            return [Tried(_named(one), await _results(parts, connector, sight, one)) for one in chosen]
        except ConnectorError as error:
            raise NotRead(
                f"The trial's calendars could not be read ({error.code}), so nothing is told of them. Ask "
                "again later; 'gateway doctor' asks the provider what it lacks."
            ) from None


def show(console: Console, tried: Sequence[Tried]) -> None:
    """Print what would reach FlexO, calendar by calendar; nothing else of what was read."""
    for one in tried:
        tell(console, one.place, one.results)


def as_json(tried: Sequence[Tried]) -> str:
    """The same, for programs."""
    told = [{"place": one.place, "results": one.results} for one in tried]
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _note(registry: Registry, *, sight: Sight) -> None:
    """Before anything is read. Raises ConfigurationError where it has ended, or become more, meanwhile."""
    authorization = registry.standing(sight.tenant.id).authorization
    if authorization.state is not State.TRIAL:
        raise ConfigurationError("That trial has ended meanwhile. Nothing was read.")
    registry.note(authorization, Happened.TRIED, None)


def _by_snapshots(tenant: Tenant) -> Tenant:
    """Whatever was chosen for later: so people stay off the wire."""
    return replace(tenant, connection=replace(tenant.connection, mode=Mode.SNAPSHOT))


async def _chosen(connector: Connector, sight: Sight) -> list[Listed]:
    """The calendars that were chosen, as places. An address that no directory lists may be a person's."""
    trial, importer = sight.tenant.registration.trial, sight.importer()
    asked = [] if trial is None else [address.casefold() for address in trial.calendars]
    found = {entry.address.casefold(): entry for entry in importer.unlisted()}
    async with aclosing(connector.places()) as pages:
        async for places in pages:
            entries = (importer.listed(raw) for raw in places)
            found |= {entry.address.casefold(): entry for entry in entries if entry is not None}
    missing = [number for number, address in enumerate(asked, start=1) if address not in found]
    if missing:
        raise ConfigurationError(
            f"The directory lists no bookable place at --calendar number {', '.join(map(str, missing))}: it "
            "may be a person's, and nothing was read. Withdraw this trial, and begin one of places alone."
        )
    return [found[address] for address in asked]


def _named(entry: Listed) -> str:
    return entry.place.resource.name or entry.place.resource.site or entry.place.resource.kind


async def _results(parts: Parts, connector: Connector, sight: Sight, entry: Listed) -> list[Result]:
    place, now = entry.place, parts.clock()
    asked = sight.projection(place)
    items = [item async for item in _items(connector, entry, asked, schedule.asked(schedule.window(now)))]
    minimizer = sight.minimizer(
        place, sight.identify(entry.calendar, place.resource.id), window=schedule.window(now), now=now
    )
    names_people = sight.tenant.connection.provider is not Provider.GOOGLE
    return results_in(items, minimizer, sight.terms(place), asked, names_people=names_people)


async def _items(
    connector: Connector, entry: Listed, asked: Projection, window: Window
) -> AsyncIterator[Item]:
    """The first events of a calendar, by the projection that a round asks for."""
    address, left = CalendarAddress(entry.address), EVENTS_MAX
    changes = connector.changes(address, window=window, projection=asked, since=None)
    async with aclosing(changes):
        async for page in changes:
            for item in page.items[:left]:
                yield item
            left -= len(page.items)
            if left <= 0:
                return
