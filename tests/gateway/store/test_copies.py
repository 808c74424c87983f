"""What of a copy of the database the keys still open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.store.copies import Readable, copy_database, count_readable
from tests.fakes.installation import Installation
from tests.fakes.site import AMBER, Site, meetings, open_site


async def copied(installation: Installation, tmp_path: Path) -> Path:
    copy = tmp_path / "copy.db"
    await copy_database(installation.store.database, copy)
    return copy


async def two_sites(installation: Installation) -> tuple[Site, Site]:
    return await open_site(installation, *meetings(5)), await open_site(installation, *meetings(3))


async def test_all_opens_while_the_keys_are_there(installation: Installation, tmp_path: Path) -> None:
    one, other = await two_sites(installation)
    one.provider.delete(AMBER, "event-0")
    await one.later()
    copy = await copied(installation, tmp_path)
    found = await count_readable(copy, installation.parts.keys)
    assert found == {one.tenant: Readable(4, 4), other.tenant: Readable(3, 3)}


async def test_nothing_opens_once_they_are_destroyed_and_others_do(
    installation: Installation, tmp_path: Path
) -> None:
    one, other = await two_sites(installation)
    copy = await copied(installation, tmp_path)
    await installation.parts.keys.destroy_tenant_keys(one.tenant)
    found = await count_readable(copy, installation.parts.keys)
    assert found == {one.tenant: Readable(0, 5), other.tenant: Readable(3, 3)}


async def test_it_does_not_take_a_lost_credential_for_a_lost_record(
    installation: Installation, tmp_path: Path
) -> None:
    one, _ = await two_sites(installation)
    copy = await copied(installation, tmp_path)
    await installation.parts.keys.destroy_credentials(one.tenant)
    assert (await count_readable(copy, installation.parts.keys))[one.tenant] == Readable(5, 5)


async def test_a_record_that_was_altered_does_not_open(installation: Installation, tmp_path: Path) -> None:
    one, _ = await two_sites(installation)
    copy = await copied(installation, tmp_path)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE bookings SET epoch = 7 WHERE id = ?", [one.id("event-1")])
        connection.commit()
    assert (await count_readable(copy, installation.parts.keys))[one.tenant] == Readable(4, 5)
