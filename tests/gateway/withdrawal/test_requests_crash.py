"""A process that dies anywhere in what a request sets going leaves what the next one completes."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from gateway.app.requests.opening import list_requests, open_request, open_requests
from gateway.app.terms.narrowing import narrow_open
from gateway.request import RequestKind, RequestState
from gateway.store.asked import RequestRow
from gateway.store.database import Database
from gateway.store.tables import bookings
from gateway.vault.keyring import Keyring
from gateway.withdrawal.cascade import Cascade
from tests.fakes.asking import ask, visit
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.enrolled import BOOKERS, WENDLA, allow
from tests.fakes.full_site import rows_of
from tests.fakes.installation import REGION, Installation, open_installation
from tests.gateway.withdrawal.test_withdrawn_subject import (
    PAST_A_LEASE,
    Scene,
    assert_gone,
    assert_nothing_is_told,
    settle,
)

#: To open it: the step itself, to tell the key service, to narrow (twice), to take out of a person's copy, to
#: note that nothing is left. To visit it: to note what is told.
RESTRICTED = 7
#: The fence, by which it is carried out, and the first that follow: the others are those of any withdrawal.
FENCED = RESTRICTED + 3
ERASED = RESTRICTED + 19


async def set_going(here: Installation, scene: Scene, kind: RequestKind, fuse: Fuse) -> None:
    """By a process of its own that will not live long."""
    keys, store = CrashingKeys(here.parts.keys, fuse), CrashingStore(here.store, fuse)
    keyring = Keyring(keys, region=REGION, clock=here.clock)
    parts = replace(here.parts, store=store, keys=keys, keyring=keyring)
    standing = await here.standing(scene.site.tenant)
    await open_request(parts, standing, kind, addresses=[WENDLA])
    cascade = Cascade(store, keyring, keys, owner="doomed", narrow=partial(narrow_open, parts))
    await open_requests(parts, cascade).visit_all()


async def test_with_the_step_itself_no_row_says_who_booked(
    installation: Installation, tmp_path: Path
) -> None:
    """Also in people's calendars, whose keys nobody has asked for; and all processes let go of theirs."""
    scene = await settle(installation, tmp_path, BOOKERS)
    before = await installation.standing(scene.site.tenant)
    with pytest.raises(Crash):
        await set_going(installation, scene, RequestKind.RESTRICTION, Fuse(0, after=True))
    rows = await rows_of(installation.store, bookings, scene.site.tenant)
    assert [row.booker is None for row in rows if row.subject == scene.leaving] == [True]
    assert sum(row.booker is not None for row in rows) == 1
    assert (await installation.standing(scene.site.tenant)).persons_epoch > before.persons_epoch


async def only_row(here: Installation, scene: Scene) -> RequestRow | None:
    rows = await list_requests(here.parts, scene.site.tenant)
    assert len(rows) <= 1
    return rows[0] if rows else None


@pytest.mark.parametrize(
    ("kind", "effects"), [(RequestKind.RESTRICTION, RESTRICTED), (RequestKind.ERASURE, ERASED)]
)
async def test_it_has_so_many_effects(
    installation: Installation, tmp_path: Path, kind: RequestKind, effects: int
) -> None:
    scene, fuse = await settle(installation, tmp_path, BOOKERS), Fuse(effects)
    await set_going(installation, scene, kind, fuse)
    with pytest.raises(Crash):
        fuse.before()


#: What happens before an effect and after the one before it is the same: each database takes one of them.
CRASHES = [("sqlite", True), ("postgresql", False)]


@pytest.mark.parametrize(("database", "after"), CRASHES, indirect=["database"])
@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        *((RequestKind.RESTRICTION, effect) for effect in range(RESTRICTED)),
        *((RequestKind.ERASURE, effect) for effect in range(RESTRICTED, FENCED)),
    ],
)
async def test_the_next_process_completes_it(
    tmp_path: Path, database: Database, kind: RequestKind, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        scene = await settle(installation, tmp_path, BOOKERS)
        with pytest.raises(Crash):
            await set_going(installation, scene, kind, Fuse(effect, after=after))
        providers = installation.providers
    async with open_installation(tmp_path, installation.clock, database) as installation:
        installation.providers, scene.site.installation = providers, installation
        allow(installation)
        for _ in range(2):
            await visit(installation)
            await installation.cascade().resume()
            installation.clock.move(PAST_A_LEASE)
        row = await only_row(installation, scene)
        if row is None:
            assert (effect, after) == (0, False)
            await ask(scene.site, kind, WENDLA)
            await visit(installation)
            row = await only_row(installation, scene)
        assert row is not None
        if kind is RequestKind.ERASURE:
            assert row.state is RequestState.CARRIED_OUT
            await assert_gone(installation, scene, tmp_path)
            await visit(installation)
            row = await only_row(installation, scene)
            assert row is not None
        else:
            await assert_restricted(installation, scene)
        assert row.settled == row.number
        kept = await installation.parts.keys.kept_records(scene.site.tenant)
        assert f"{row.id}_{row.number}" in kept


async def assert_restricted(here: Installation, scene: Scene) -> None:
    site = scene.site
    await site.news()
    assert_nothing_is_told(site)
    assert site.booking("event-1").booker is not None
    await site.later()
    assert len(site.consumer.bookings) == 3
    assert_nothing_is_told(site)
    # Nothing of hers is destroyed.
    assert (await here.parts.keyring.tenant(site.tenant, scene.leaving)) is not None
