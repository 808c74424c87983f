"""What subjects leave elsewhere: keys, copies in people's calendars, receipts, files and logs."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from connectors.raw import Tainted
from gateway.app.persons.links import withdraw_link
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.booking import SubjectId, TenantId
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, KeyUnavailable, UnknownName
from gateway.minimization.contract import Party
from gateway.receipt import What
from gateway.store.receipts import counted, day_of
from gateway.store.sqlite import DATABASE
from gateway.store.subjects import owners_standing
from gateway.vault.keyring import Keyring
from gateway.vault.keys import DataKeyOwner
from gateway.vault.secret import SecretKey
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.enrolled import (
    ALL,
    BOOKERS,
    PEOPLE,
    RUBEN,
    USERS,
    WENDLA,
    allow,
    enrol,
    enrolled_at,
    withdraw,
)
from tests.fakes.filled_store import NOON
from tests.fakes.installation import REGION, Installation, lose_access
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.site import AMBER, Site
from tests.gateway.app.test_subjects import NOTHING, PUT, bookers, of_people, open_scene

Result = TypeVar("Result")
HOUR = timedelta(hours=1)
ERASED = EntryKind.SUBJECT_ERASED


async def test_another_process_lets_go_of_their_key(installation: Installation) -> None:
    site = await open_scene(installation)
    subject = await enrol(site, WENDLA)
    before = (await installation.standing(site.tenant)).persons_epoch
    other = Keyring(installation.parts.keys, region=REGION, clock=installation.clock)
    held = (await other.tenant(site.tenant, subject)).column("bookings", "booker")
    await withdraw(site, user=USERS[WENDLA])
    # What the pulse looks at, and what it then does.
    assert (await installation.standing(site.tenant)).persons_epoch > before
    other.keep_only(site.tenant, await installation.store.read(partial(owners_standing, tenant=site.tenant)))
    with pytest.raises(KeyUnavailable):
        held.seal("row", 1, b"booker")


async def test_whose_key_is_gone_is_nobody_and_the_room_stays_taken(installation: Installation) -> None:
    site = await open_scene(installation, BOOKERS)
    subject = await enrol(site, WENDLA)
    await site.later()
    await installation.parts.keys.destroy_data_key(site.tenant, subject)
    installation.parts.keyring.drop(site.tenant)
    with capture_logs() as logs:
        assert await site.later() == [PUT]
    assert bookers(site) == [None] * 3
    assert "subject_not_opened" in {line["event"] for line in logs}
    assert len(site.consumer.bookings) == 3


@pytest.mark.parametrize("again", [(WENDLA,), (RUBEN, WENDLA)], ids=["the user", "an address"])
async def test_nobody_is_enrolled_twice(installation: Installation, again: tuple[str, ...]) -> None:
    site = await open_scene(installation)
    first = await enrol(site, WENDLA)
    with pytest.raises(ConfigurationError, match="enrolled already") as refused:
        await enrol(site, *again)
    assert not any(text in str(refused.value) for text in (*USERS, *USERS.values()))
    assert await enrolled_at(site) == [first]


@pytest.mark.parametrize("address", ["", "nobody", "no body@cobalt.example"])
async def test_what_is_no_address_is_refused_and_not_repeated(
    installation: Installation, address: str
) -> None:
    site = await open_scene(installation)
    with pytest.raises(ConfigurationError, match="as calendars show it") as refused:
        await withdraw(site, address=address)
    assert address == "" or address not in str(refused.value)


async def test_a_user_who_never_was_enrolled_is_not_found(installation: Installation) -> None:
    site = await open_scene(installation)
    with pytest.raises(UnknownName, match="Nobody is enrolled") as refused:
        await withdraw(site, user="flexo-user-99")
    assert "99" not in str(refused.value)


async def test_a_directory_id_finds_them_too(installation: Installation) -> None:
    site = await open_scene(installation)
    await enrol(site, WENDLA, directory="directory-id-5")
    with pytest.raises(ConfigurationError, match="enrolled already"):
        await enrol(site, RUBEN, directory="directory-id-5")


async def test_an_enrolment_that_fails_leaves_no_key(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await open_scene(installation)
    made, keys = list[SubjectId](), installation.parts.keys
    make = keys.create_data_key

    async def then_fail(tenant: TenantId, owner: SubjectId) -> None:
        await make(tenant, owner)
        made.append(owner)
        raise KeyUnavailable("The key service went away.")

    monkeypatch.setattr(keys, "create_data_key", then_fail)
    with pytest.raises(KeyUnavailable):
        await enrol(site, WENDLA)
    for owner in made:
        with pytest.raises(KeyUnavailable):
            await keys.open_data_key(site.tenant, owner)
    assert await enrolled_at(site) == []


async def test_copies_in_peoples_calendars_tell_and_lose_them_as_well(installation: Installation) -> None:
    allow(installation)
    site = await open_peopled_site(installation, policy=ALL)
    ana = Person(site, "ana")
    ana.put(replace(invitation("ana", NOON + HOUR, AMBER), organizer=Tainted(WENDLA)))
    await ana.connect()
    await enrol(site, WENDLA)
    await site.later()
    (booking,) = site.consumer.bookings.values()
    assert booking.booker is not None
    await withdraw(site, user=USERS[WENDLA])
    assert await site.news() == [PUT, ERASED]
    (left,) = site.consumer.bookings.values()
    assert of_people(left) == NOTHING
    assert (left.id, left.start) == (booking.id, booking.start)
    assert await site.later() == []


async def test_a_withdrawal_in_a_suspended_tenant_holds(installation: Installation) -> None:
    site = await open_scene(installation, BOOKERS)
    await enrol(site, WENDLA)
    await site.later()
    await lose_access(installation.store, site.tenancy)
    assert await withdraw(site, user=USERS[WENDLA]) is not None
    await resume_tenant(installation.parts, site.tenant)
    await site.later()
    assert bookers(site) == [None] * 3
    assert len(site.consumer.erasures) == 1


async def test_a_fence_of_a_persons_leaves_subjects_keys_alone(installation: Installation) -> None:
    allow(installation)
    site = await open_peopled_site(installation, policy=ALL)
    await Person(site, "ana").connect()
    subject = await enrol(site, WENDLA)
    held = (await installation.parts.keyring.tenant(site.tenant, subject)).column("bookings", "booker")
    (link,) = await links_at(site)
    await withdraw_link(installation.parts, site.tenant, link.authorization, nothing_to_revoke)
    assert held.seal("row", 1, b"booker")


async def test_no_key_of_a_subject_is_asked_for_where_nobody_is_told_to_have_booked(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await open_scene(installation, PEOPLE)
    subject, asked, keys = await enrol(site, WENDLA), list[str](), installation.parts.keys
    # So that who organizes is told at all.
    await withdraw(site, address=RUBEN)
    installation.parts.keyring.drop(site.tenant)
    ask = keys.open_data_key

    async def noting(tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        asked.append(owner)
        return await ask(tenant, owner)

    monkeypatch.setattr(keys, "open_data_key", noting)
    await site.later()
    assert asked
    assert subject not in asked


async def test_with_their_tenant_all_that_finds_subjects_goes(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_scene(installation)
    await enrol(site, WENDLA)
    await withdraw(site, address=RUBEN)
    await withdraw_tenant(installation.parts, site.tenant)
    with closing(sqlite3.connect(tmp_path / "store" / DATABASE)) as database:
        for table in ("subjects", "finders", "suppressions"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608  ours


async def test_the_receipt_says_that_an_organizer_withheld_it(installation: Installation) -> None:
    site = await open_scene(installation, PEOPLE)
    await withdraw(site, address=RUBEN)
    before = await withheld_by_subjects(site)
    await site.later()
    after = await withheld_by_subjects(site)
    assert after - before == {"people": 1, "title": 1}


async def withheld_by_subjects(site: Site) -> Counter[str]:
    today = day_of(milliseconds(site.installation.clock()))
    found = await site.installation.store.read(lambda handle: counted(handle, site.tenant, today, today))
    withheld = {one: number for one, number in found.items() if one.what is What.WITHHELD}
    return Counter({one.field: number for one, number in withheld.items() if one.by == Party.SUBJECT})


async def test_who_they_are_stands_in_no_file_and_no_log(installation: Installation, tmp_path: Path) -> None:
    site = await open_scene(installation)
    with capture_logs() as logs:
        await enrol(site, WENDLA, "w.ostrander@cobalt.example", directory="directory-id-5")
        await site.later()
        pseudonym = str(bookers(site)[0])
        before = content_of(tmp_path)
        await withdraw(site, user=USERS[WENDLA])
        await withdraw(site, address=RUBEN)
        await site.later()
    told = [USERS[WENDLA], WENDLA, RUBEN, "w.ostrander@cobalt.example", "directory-id-5", pseudonym]
    for text in told:
        assert text.encode() not in before + content_of(tmp_path)
        assert text not in repr(logs)


def content_of(folder: Path) -> bytes:
    """All that stands in files, and what they are called."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"".join(path.name.encode() + path.read_bytes() for path in files)
