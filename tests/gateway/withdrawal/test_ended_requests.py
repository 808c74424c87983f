"""What people have asked ends with their tenant: no clock runs on, and what became of it is known."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gateway.app.preparing import Preparation
from gateway.app.requests.opening import list_requests, load_request
from gateway.app.requests.steps import carry_out, close_request, refuse_request
from gateway.app.tenants import withdraw_tenant
from gateway.authorization import State
from gateway.errors import KeyUnavailable
from gateway.request import By, RequestKind, RequestState, SubjectRequest
from gateway.store.asked import RequestRow
from gateway.store.database import Database
from gateway.store.tables import request_finders
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.giving_back import nothing_to_revoke
from gateway.withdrawal.recording_requests import missing_requests
from gateway.withdrawal.request_deadlines import RequestNotice
from gateway.withdrawal.steps import Steps
from tests.fakes.asking import ask, visit
from tests.fakes.crashes import Crash, Fuse
from tests.fakes.enrolled import RUBEN, WENDLA
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation, open_installation
from tests.fakes.site import Site, open_site
from tests.gateway.app.test_restoring import put_back
from tests.gateway.withdrawal.test_crashed_cascade import EFFECTS, PAST_A_LEASE, doomed
from tests.gateway.withdrawal.withdrawn import withdrawal_of

STOPPED = [(RequestState.CARRIED_OUT, By.WITHDRAWAL)]
OVER = [(RequestState.CLOSED, By.WITHDRAWAL)]
#: What is added to each, opened, as the tenant withdraws.
ADDED = {
    RequestKind.ERASURE: STOPPED,
    RequestKind.OBJECTION: STOPPED,
    RequestKind.RESTRICTION: [*STOPPED, *OVER],
    RequestKind.ACCESS: OVER,
    RequestKind.PORTABILITY: OVER,
    RequestKind.RECTIFICATION: OVER,
}
#: By the withdrawal: all steps at once, and of each of two requests what is told the key service and noted.
MORE_EFFECTS = 5
#: From the last step before it, which is verified, on.
FIRST = 12
CRASHES = [("sqlite", True), ("postgresql", False)]


def added(request: SubjectRequest, besides: int = 1) -> list[tuple[RequestState, By]]:
    return [(step.state, step.by) for step in request.steps[besides:]]


async def stands(here: Installation, site: Site, request: str) -> SubjectRequest:
    return await load_request(here.parts, await here.standing(site.tenant), request)


async def assert_over(here: Installation, site: Site) -> list[RequestRow]:
    """None waits, none is told of, nothing says who asked; the last step of each stands beside the keys."""
    rows, told = await list_requests(here.parts, site.tenant), list[RequestNotice]()
    assert all(row.ended_at is not None and row.settled == row.number for row in rows)
    assert await rows_of(here.store, request_finders, site.tenant) == []
    kept = await here.parts.keys.kept_records(site.tenant)
    assert {f"{row.id}_{row.number}" for row in rows} <= kept.keys()
    assert await missing_requests(here.parts.keyring, site.tenant, kept, rows) == []
    here.clock.move(timedelta(days=400))
    await visit(here, told)
    assert told == []
    return rows


@pytest.mark.parametrize("kind", RequestKind)
async def test_it_ends_with_its_tenant(installation: Installation, kind: RequestKind) -> None:
    site = await open_site(installation)
    request = await ask(site, kind, WENDLA)
    installation.clock.move(timedelta(days=1))
    await withdraw_tenant(installation.parts, site.tenant)
    ended, withdrawal = (
        await stands(installation, site, request.id),
        await withdrawal_of(installation, site.tenant),
    )
    assert added(ended) == ADDED[kind]
    assert withdrawal is not None
    assert {step.at for step in ended.steps[1:]} == {withdrawal.erased_at}
    await assert_over(installation, site)


async def test_what_was_answered_before_stays_so_but_a_restriction_that_stood(
    installation: Installation,
) -> None:
    site, parts = await open_site(installation), installation.parts
    standing = await installation.standing(site.tenant)
    granted = await ask(site, RequestKind.RESTRICTION, WENDLA)
    await carry_out(parts, standing, nothing_to_revoke, granted.id)
    refused = await ask(site, RequestKind.ERASURE, RUBEN)
    await refuse_request(parts, standing, refused.id, "not theirs")
    closed = await ask(site, RequestKind.ACCESS, RUBEN)
    await close_request(parts, standing, closed.id)
    await withdraw_tenant(parts, site.tenant)
    assert added(await stands(installation, site, granted.id), 2) == OVER
    assert added(await stands(installation, site, refused.id)) == [(RequestState.REFUSED, By.OFFICER)]
    assert added(await stands(installation, site, closed.id)) == [(RequestState.CLOSED, By.OFFICER)]
    await assert_over(installation, site)


async def test_who_carried_it_out_is_known(installation: Installation) -> None:
    site = await open_site(installation)
    by_time = await ask(site, RequestKind.OBJECTION, WENDLA)
    await visit(installation)
    by_hand = await ask(site, RequestKind.ERASURE, RUBEN)
    standing = await installation.standing(site.tenant)
    await carry_out(installation.parts, standing, nothing_to_revoke, by_hand.id)
    assert added(await stands(installation, site, by_time.id)) == [(RequestState.CARRIED_OUT, By.INSTRUCTION)]
    assert added(await stands(installation, site, by_hand.id)) == [(RequestState.CARRIED_OUT, By.OFFICER)]


async def test_nobody_who_withdraws_waits_for_evidence_that_is_away(
    tmp_path: Path, installation: Installation
) -> None:
    """All is erased; what was asked ends with the proof, as of when it was erased."""
    site = await open_site(installation)
    request = await ask(site, RequestKind.ERASURE, WENDLA)
    (evidence,) = (tmp_path / "keys" / "tenants" / site.tenant).glob("evidence.key")
    moved = evidence.rename(tmp_path / "elsewhere")
    installation.parts.keyring.drop(site.tenant)
    withdrawal = await withdraw_tenant(installation.parts, site.tenant)
    assert withdrawal.proved_at is None
    assert (await installation.standing(site.tenant)).authorization.state is State.ERASED
    with pytest.raises(KeyUnavailable):
        await stands(installation, site, request.id)
    moved.rename(evidence)
    installation.clock.move(timedelta(days=2))
    await installation.cascade().resume()
    ended = await stands(installation, site, request.id)
    assert ended.ended_at == withdrawal.erased_at
    await assert_over(installation, site)


async def test_those_of_tenants_that_withdrew_before_such_ended_do_so_too(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await open_site(installation)
    request = await ask(site, RequestKind.ACCESS, WENDLA)
    with monkeypatch.context() as before:
        before.delattr(Steps, "prove")
        await withdraw_tenant(installation.parts, site.tenant)
    assert (await stands(installation, site, request.id)).is_open
    await visit(installation)
    assert added(await stands(installation, site, request.id)) == OVER
    await assert_over(installation, site)


async def test_a_store_that_was_put_back_tells_the_same_also_of_what_it_lacked(tmp_path: Path) -> None:
    ended = list[SubjectRequest]()

    async def before(_here: Installation, site: Site) -> None:
        await ask(site, RequestKind.ERASURE, WENDLA)

    async def since(here: Installation, site: Site) -> None:
        await ask(site, RequestKind.RESTRICTION, RUBEN)
        here.clock.move(timedelta(days=1))
        await withdraw_tenant(here.parts, site.tenant)
        rows = await list_requests(here.parts, site.tenant)
        ended.extend([await stands(here, site, row.id) for row in rows])

    async with put_back(tmp_path, since, before_copy=before) as (here, site):
        here.clock.move(timedelta(days=1))
        await Preparation(here.parts, nothing_to_revoke).begin()
        rows = await list_requests(here.parts, site.tenant)
        assert [await stands(here, site, row.id) for row in rows] == ended
        assert len(await assert_over(here, site)) == 2


async def withdraw(cascade: Cascade, site: Site) -> None:
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    await cascade.drive(lease)


async def ask_both(here: Installation) -> tuple[Site, list[str]]:
    site = await open_site(here)
    asked = [(RequestKind.RESTRICTION, WENDLA), (RequestKind.ACCESS, RUBEN)]
    return site, [(await ask(site, kind, who)).id for kind, who in asked]


async def test_it_has_so_many_effects(installation: Installation) -> None:
    (site, _), fuse = await ask_both(installation), Fuse(EFFECTS + MORE_EFFECTS)
    await withdraw(doomed(installation, fuse), site)
    with pytest.raises(Crash):
        fuse.before()


@pytest.mark.parametrize(("database", "after"), CRASHES, indirect=["database"])
@pytest.mark.parametrize("effect", range(FIRST, FIRST + MORE_EFFECTS + 1))
async def test_the_next_process_completes_it(
    tmp_path: Path, database: Database, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        site, asked = await ask_both(installation)
        with pytest.raises(Crash):
            await withdraw(doomed(installation, Fuse(effect, after=after)), site)
    async with open_installation(tmp_path, installation.clock, database) as installation:
        installation.clock.move(PAST_A_LEASE)
        await installation.cascade().resume()
        found = [await stands(installation, site, one) for one in asked]
        assert [added(one) for one in found] == [[*STOPPED, *OVER], OVER]
        await assert_over(installation, site)


async def test_two_that_end_them_at_once_end_them_once(installation: Installation) -> None:
    site, asked = await ask_both(installation)
    await withdraw_tenant(installation.parts, site.tenant)
    before = [await stands(installation, site, one) for one in asked]
    await asyncio.gather(*(visit(installation) for _ in range(2)))
    look = partial(stands, installation, site)
    assert [await look(one) for one in asked] == before
