"""What does not answer while one person withdraws, or asks to be left alone, is waited for, or passed by."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.app.persons.links import withdraw_link
from gateway.app.terms.narrowing import narrow_open
from gateway.authorization import AuthorizationId, State
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.request import RequestKind
from gateway.store.database import Database
from gateway.store.persons import links_of
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.vault.keys import DataKeyOwner, KeyService
from gateway.vault.secret import SecretKey
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.ordered_steps import StepDelayed
from tests.fakes.asking import ask, row_of, visit
from tests.fakes.crashes import CrashingKeys, Fuse
from tests.fakes.enrolled import BOOKERS, WENDLA
from tests.fakes.installation import REGION, Installation, open_installation
from tests.gateway.withdrawal.test_withdrawn_subject import (
    PAST_A_LEASE,
    Scene,
    assert_gone,
    assert_nothing_is_told,
    fence,
    settle,
)


@pytest.fixture
async def installation(tmp_path: Path, sqlite: Database) -> AsyncIterator[Installation]:
    """On one database: what answers or not is no database."""
    async with open_installation(tmp_path, database=sqlite) as opened:
        yield opened


def with_keys(installation: Installation, keys: KeyService) -> Installation:
    """Another process, which asks another key service."""
    keyring = Keyring(keys, region=REGION, clock=installation.clock)
    return replace(installation, parts=replace(installation.parts, keys=keys, keyring=keyring))


class Stubborn(CrashingKeys):
    """Says that it burnt a person's key, and did not."""

    async def burn(self, tenant: TenantId, owner: DataKeyOwner, at: int) -> datetime | None:  # noqa: ARG002
        return None


class Reluctant(CrashingKeys):
    """Does not give the key of one owner."""

    refused: DataKeyOwner | None = None

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        if owner == self.refused:
            raise KeyUnavailable("The key service does not answer.")
        return await super().open_data_key(tenant, owner)


async def person_of(scene: Scene) -> AuthorizationId:
    here = scene.site.installation
    (link,) = await here.store.read(partial(links_of, tenant=scene.site.tenant))
    return link.authorization


async def test_a_key_that_still_opens_is_not_certified_as_destroyed(
    installation: Installation, tmp_path: Path
) -> None:
    scene = await settle(installation, tmp_path, BOOKERS)
    stubborn = with_keys(installation, Stubborn(installation.parts.keys, Fuse(1000)))
    with pytest.raises(StepDelayed, match="told to destroy"):
        await fence(stubborn.cascade(), stubborn, scene.site.tenant)
    installation.clock.move(PAST_A_LEASE)
    await installation.cascade().resume()
    await assert_gone(installation, scene, tmp_path)


async def test_a_person_whose_key_is_not_to_be_had_holds_up_nobody(
    installation: Installation, tmp_path: Path
) -> None:
    scene = await settle(installation, tmp_path, BOOKERS)
    keys = Reluctant(installation.parts.keys, Fuse(1000))
    keys.refused = await person_of(scene)
    other = with_keys(installation, keys)
    with capture_logs() as logs:
        assert await fence(other.cascade(), other, scene.site.tenant)
    delayed = [line for line in logs if line["event"] == "copies_not_narrowed"]
    assert {(line["tenant"], line["code"]) for line in delayed} == {(scene.site.tenant, "KeyUnavailable")}
    # Whoever opens that key next tells nothing of them either.
    await scene.site.later()
    assert_nothing_is_told(scene.site)


async def test_whose_tenant_is_withdrawn_meanwhile_has_nothing_left_to_narrow(
    installation: Installation, tmp_path: Path
) -> None:
    scene = await settle(installation, tmp_path, BOOKERS)
    tenant, narrowed = scene.site.tenant, list[TenantId]()

    async def narrow(one: TenantId) -> None:
        narrowed.append(one)
        await narrow_open(installation.parts, one)

    class Whole(CrashingKeys):
        """While it burns the first person's key, the whole tenant is withdrawn."""

        async def burn(self, tenant: TenantId, owner: DataKeyOwner, at: int) -> datetime | None:
            if await installation.store.read(partial(links_of, tenant=tenant)):
                cascade = installation.cascade()
                lease = await cascade.fence(tenant)
                if lease is not None:
                    await cascade.drive(lease)
            return await super().burn(tenant, owner, at)

    parts = with_keys(installation, Whole(installation.parts.keys, Fuse(1000))).parts
    cascade = Cascade(parts.store, parts.keyring, parts.keys, owner="test", narrow=narrow)
    assert await fence(cascade, installation, tenant)
    assert narrowed == []
    assert (await installation.standing(tenant)).authorization.state is State.ERASED


class Forgetful(CrashingKeys):
    """Keeps no record, for a while."""

    is_full = True

    async def keep_record(self, tenant: TenantId, name: str, record: bytes) -> None:
        if self.is_full:
            raise KeyUnavailable("The key directory could not be written.")
        await super().keep_record(tenant, name, record)


async def test_what_could_not_be_done_of_a_request_is_done_with_the_next_visit(
    installation: Installation, tmp_path: Path
) -> None:
    scene = await settle(installation, tmp_path, BOOKERS)
    keys = Forgetful(installation.parts.keys, Fuse(1000))
    scene.site.installation = here = with_keys(installation, keys)
    with capture_logs() as logs:
        request = await ask(scene.site, RequestKind.RESTRICTION, WENDLA)
        await visit(here)
    assert [line["event"] for line in logs].count("request_delayed") == 2
    row = await row_of(scene.site, request.id)
    assert (row.settled, row.number, await keys.kept_records(scene.site.tenant)) == (0, 1, {})
    # It holds all the same.
    await scene.site.news()
    assert_nothing_is_told(scene.site)
    keys.is_full = False
    await visit(here)
    assert (await row_of(scene.site, request.id)).settled == 1
    assert len(await keys.kept_records(scene.site.tenant)) == 1


async def test_of_who_is_withheld_no_request_is_looked_at(installation: Installation, tmp_path: Path) -> None:
    scene = await settle(installation, tmp_path, BOOKERS)
    request = await ask(scene.site, RequestKind.ERASURE, WENDLA)
    installation.clock.move(timedelta(days=60))
    installation.parts.keyring.withhold(scene.site.tenant)
    await visit(installation)
    assert (await row_of(scene.site, request.id)).is_open
    installation.parts.keyring.release(scene.site.tenant)
    await visit(installation)
    assert not (await row_of(scene.site, request.id)).is_open


async def test_keys_are_taken_out_of_every_hand_and_those_of_others_are_not(
    installation: Installation, tmp_path: Path
) -> None:
    scene = await settle(installation, tmp_path, BOOKERS)
    tenant, keyring, person = scene.site.tenant, installation.parts.keyring, await person_of(scene)
    held = {
        owner: (await keyring.tenant(tenant, owner)).column("t", "c")
        for owner in (scene.leaving, scene.staying, person)
    }

    def in_use() -> set[DataKeyOwner]:
        return {owner for owner, column in held.items() if opens_anew(column)}

    assert await fence(installation.cascade(), installation, tenant)
    assert in_use() == {scene.staying, person}
    given_back = list[AuthorizationId]()

    async def revoke(_tenant: TenantId, authorization: AuthorizationId) -> None:
        given_back.append(authorization)

    await withdraw_link(installation.parts, tenant, person, revoke)
    assert (in_use(), given_back) == ({scene.staying}, [person])


def opens_anew(column: SealedColumn) -> bool:
    try:
        return column.open("row", 1, column.seal("row", 1, b"told")) == b"told"
    except KeyUnavailable:
        return False
