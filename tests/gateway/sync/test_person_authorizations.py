"""A person's authorization: within the employer's, with an epoch, a key and an end of its own."""

import dataclasses
import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from connectors.errors import (
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    CredentialRefused,
    ScopeTooSmall,
    SignInNeeded,
    Unreachable,
)
from gateway.app.persons.links import withdraw_link
from gateway.app.tenants import resume_tenant, withdrawals
from gateway.authorization import AuthorizationId, State
from gateway.entry import EntryKind
from gateway.errors import Fenced, KeyUnavailable, NotConnected, UnknownName
from gateway.minimization.personal import RESOURCES_MAX
from gateway.store.personal import BOOKINGS_MAX
from gateway.store.persons import persons_standing
from gateway.store.registry import Registry, Standing, standing_under
from gateway.store.store import Fence
from gateway.store.tables import calendars
from gateway.sync.contact import refused
from gateway.sync.upkeep import Upkeep
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, lose_access
from tests.fakes.log_fold import LogFold
from tests.fakes.persons import Person, at_the_place, invitation, links_at, open_peopled_site
from tests.fakes.provider import room
from tests.fakes.site import AMBER, Site

PUT, REMOVED = EntryKind.BOOKING_PUT, EntryKind.BOOKING_REMOVED
ROTATED, ANOTHER = "a token that came for it", "a token of another consent"
THEIRS = invitation("theirs", NOON + timedelta(days=2), AMBER)


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_peopled_site(installation)


@pytest.fixture
async def ana(site: Site) -> Person:
    ana = Person(site, "ana")
    ana.put(THEIRS)
    await ana.connect()
    assert await site.later() == [PUT]
    return ana


async def state(ana: Person) -> State:
    return (await links_at(ana.site))[0].state


@pytest.mark.parametrize(
    "error", [AccessLost("entra_consent_missing"), ScopeTooSmall("google_calendar_scope_missing")]
)
async def test_a_grant_that_is_gone_suspends_that_person_and_nobody_else(
    site: Site, ana: Person, error: ConnectorError
) -> None:
    ben = Person(site, "ben")
    ben.put(invitation("bens", NOON + timedelta(days=3), AMBER))
    await ben.connect()
    await site.later()
    ana.refuse(error)
    assert await site.later() == [REMOVED]
    links = {row.authorization: row.state for row in await links_at(site)}
    assert sorted(links.values()) == [State.ACTIVE, State.SUSPENDED]
    assert (await site.installation.standing(site.tenant)).authorization.state is State.ACTIVE
    assert len(site.consumer.bookings) == 1
    # Nothing is destroyed yet, and nothing is asked any more.
    asked = site.provider.asked["page"]
    await site.later()
    assert site.provider.asked["page"] == asked + 2


@pytest.mark.parametrize(
    "error",
    [
        SignInNeeded("entra_sign_in_needed"),
        CredentialRefused("entra_credential_refused"),
        AccessDoubtful("entra_unknown"),
    ],
)
async def test_what_proves_nothing_leaves_the_person_degraded_and_told(
    site: Site, ana: Person, error: ConnectorError
) -> None:
    ana.refuse(error)
    assert await site.later() == []
    assert await state(ana) is State.DEGRADED
    ana.accept()
    assert await site.later(timedelta(hours=2)) == []
    assert await state(ana) is State.ACTIVE


async def test_a_provider_that_fails_says_nothing_of_the_person(site: Site, ana: Person) -> None:
    ana.refuse(Unreachable("network"))
    assert await site.later() == []
    assert await state(ana) is State.ACTIVE


async def test_whoever_connects_again_is_told_again_under_the_same_authorization(
    site: Site, ana: Person
) -> None:
    before = (await links_at(ana.site))[0]
    ana.refuse(AccessLost("consent_missing"))
    await site.later()
    ana.accept()
    await ana.connect(ANOTHER)
    assert await site.news() == [PUT]
    after = (await links_at(ana.site))[0]
    assert (after.authorization, after.state) == (before.authorization, State.ACTIVE)
    assert await site.later() == []
    assert len(await links_at(site)) == 1


