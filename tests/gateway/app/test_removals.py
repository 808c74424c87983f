"""What a provider's token endpoint tells of what a customer has granted, and what is asked of no provider."""

from collections import Counter
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider as Whose
from gateway.app.examining.removals import application_at, looking, removal
from gateway.app.providers.connecting import open_connectors
from gateway.app.tenants import withdraw_tenant
from gateway.settings import Providers
from gateway.store.removals import Removal, RemovalState
from gateway.store.tables import removals
from gateway.tenant import Provider
from gateway.withdrawal.pending import Pending
from tests.gateway.app.clinic import Clinic, clinic


async def seen(here: Clinic) -> Removal:
    """How it stands, asked anew: a day has passed."""
    parts = here.parts
    await parts.store.administer(lambda rows: rows.handle.execute(update(removals).values(due_at=0)))
    async with open_connectors(parts.settings, parts.clock) as connectors:
        look = looking(connectors.roles_in)
        await Pending(parts.store, parts.keyring, parts.clock, look=look, owner="test").visit()
    found = await removal(parts, here.tenant)
    assert found is not None
    return found


def asked_since(here: Clinic, before: Counter[str]) -> set[str]:
    return set(here.sandbox.requests - before)


async def test_an_application_that_is_removed_is_seen_to_be_gone_by_tokens_alone(
    tmp_path: Path, identity: Identity
) -> None:
    async with clinic(tmp_path, identity, Whose.MICROSOFT, "scoped") as here:
        await withdraw_tenant(here.parts, here.tenant)
        before = Counter(here.sandbox.requests)
        found = await seen(here)
        assert (found.state, found.reason) == (RemovalState.PENDING, "entra_token_given")
        here.sandbox.world.consent_removed.add(here.company.id)
        found = await seen(here)
        assert (found.state, found.reason, found.is_asked) == (RemovalState.GONE, "entra_app_missing", False)
        assert {kind.partition(".")[0] for kind in asked_since(here, before)} == {"entra"}


@pytest.mark.parametrize(
    ("grant", "state", "reason"),
    [
        # What Exchange lets us do, no token tells.
        ("scoped", RemovalState.PENDING, "exchange_unseen"),
        ("org-wide", RemovalState.GONE, "entra_consent_missing"),
    ],
)
async def test_a_token_that_is_good_for_nothing_shows_what_was_consented_to_and_no_more(
    tmp_path: Path, identity: Identity, grant: str, state: RemovalState, reason: str
) -> None:
    async with clinic(tmp_path, identity, Whose.MICROSOFT, grant) as here:
        await withdraw_tenant(here.parts, here.tenant)
        here.consent.roles = ()
        found = await seen(here)
        assert (found.state, found.reason) == (state, reason)


@pytest.mark.parametrize(
    ("fault", "state"),
    [("entra.aadsts7000112", RemovalState.PENDING), ("entra.tenant-unknown", RemovalState.GONE)],
)
async def test_what_is_disabled_is_not_removed(
    tmp_path: Path, identity: Identity, fault: str, state: RemovalState
) -> None:
    async with clinic(tmp_path, identity, Whose.MICROSOFT, "org-wide") as here:
        await withdraw_tenant(here.parts, here.tenant)
        here.sandbox.faults.order(fault)
        assert (await seen(here)).state is state


@pytest.mark.parametrize("grant", ["shared", "delegated-readonly"])
async def test_google_is_not_asked_since_somebody_would_have_to_be_named(
    tmp_path: Path, identity: Identity, grant: str
) -> None:
    async with clinic(tmp_path, identity, Whose.GOOGLE, grant) as here:
        await withdraw_tenant(here.parts, here.tenant)
        before = Counter(here.sandbox.requests)
        found = await seen(here)
        assert (found.state, found.is_asked) == (RemovalState.UNSEEN, False)
        assert asked_since(here, before) == set()


async def test_without_our_credential_it_is_left_as_it_was(tmp_path: Path, identity: Identity) -> None:
    async with clinic(tmp_path, identity, Whose.MICROSOFT, "scoped") as here:
        await withdraw_tenant(here.parts, here.tenant)
        nobody = msgspec.structs.replace(here.parts.settings, providers=Providers())
        async with open_connectors(nobody, here.parts.clock) as connectors:
            look = partial(Pending, here.parts.store, here.parts.keyring, here.parts.clock, owner="test")
            await look(look=looking(connectors.roles_in)).visit()
        found = await removal(here.parts, here.tenant)
        assert found is not None
        assert (found.state, found.asked_at, found.is_asked) == (RemovalState.PENDING, None, True)


async def test_an_admin_is_told_which_application_is_ours(tmp_path: Path, identity: Identity) -> None:
    async with clinic(tmp_path, identity, Whose.MICROSOFT, "scoped") as here:
        settings = here.parts.settings
        assert settings.providers.microsoft is not None
        assert settings.providers.google is not None
        assert application_at(settings, Provider.MICROSOFT) == settings.providers.microsoft.client_id
        assert application_at(settings, Provider.GOOGLE) == here.sandbox.identity.account.client_id
        gone = msgspec.structs.replace(settings, providers=Providers())
        assert [application_at(gone, one) for one in Provider] == [None, None]
