"""Whoever comes back from their provider is connected, or nothing is left of it, whatever ends that."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.delegation import DelegatedGrant, Link, Persist
from gateway.app.persons.links import invite
from gateway.app.persons.sign_in import SignIns
from gateway.app.reconnecting import withdraw_credentials
from gateway.errors import Fenced, KeyUnavailable, NotConnected, StoreBusy
from tests.fakes.installation import lose_access, nothing, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.site import Site

Call = Callable[[], Awaitable[Any]]
#: Does something around a call.
Around = Callable[[Call], Awaitable[Any]]


@dataclass
class MadeUpDelegation:
    """A provider that grants what it is asked for, and remembers what was given back."""

    link: Link
    removal: str = "Remove it there."
    states: list[str] = field(default_factory=list)
    #: Refresh tokens that are good.
    held: set[str] = field(default_factory=set)
    #: Happens while a code is redeemed.
    amid: Call = nothing

    def begin(self, state: str, verifier: str, redirect_uri: str) -> str:  # noqa: ARG002
        self.states.append(state)
        return "https://provider.example/authorize"

    async def redeem(self, code: str, verifier: str, redirect_uri: str) -> Link:  # noqa: ARG002
        self.held.add(self.link.refresh_token)
        await self.amid()
        return self.link

    def grant(self, link: Link, persist: Persist) -> DelegatedGrant:
        raise NotImplementedError

    async def revoke(self, link: Link) -> bool:
        self.held.discard(link.refresh_token)
        return True


@dataclass
class SignIn:
    """Somebody's sign-in at a site, come back from their provider but not ended."""

    site: Site
    delegation: MadeUpDelegation
    end: Callable[[], Coroutine[Any, Any, str]]

    @property
    def keys(self) -> set[str]:
        """Data keys that there are."""
        folder = Path(self.site.installation.parts.settings.keys) / "tenants" / self.site.tenant
        return {path.name.split(".")[1] for path in folder.glob("data.*.key")}

    async def is_connected(self) -> bool:
        """Whether somebody is, and can be read; else nothing of it may be left."""
        here, employers = self.site.installation, {self.site.tenancy.fence.authorization}
        links = {row.authorization for row in await links_at(self.site)}
        for link in links:
            await here.parts.keyring.tenant(self.site.tenant, link)
        assert self.keys == links | employers
        assert bool(self.delegation.held) == bool(links)
        return bool(links)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_installation(tmp_path) as installation:
        yield await open_peopled_site(installation)


async def begun(site: Site, delegation: MadeUpDelegation) -> SignIn:
    here = site.installation
    sign_ins = SignIns(here.parts, lambda _tenant, _admit: delegation)
    secret = (await invite(here.parts, await here.standing(site.tenant))).rpartition("/")[2]
    session = (await sign_ins.begin(secret)).session
    return SignIn(site, delegation, partial(sign_ins.finish, delegation.states[-1], session, "code", None))


@pytest.fixture
async def sign_in(site: Site) -> SignIn:
    return await begun(site, MadeUpDelegation(replace(Person(site, "ana").link, is_consumer=True)))


@dataclass(frozen=True)
class Moment:
    """A call on the way to a link: the first that is about that link alone."""

    part: str
    name: str

    def meddle(self, monkeypatch: pytest.MonkeyPatch, site: Site, around: Around) -> None:
        """Let something happen around it, once."""
        part = getattr(site.installation.parts, self.part)
        call = getattr(part, self.name)

        async def meddled(*given: Any) -> Any:
            if site.tenancy.fence.authorization in given:
                return await call(*given)
            monkeypatch.setattr(part, self.name, call)
            return await around(partial(call, *given))

        monkeypatch.setattr(part, self.name, meddled)


MAKING = Moment("keys", "create_data_key")
OPENING = Moment("keyring", "tenant")
COMMITTING = Moment("store", "administer")


async def test_whoever_comes_back_is_connected(sign_in: SignIn) -> None:
    told = await sign_in.end()
    (row,) = await links_at(sign_in.site)
    how = f"To end that, tell whoever invited you: {row.authorization}. Remove it there."
    assert told == f"Your calendar is connected. {how}"
    assert await sign_in.is_connected()