async def test_what_two_tell_is_told_by_the_one_who_is_left(site: Site, ana: Person) -> None:
    ben = Person(site, "ben")
    ben.put(THEIRS)
    await ben.connect()
    assert await site.later() == []
    ana.refuse(AccessLost("consent_missing"))
    # Nothing of what is told has changed.
    assert await site.later() == []
    assert (await site.installation.news(site.tenant, LogFold())).count(PUT) == 1
    # And is not told twice once both can be again.
    ana.accept()
    await ana.connect(ANOTHER)
    assert await site.later() == []
    assert len(site.consumer.bookings) == 1


async def test_an_event_that_names_many_resources_holds_up_no_fence(installation: Installation) -> None:
    """Whoever withdraws is withdrawn by one transaction: however many rooms and meetings there are."""
    places = tuple(room(f"room-{number}") for number in range(RESOURCES_MAX))
    site = await open_peopled_site(installation, places=places)
    ana = Person(site, "ana")
    ana.put(*(invitation(f"all-{number}", NOON + timedelta(hours=number), *places) for number in range(20)))
    await ana.connect()
    assert len(await site.later()) == 20 * RESOURCES_MAX
    here, row = site.installation, (await links_at(site))[0]
    asked = list[str]()
    await here.store.administer(lambda registry: _overhear(registry, asked))
    await here.cascade().fence_person(site.tenant, row.authorization)
    assert len(asked) < 30
    assert await site.news() == [REMOVED] * 400


def _overhear(registry: Registry, asked: list[str]) -> None:
    """Note every statement of the writer's that goes through SQLAlchemy from here on."""
    event.listen(registry.handle.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))


async def test_a_resource_that_tells_of_it_meanwhile_wins_over_who_comes_back(
    site: Site, ana: Person
) -> None:
    ana.refuse(AccessLost("consent_missing"))
    assert await site.later() == [REMOVED]
    site.provider.put(AMBER, at_the_place(THEIRS, "event-1"))
    assert await site.later() == [PUT]
    ana.accept()
    await ana.connect(ANOTHER)
    assert await site.later() == []
    assert site.told == {"event-1"}


async def test_a_suspended_employer_stops_its_people(site: Site, ana: Person) -> None:
    await lose_access(site.installation.store, site.tenancy)
    asked = dict(site.provider.asked)
    await site.installation.sync_later()
    assert site.provider.asked == asked
    with pytest.raises(Fenced):
        await site.installation.store.check(await fence(ana))


async def standing_of(ana: Person) -> Standing:
    row = (await links_at(ana.site))[0]
    look = partial(standing_under, tenant=ana.site.tenant, authorization=row.authorization)
    standing = await ana.site.installation.store.read(look)
    assert standing is not None
    return standing


async def fence(ana: Person) -> Fence:
    authorization = (await standing_of(ana)).authorization
    return Fence(ana.site.tenant, authorization.id, authorization.epoch, within=ana.site.tenancy.fence)


async def test_a_rotated_token_is_stored_and_outlives_the_process(site: Site, ana: Person) -> None:
    here = site.installation
    await here.persists["ana"](replace(ana.link, refresh_token=ROTATED))
    await site.later()
    assert here.links["ana"].refresh_token == ROTATED


async def test_no_token_is_stored_behind_a_fence(site: Site, ana: Person) -> None:
    here = site.installation
    persist = here.persists["ana"]
    await ana.connect(ANOTHER)
    with pytest.raises(Fenced):
        await persist(replace(ana.link, refresh_token=ROTATED))
    await site.later()
    assert here.links["ana"].refresh_token == ANOTHER


async def test_a_withdrawn_person_leaves_nothing_and_everybody_else_stands(site: Site, ana: Person) -> None:
    ben = Person(site, "ben")
    ben.put(invitation("bens", NOON + timedelta(days=3), AMBER), THEIRS)
    await ben.connect()
    await site.later()
    here, authorization = site.installation, (await links_at(site))[0].authorization
    revoked = list[AuthorizationId]()

    async def revoke(_: object, of: AuthorizationId) -> None:
        revoked.append(of)

    done = await withdraw_link(here.parts, site.tenant, authorization, revoke)
    assert done.notified_at is not None
    assert revoked == [authorization]
    # Ben tells of it now, as it was told.
    assert await site.news() == []
    assert (await here.news(site.tenant, LogFold())).count(PUT) == 2
    assert len(site.consumer.bookings) == 2
    with pytest.raises(KeyUnavailable):
        await here.parts.keys.open_data_key(site.tenant, authorization)
    assert len(await links_at(site)) == 1
    assert await here.store.read(partial(persons_standing, tenant=site.tenant)) != {}
    assert await site.later() == []
    # A second time changes nothing.
    assert (await withdraw_link(here.parts, site.tenant, authorization, revoke)).id == done.id


