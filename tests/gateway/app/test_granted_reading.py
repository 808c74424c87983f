"""Calendars are read under the grant that the tenant gave, and under no other."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.errors import AccessDenied, CalendarMissing
from connectors.google.grant import EVENTS_SCOPE, FREEBUSY_SCOPE
from connectors.port import CalendarAddress, Connector, Page, Projection, Window
from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider as Whose
from connectors.sandbox.truth import ResourceKind
from gateway.app.providers.connecting import open_connectors
from gateway.app.tenants import open_tenant
from gateway.errors import ConfigurationError
from tests.connectors.tls_host import free
from tests.fakes.filled_store import NOON
from tests.gateway.app.clinic import Clinic, clinic

WINDOW = Window(NOON - timedelta(days=10), NOON + timedelta(days=10))


async def told(connector: Connector, address: str) -> list[Page]:
    calendar = CalendarAddress(address)
    changes = connector.changes(calendar, window=WINDOW, projection=Projection(), since=None)
    return [page async for page in changes]


def room_of(here: Clinic) -> str:
    return next(place.address for place in here.company.resources if place.kind is ResourceKind.ROOM)


@pytest.mark.parametrize("grant", ["shared", "delegated-freebusy", "delegated-readonly"])
async def test_every_google_grant_reads_rooms_and_nobody(
    tmp_path: Path, identity: Identity, grant: str
) -> None:
    async with clinic(tmp_path, identity, Whose.GOOGLE, grant) as here:
        tenant = await open_tenant(here.parts, (await here.overview()).standing)
        async with open_connectors(here.parts.settings, here.parts.clock) as connectors:
            connector = connectors.connect(tenant, free)
            pages = await told(connector, room_of(here))
            assert any(page.events for page in pages)
            with pytest.raises(CalendarMissing):
                await told(connector, here.person)


@pytest.mark.parametrize(
    ("grant", "own", "other"),
    [
        ("delegated-freebusy", FREEBUSY_SCOPE, EVENTS_SCOPE),
        ("delegated-readonly", EVENTS_SCOPE, FREEBUSY_SCOPE),
    ],
)
async def test_a_delegated_grant_needs_its_own_scope_and_no_other(
    tmp_path: Path, identity: Identity, grant: str, own: str, other: str
) -> None:
    async with clinic(tmp_path, identity, Whose.GOOGLE, grant) as here:
        tenant = await open_tenant(here.parts, (await here.overview()).standing)
        async with open_connectors(here.parts.settings, here.parts.clock) as connectors:
            here.consent.withheld = frozenset({other})
            assert await told(connectors.connect(tenant, free), room_of(here))
            here.consent.withheld = frozenset({own})
            with pytest.raises(AccessDenied):
                await told(connectors.connect(tenant, free), room_of(here))


async def test_a_delegated_grant_names_whom_it_reads_as(tmp_path: Path, identity: Identity) -> None:
    async with clinic(tmp_path, identity, Whose.GOOGLE, "shared") as here:
        tenant = await open_tenant(here.parts, (await here.overview()).standing)
        reach = msgspec.structs.replace(tenant.connection, grant="delegated-readonly")
        async with open_connectors(here.parts.settings, here.parts.clock) as connectors:
            with pytest.raises(ConfigurationError, match="--read-as"):
                connectors.connect(msgspec.structs.replace(tenant, connection=reach), free)
