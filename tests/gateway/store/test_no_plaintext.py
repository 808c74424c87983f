"""Law 1 and 7, over the bytes: what the files of a database hold, whatever was written and erased."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.raw import Attendee, Response, Tainted
from gateway.app.accountability.certificates import certificate
from gateway.app.consumers.overview import add_consumer
from gateway.app.persons.subjects import enrol_subject, withdraw_subject
from gateway.app.tenants import add_tenant, withdraw_tenant
from gateway.booking import TenantId
from gateway.proof.certificate import BYTES_MAX
from gateway.record import Controller, Mandate
from gateway.store.database import Database
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.sqlite import SqliteDatabase
from gateway.store.tables import OF_THE_INSTALLATION, metadata
from gateway.tenant import Connection, Places, Provider, Registration
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.own_postgresql import serving
from tests.fakes.postgresql import Postgresql
from tests.fakes.provider import CURSOR, FakeProvider, meeting
from tests.fakes.site import AMBER, meetings, open_site

ROOM = replace(
    AMBER,
    place_id="place-saltmarsh",
    address="saltmarsh@rooms.example",
    name="Saltmarsh Hall",
    site="Gullholmen",
    building="Tidehouse",
    floor="Upperdeck",
)
CHOICE = Registration(
    name="Brackwater Works",
    policy="capacity",
    zone="Pacific/Chatham",
    basis="f",
    places=Places(
        external_refs={ROOM.place_id: "flexo-thornback"}, site_zones={"Gullholmen": "Antarctica/Vostok"}
    ),
)
REACH = Connection(provider=Provider.GOOGLE, directory="C0brackish", read_as="reader@brackwater.example")
WHO = Controller(
    address="7 Stormwrack Quay",
    contact="wrackline@brackwater.example",
    national_rule="Kelpgard Act",
    mandate=Mandate(
        name="Gannet Services", address="9 Shingle Row", contact="skua@gannet.example", reference="Dulse 7"
    ),
)
EVENT = replace(
    meeting("eventid-limpet", NOON),
    organizer="wendla.ostrander@brackwater.example",
    attendees=(Attendee(Response.ACCEPTED, Tainted("ruben.calloway@brackwater.example")),),
)
CANARIES = [
    "saltmarsh",
    "gullholmen",
    "tidehouse",
    "upperdeck",
    "brackwater",
    "chatham",
    "vostok",
    "brackish",
    "limpet",
    "ostrander",
    "calloway",
    "thornback",
    "capacity",
    "stormwrack",
    "wrackline",
    "kelpgard",
    "gannet",
    "shingle",
    "skua",
    "dulse",
    "bladderwort",
    CURSOR,
    "2026-03-02",
]
#: PostgreSQL leaves bytes of sealed records in its journal and in free space (``PostgresqlDatabase.sweep``).
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

#: Of these a database may hold the name alone, in the schema.
EVIDENCE = ("authorizations", "withdrawals", "tenants", "entries")


async def fill(installation: Installation) -> TenantId:
    """A tenant of whom every word is a canary, read twice."""
    provider = FakeProvider(ROOM, incremental=True)
    provider.put(ROOM, EVENT)
    tenant = await add_tenant(installation.parts, REACH, CHOICE, controller=WHO)
    await add_consumer(installation.parts, "bladderwort", [tenant.id], purpose="occupancy")
    installation.providers[tenant.id] = provider
    await installation.sync()
    provider.put(ROOM, replace(EVENT, start=NOON + timedelta(days=1), end=NOON + timedelta(days=2)))
    await installation.sync_later()
    return tenant.id


def bytes_of(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.iterdir()))


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Postgresql]:
    """One of its own: what other tests say to theirs stands in its log and its journal."""
    yield from serving()


def bytes_kept(database: Database, request: pytest.FixtureRequest) -> bytes:
    """All that any file of either database holds."""
    if isinstance(database, PostgresqlDatabase):
        server: Postgresql = request.getfixturevalue("postgresql")
        return b"".join(path.read_bytes() for path in server.files(database.name))
    tmp_path: Path = request.getfixturevalue("tmp_path")
    return bytes_of(tmp_path / "store")


def forms(canary: str) -> list[bytes]:
    plain = canary.encode()
    return [plain, canary.encode("utf-16-le"), plain.hex().encode()]


def found(content: bytes) -> set[str]:
    lowered = content.lower()
    return {canary for canary in CANARIES if any(form in lowered for form in forms(canary))}


def values_of(database: Path, tenant: TenantId) -> set[bytes]:
    """All blobs and ids of a tenant's rows, but for what outlives it; long enough to be unmistakable."""
    held = set[bytes]()
    with closing(sqlite3.connect(database)) as connection:
        for table in metadata.tables.values():
            if table.name not in {*EVIDENCE, *OF_THE_INSTALLATION, "acknowledgements"}:
                rows = connection.execute(f"SELECT * FROM {table.name} WHERE tenant = ?", [tenant])  # noqa: S608  ours
                held |= {value for row in rows for value in row if isinstance(value, bytes)}
        sealed = connection.execute("SELECT connection, registration FROM tenants WHERE id = ?", [tenant])
        held |= set(sealed.fetchone())
    return held