async def test_whoever_withdrew_may_connect_anew(site: Site, ana: Person) -> None:
    here, before = site.installation, (await links_at(ana.site))[0]
    await withdraw_link(here.parts, site.tenant, before.authorization, nothing_to_revoke)
    assert await site.news() == [REMOVED]
    await ana.connect()
    assert await site.later() == [PUT]
    assert ((await links_at(ana.site))[0]).authorization != before.authorization


async def test_with_the_employer_everybody_ends(site: Site, ana: Person) -> None:
    here, row = site.installation, (await links_at(ana.site))[0]
    cascade = here.cascade()
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    await cascade.drive(lease)
    assert await here.store.read(partial(persons_standing, tenant=site.tenant)) == {}
    with pytest.raises(KeyUnavailable):
        await here.parts.keys.open_data_key(site.tenant, row.authorization)
    assert await links_at(site) == []


async def test_a_persons_withdrawal_is_no_withdrawal_of_the_employer(site: Site, ana: Person) -> None:
    here, row = site.installation, (await links_at(site))[0]
    await withdraw_link(here.parts, site.tenant, row.authorization, nothing_to_revoke)
    assert await withdrawals(here.parts, site.tenant) == []


async def test_who_is_suspended_is_not_woken_by_who_wants_everything_read(site: Site, ana: Person) -> None:
    here = site.installation
    ana.refuse(AccessLost("consent_missing"))
    await site.later()
    await lose_access(here.store, site.tenancy)
    await resume_tenant(here.parts, site.tenant)
    await here.store.make_due(site.tenant)
    leases = await here.store.claim(calendars, tenant=site.tenant, owner="worker", limit=10)
    assert {lease.authorization for lease in leases} == {site.tenancy.fence.authorization}


async def test_a_doubt_ends_with_a_fresh_grant(site: Site, ana: Person) -> None:
    ana.refuse(AccessDoubtful("entra_unknown"))
    await site.later()
    assert (await standing_of(ana)).doubted_at is not None
    ana.accept()
    await ana.connect(ANOTHER)
    assert (await standing_of(ana)).doubted_at is None


async def test_of_a_sign_in_that_comes_to_nothing_no_key_is_left(site: Site, ana: Person) -> None:
    folder = Path(site.installation.parts.settings.keys) / "tenants" / site.tenant
    before = _keys_in(folder)
    with pytest.raises(NotConnected):
        await Person(site, "ben").connect(amid=lambda: lose_access(site.installation.store, site.tenancy))
    assert _keys_in(folder) == before


async def test_nor_where_keys_are_not_to_be_had_any_more(site: Site, ana: Person) -> None:
    folder = Path(site.installation.parts.settings.keys) / "tenants" / site.tenant
    before = _keys_in(folder)

    async def lose_a_key() -> None:
        (folder / "index.key").rename(folder / "index.away")

    with pytest.raises(NotConnected):
        await Person(site, "ben").connect(amid=lose_a_key)
    assert _keys_in(folder) == before


def _keys_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("data.*.key") if path.stat().st_size}


async def test_one_persons_missing_key_keeps_nobody_else_waiting(site: Site, ana: Person) -> None:
    """What ended is dropped from calendars that nobody can read, whoever else's key is gone."""
    ben = Person(site, "ben")
    ben.put(invitation("bens", NOON + timedelta(days=2), AMBER))
    await ben.connect()
    await site.later()
    here = site.installation
    for person in (ana, ben):
        person.refuse(Unreachable("network"))
    mine, bens = await links_at(site)
    await here.parts.keys.destroy_data_key(site.tenant, mine.authorization)
    here.parts.keyring.drop(site.tenant)
    here.clock.move(timedelta(days=4))
    await Upkeep(here.store, here.parts.keyring, here.clock).visit_all()
    database = Path(here.parts.settings.keys).parent / "store" / "gateway.db"
    with closing(sqlite3.connect(database)) as rows:
        left = rows.execute(
            "SELECT count(*) FROM bookings WHERE calendar = ? AND body IS NOT NULL", [bens.calendar]
        )
        assert left.fetchone() == (0,)


