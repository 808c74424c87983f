"""A store that is put back restricts as it did, and knows what was answered since."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.app.preparing import Preparation
from gateway.app.requests.opening import list_requests
from gateway.app.requests.steps import extend_request, refuse_request
from gateway.authorization import State, SuspensionReason
from gateway.errors import KeyUnavailable
from gateway.request import RequestKind, RequestState
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.asking import ask, visit
from tests.fakes.crashes import CrashingStore, Fuse
from tests.fakes.enrolled import RUBEN, WENDLA
from tests.fakes.installation import Installation
from tests.fakes.persons import links_at
from tests.fakes.site import Site
from tests.gateway.app.test_restoring import put_back

Result = TypeVar("Result")


async def prepare(here: Installation) -> Preparation:
    preparation = Preparation(here.parts, nothing_to_revoke)
    await preparation.begin()
    return preparation


async def known(here: Installation, site: Site) -> tuple[int, int]:
    """How many hashes find somebody enrolled, and how many somebody of whom nothing may be told."""
    tenancy = await here.tenancy(site.tenant)
    found = await here.store.look(tenancy.fence, tenancy.keys, lambda to: to.subjects.known())
    return len(found.enrolled), len(found.suppressed)


@pytest.mark.parametrize("address", [WENDLA, RUBEN], ids=["enrolled", "unknown"])
async def test_what_was_asked_since_restricts_before_anything_is_served(tmp_path: Path, address: str) -> None:
    async def since(_here: Installation, site: Site) -> None:
        await ask(site, RequestKind.RESTRICTION, address)

    async with put_back(tmp_path, since) as (here, site):
        assert (await known(here, site))[1] == 0
        await prepare(here)
        enrolled, suppressed = await known(here, site)
        assert (enrolled, suppressed) == ((0, 2) if address == WENDLA else (2, 1))
        (row,) = await list_requests(here.parts, site.tenant)
        assert row.state is RequestState.OPENED
        await visit(here)
        await prepare(here)
        assert len(await list_requests(here.parts, site.tenant)) == 1


async def test_nothing_is_served_while_nobody_can_say_what_was_asked(tmp_path: Path) -> None:
    async def since(_here: Installation, site: Site) -> None:
        await ask(site, RequestKind.RESTRICTION, WENDLA)

    async with put_back(tmp_path, since) as (here, site):
        (evidence,) = (tmp_path / "keys" / "tenants" / site.tenant).glob("evidence.key")
        moved = evidence.rename(tmp_path / "elsewhere")
        keyring = Keyring(here.parts.keys, region="eu", clock=here.clock)
        here.parts = replace(here.parts, keyring=keyring)
        preparation = await prepare(here)
        with pytest.raises(KeyUnavailable):
            await unlock(here.parts.keyring, await here.standing(site.tenant))
        moved.rename(evidence)
        await preparation.go_on()
        assert (await known(here, site))[0] == 0


async def test_what_was_answered_since_is_known_as_well(tmp_path: Path) -> None:
    async def since(here: Installation, site: Site) -> None:
        standing = await here.standing(site.tenant)
        refused = await ask(site, RequestKind.OBJECTION, WENDLA)
        await refuse_request(here.parts, standing, refused.id, "not theirs")
        extended = await ask(site, RequestKind.ACCESS, WENDLA)
        await extend_request(here.parts, standing, extended.id, "many")

    async with put_back(tmp_path, since) as (here, site):
        await prepare(here)
        states = {row.kind: row.state for row in await list_requests(here.parts, site.tenant)}
        assert states == {
            RequestKind.OBJECTION: RequestState.REFUSED,
            RequestKind.ACCESS: RequestState.EXTENDED,
        }
        assert await known(here, site) == (2, 0)


async def test_what_was_carried_out_since_is_so_again(tmp_path: Path) -> None:
    async def since(here: Installation, site: Site) -> None:
        await ask(site, RequestKind.ERASURE, WENDLA)
        await visit(here)
        await visit(here)

    async with put_back(tmp_path, since) as (here, site):
        assert await known(here, site) == (2, 0)
        await prepare(here)
        assert await known(here, site) == (0, 2)
        (row,) = await list_requests(here.parts, site.tenant)
        assert row.state is RequestState.CARRIED_OUT


async def test_a_persons_own_calendar_is_left_alone_again(tmp_path: Path) -> None:
    async def since(_here: Installation, site: Site) -> None:
        (link,) = await links_at(site)
        await ask(site, RequestKind.RESTRICTION, WENDLA, link=link.authorization)

    async with put_back(tmp_path, since, persons=True) as (here, site):
        assert (await links_at(site))[0].state is State.ACTIVE
        await prepare(here)
        (link,) = await links_at(site)
        assert (link.state, link.reason) == (State.SUSPENDED, SuspensionReason.RESTRICTED)


async def test_a_store_that_lost_a_step_alone_is_told(tmp_path: Path) -> None:
    """Refused since the copy was taken: what restricted in the copy does not any more."""

    async def since(here: Installation, site: Site) -> None:
        (row,) = await list_requests(here.parts, site.tenant)
        await refuse_request(here.parts, await here.standing(site.tenant), row.id, "not theirs")

    async def before(_here: Installation, site: Site) -> None:
        await ask(site, RequestKind.RESTRICTION, WENDLA)

    async with put_back(tmp_path, since, before_copy=before) as (here, site):
        assert (await known(here, site))[0] == 0
        await prepare(here)
        assert await known(here, site) == (2, 0)


async def test_what_another_process_did_meanwhile_is_not_undone(tmp_path: Path) -> None:
    """It has made the store true, and refused the request, between our look and our writing."""

    async def since(_here: Installation, site: Site) -> None:
        await ask(site, RequestKind.RESTRICTION, WENDLA)

    async with put_back(tmp_path, since) as (here, site):
        parts = here.parts

        class Meanwhile(CrashingStore):
            async def turn(
                self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]
            ) -> Result:
                if not await list_requests(parts, site.tenant):
                    await prepare(here)
                    (row,) = await list_requests(parts, site.tenant)
                    standing = await here.standing(site.tenant)
                    await refuse_request(parts, standing, row.id, "not theirs")
                return await super().turn(fence, keys, work)

        late = replace(parts, store=Meanwhile(here.store, Fuse(1_000)))
        await Preparation(late, nothing_to_revoke).begin()
        (row,) = await list_requests(parts, site.tenant)
        assert row.state is RequestState.REFUSED
