"""Tokens and links of one of Microsoft's clouds never reach another one's hosts."""

import ssl
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from connectors.errors import CursorExpired, Malformed
from connectors.microsoft.login import LoginHost
from connectors.port import CalendarAddress, Cursor, Projection, Window
from connectors.sandbox.credentials import ClientCertificate
from gateway.app.providers.connecting import open_connectors
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import system_clock
from gateway.settings import CLOUDS, Cloud, MicrosoftSettings, Providers
from gateway.tenant import Connection, Mode, Provider, Registration, Tenant
from tests.fakes.installation import SETTINGS

#: Every pair of clouds that have no host in common, there and back.
LOGINS = [pair for pair in permutations(Cloud, 2) if CLOUDS[pair[0]].login_urls != CLOUDS[pair[1]].login_urls]
ROOM = CalendarAddress("room@corp.example")
WINDOW = Window(datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))
TENANT = Tenant(
    id=TenantId("ten_1"),
    authorization=AuthorizationId("aut_1"),
    connection=Connection(provider=Provider.MICROSOFT, directory="corp.example", mode=Mode.DELTA),
    registration=Registration(name="Corp", policy="occupancy", zone="UTC", basis="f"),
)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clouds") / "microsoft.pem"
    path.write_bytes(ClientCertificate(system_clock()()).pem)
    return path


async def nobody_is_asked() -> None:
    pytest.fail("A request was about to start.")


@pytest.mark.parametrize(("ours", "theirs"), LOGINS)
def test_no_assertion_is_shown_to_another_clouds_login(ours: Cloud, theirs: Cloud) -> None:
    login = LoginHost(CLOUDS[ours].login_urls, ssl.create_default_context())
    for url in CLOUDS[theirs].login_urls:
        with pytest.raises(Malformed, match="foreign_link"):
            login.post(f"{url}/corp.example/oauth2/v2.0/token", {}, {})


@pytest.mark.parametrize(("ours", "theirs"), list(permutations(Cloud, 2)))
async def test_no_link_of_another_clouds_graph_is_followed(pem: Path, ours: Cloud, theirs: Cloud) -> None:
    microsoft = MicrosoftSettings(client_id="app", certificate_file=str(pem), cloud=ours)
    settings = msgspec.structs.replace(SETTINGS, providers=Providers(microsoft))
    link = Cursor(f"{CLOUDS[theirs].graph_url}/v1.0/users/room/calendarView/delta?$deltatoken=1")
    async with open_connectors(settings, system_clock()) as connectors:
        connector = connectors.connect(TENANT, nobody_is_asked)
        with pytest.raises(CursorExpired, match="graph_cursor_elsewhere"):
            await anext(connector.changes(ROOM, window=WINDOW, projection=Projection(), since=link))