async def test_nothing_of_a_calendar_or_a_tenant_stands_in_any_file(
    installation: Installation, database: Database, request: pytest.FixtureRequest
) -> None:
    tenant = await fill(installation)
    if isinstance(database, SqliteDatabase):
        # Sweeping empties its log; PostgreSQL's journal outlasts it.
        assert found(bytes_kept(database, request)) == set()
    assert await installation.store.sweep()
    content = bytes_kept(database, request)
    assert tenant.encode() in content
    assert found(content) == set()


def test_the_search_would_find_it() -> None:
    for form in range(3):
        content = b"-".join(forms(canary)[form] for canary in CANARIES)
        assert found(content) == set(CANARIES)


@on_sqlite
async def test_what_was_sealed_and_removed_leaves_no_bytes(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_site(installation, *meetings(20))
    data = tmp_path / "store"
    assert await installation.store.sweep()
    before = values_of(data / "gateway.db", site.tenant)
    site.provider.clear(AMBER)
    assert len(await site.later()) == 20
    assert await installation.store.sweep()
    gone = before - values_of(data / "gateway.db", site.tenant)
    assert len(gone) >= 40
    content = bytes_of(data)
    assert not any(value in content for value in gone)


@on_sqlite
async def test_an_erased_tenant_leaves_no_bytes(installation: Installation, tmp_path: Path) -> None:
    site, other = await open_site(installation, *meetings(20)), await open_site(installation, *meetings(3))
    data = tmp_path / "store"
    assert await installation.store.sweep()
    before = values_of(data / "gateway.db", site.tenant)
    kept = values_of(data / "gateway.db", other.tenant)
    content = bytes_of(data)
    assert len(before) > 40
    assert all(value in content for value in before | kept)
    await withdraw_tenant(installation.parts, site.tenant)
    content = bytes_of(data)
    assert not any(value in content for value in before)
    assert all(value in content for value in kept)


async def test_certificates_of_a_tenant_full_of_people_name_nobody(installation: Installation) -> None:
    tenant, parts = await fill(installation), installation.parts
    standing = await installation.standing(tenant)
    organizer = "wendla.ostrander@brackwater.example"
    await enrol_subject(parts, standing, user="thornback-4711", addresses=[organizer])
    await installation.sync_later(timedelta(days=5))
    row = await withdraw_subject(parts, standing, nothing_to_revoke, user="thornback-4711")
    assert row is not None
    await withdraw_tenant(parts, tenant)
    for withdrawal in (row.id, None):
        file = await certificate(parts, tenant, withdrawal)
        assert "calendar-gateway" in file
        assert found(file.encode()) == set()
        assert len(file.partition("\n")[0]) <= BYTES_MAX