@pytest.mark.parametrize(
    ("moment", "after", "connected"),
    [
        (MAKING, False, False),
        (MAKING, True, False),
        (OPENING, False, False),
        # Once its commit has begun it goes through, whoever waits for it.
        (OPENING, True, True),
        (COMMITTING, False, True),
        (COMMITTING, True, True),
    ],
)
async def test_cut_off_at_any_moment_it_is_whole_or_nothing(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, moment: Moment, *, after: bool, connected: bool
) -> None:
    async def cancel(call: Call) -> Any:
        if not after:
            ending.cancel()
        result = await call()
        ending.cancel()
        return result

    moment.meddle(monkeypatch, sign_in.site, cancel)
    async with asyncio.TaskGroup() as group:
        ending = group.create_task(sign_in.end())
    assert await sign_in.is_connected() == connected


@pytest.mark.parametrize("moment", [MAKING, OPENING, COMMITTING])
async def test_of_what_fails_nothing_is_left(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, moment: Moment
) -> None:
    async def fail(call: Call) -> None:
        if moment == MAKING:
            await call()
        raise RuntimeError

    moment.meddle(monkeypatch, sign_in.site, fail)
    with pytest.raises(RuntimeError):
        await sign_in.end()
    assert not await sign_in.is_connected()


async def test_a_commit_that_seems_to_have_failed_and_went_through_connects(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    COMMITTING.meddle(monkeypatch, sign_in.site, _done_yet_busy)
    await sign_in.end()
    assert await sign_in.is_connected()


async def test_where_the_store_does_not_tell_what_it_knows_nothing_is_destroyed(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(call: Call) -> None:
        COMMITTING.meddle(monkeypatch, sign_in.site, _busy)
        await _done_yet_busy(call)

    COMMITTING.meddle(monkeypatch, sign_in.site, busy)
    with pytest.raises(StoreBusy):
        await sign_in.end()
    assert await sign_in.is_connected()


async def test_a_fence_that_falls_meanwhile_leaves_nothing(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sign_in.site

    async def fall(call: Call) -> Any:
        await lose_access(site.installation.store, site.tenancy)
        return await call()

    OPENING.meddle(monkeypatch, site, fall)
    with pytest.raises(NotConnected):
        await sign_in.end()
    assert not await sign_in.is_connected()


async def test_nobody_signs_in_while_a_tenant_has_no_credentials(site: Site) -> None:
    here = site.installation
    sign_ins = SignIns(here.parts, lambda _tenant, _admit: MadeUpDelegation(Person(site, "ana").link))
    secret = (await invite(here.parts, await here.standing(site.tenant))).rpartition("/")[2]
    await withdraw_credentials(here.parts, site.tenant)
    with pytest.raises(NotConnected):
        await sign_ins.begin(secret)


async def test_keys_that_are_let_go_of_while_a_code_is_redeemed_leave_nothing(sign_in: SignIn) -> None:
    site = sign_in.site

    async def fall() -> None:
        await lose_access(site.installation.store, site.tenancy)
        site.installation.parts.keyring.drop(site.tenant)

    sign_in.delegation.amid = fall
    with pytest.raises(NotConnected):
        await sign_in.end()
    assert not await sign_in.is_connected()


async def test_whoever_is_connected_already_stays_so_if_coming_back_fails(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in.end()
    again = await begun(sign_in.site, sign_in.delegation)
    COMMITTING.meddle(monkeypatch, again.site, _busy)
    with pytest.raises(StoreBusy):
        await again.end()
    assert await again.is_connected()


async def test_whoever_was_connected_by_another_sign_in_meanwhile_stays_so(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await begun(sign_in.site, sign_in.delegation)

    async def be_slower(call: Call) -> Any:
        await other.end()
        return await call()

    OPENING.meddle(monkeypatch, sign_in.site, be_slower)
    with pytest.raises(NotConnected):
        await sign_in.end()
    assert await sign_in.is_connected()


async def test_a_key_that_cannot_be_destroyed_hinders_nobody(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(call: Call) -> None:
        raise KeyUnavailable("The volume is not mounted.")

    COMMITTING.meddle(monkeypatch, sign_in.site, _refuse)
    Moment("keys", "destroy_data_key").meddle(monkeypatch, sign_in.site, lose)
    with pytest.raises(NotConnected):
        await sign_in.end()
    assert not sign_in.delegation.held
    assert await links_at(sign_in.site) == []


async def _done_yet_busy(call: Call) -> None:
    await call()
    raise StoreBusy("It did not answer.")


async def _busy(_call: Call) -> None:
    raise StoreBusy("It did not answer.")


async def _refuse(_call: Call) -> None:
    raise Fenced("It has moved on.")