async def test_whose_earlier_link_is_not_erased_yet_is_asked_to_wait(site: Site, ana: Person) -> None:
    here, row = site.installation, (await links_at(site))[0]
    cascade = here.cascade()
    lease = await cascade.fence_person(site.tenant, row.authorization)
    assert lease is not None
    with pytest.raises(NotConnected, match="being erased"):
        await ana.connect(ANOTHER)
    await cascade.drive(lease)
    await ana.connect(ANOTHER)
    assert (await links_at(site))[0].authorization != row.authorization


async def test_whose_copy_nobody_was_told_of_goes_and_comes_back_without_a_word(
    site: Site, ana: Person
) -> None:
    ben = Person(site, "ben")
    ben.put(THEIRS)
    await ben.connect()
    assert await site.later() == []
    head = await site.head()
    ben.refuse(AccessLost("consent_missing"))
    assert await site.later() == []
    ben.accept()
    await ben.connect(ANOTHER)
    assert await site.later() == []
    assert await site.head() == head


async def test_a_copy_that_gave_way_in_silence_does_not_come_back(site: Site, ana: Person) -> None:
    ben = Person(site, "ben")
    ben.put(THEIRS)
    await ben.connect()
    assert await site.later() == []
    site.provider.put(AMBER, at_the_place(THEIRS, "event-1"))
    assert sorted(await site.later()) == [PUT, REMOVED]
    site.provider.delete(AMBER, "event-1")
    assert await site.later() == [REMOVED]
    ben.refuse(AccessLost("consent_missing"))
    await site.later()
    ben.accept()
    await ben.connect(ANOTHER)
    assert await site.news() == []
    assert site.consumer.bookings == {}


async def test_what_is_learned_of_a_person_is_not_written_behind_the_employers_fence(
    site: Site, ana: Person
) -> None:
    here, head = site.installation, await site.head()
    theirs = dataclasses.replace(site.tenancy, fence=await fence(ana))
    lease = await here.cascade().fence(site.tenant)
    assert lease is not None
    with pytest.raises(Fenced):
        await refused(here.store, theirs, AccessLost("consent_missing"))
    assert await state(ana) is State.ACTIVE
    assert await site.head() == head


async def test_a_link_that_ended_with_its_employer_is_no_link_any_more(site: Site, ana: Person) -> None:
    here, row = site.installation, (await links_at(ana.site))[0]
    cascade = here.cascade()
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    await cascade.drive(lease)
    with pytest.raises(UnknownName):
        await withdraw_link(here.parts, site.tenant, row.authorization, nothing_to_revoke)


async def test_a_calendar_that_is_more_than_one_persons_is_not_stored_beyond_a_bound(
    installation: Installation,
) -> None:
    places = tuple(room(f"room-{number}") for number in range(RESOURCES_MAX))
    site = await open_peopled_site(installation, places=places, page_items=200)
    ana = Person(site, "ana")
    starts = [NOON + timedelta(hours=1, minutes=number) for number in range(300)]
    ana.put(*(invitation(f"all-{number}", start, *places) for number, start in enumerate(starts)))
    await ana.connect()
    told = await site.later()
    assert len(told) == 200 * RESOURCES_MAX < BOOKINGS_MAX
    assert (await links_at(site))[0].kept_from == "too_many_bookings"
    assert await site.later() == []


async def test_many_withdrawals_of_one_tenants_people_are_finished_at_once(site: Site, ana: Person) -> None:
    here = site.installation
    for name in ("ben", "cleo"):
        await Person(site, name).connect()
    for row in await links_at(site):
        assert await here.cascade().fence_person(site.tenant, row.authorization)
    here.clock.move(timedelta(minutes=1))
    await here.cascade().resume()
    assert await links_at(site) == []


async def test_nothing_is_passed_on_to_a_copy_that_may_not_be_told(site: Site, ana: Person) -> None:
    ben = Person(site, "ben")
    ben.put(THEIRS)
    await ben.connect()
    await site.later()
    ben.refuse(AccessLost("consent_missing"))
    assert await site.later() == []
    ana.delete("theirs")
    assert await site.later() == [REMOVED]
    assert site.consumer.bookings == {}
