"""A link is renewed by one at a time, and what it is renewed to is stored before it is used."""

import asyncio

import pytest

from connectors.delegation import DelegatedGrant, Link, sent_back
from connectors.errors import (
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    ConsentDeclined,
    CredentialRefused,
    SignInNeeded,
    Unreachable,
)
from connectors.port import CalendarAddress
from connectors.token_endpoint import TokenReply
from tests.connectors.hourglass import run

LINK = Link(
    refresh_token="first",  # noqa: S106  of a test
    scopes=frozenset({"calendars"}),
    account="account",
    organization="organization",
    is_consumer=False,
    calendar=CalendarAddress("primary"),
)


class StoreFailed(Exception):
    """What a store may raise; no connector knows it."""


class Endpoint:
    """Gives one token after another, and keeps each refresh token that it was shown."""

    def __init__(self, *, rotates: bool, expires_in: int = 3600) -> None:
        self.rotates = rotates
        self.expires_in = expires_in
        self.shown: list[str] = []

    async def refresh(self, refresh_token: str) -> TokenReply:
        self.shown.append(refresh_token)
        await asyncio.sleep(1)
        number = len(self.shown)
        return TokenReply(f"access {number}", self.expires_in, f"refresh {number}" if self.rotates else "")


class Shelf:
    """Where links are stored, unless it is broken."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.is_broken = False

    async def __call__(self, link: Link) -> None:
        await asyncio.sleep(1)
        if self.is_broken:
            raise StoreFailed
        self.stored.append(link.refresh_token)


def test_p114_a_token_is_had_by_one_for_all() -> None:
    async def work() -> None:
        endpoint, shelf = Endpoint(rotates=True), Shelf()
        grant = DelegatedGrant(LINK, endpoint.refresh, shelf)
        assert set(await asyncio.gather(*(grant.token() for _ in range(10)))) == {"access 1"}
        assert (endpoint.shown, shelf.stored) == (["first"], ["refresh 1"])

    run(work())


def test_p114_a_rotated_token_is_stored_before_anybody_has_what_came_with_it() -> None:
    async def work() -> None:
        endpoint, shelf = Endpoint(rotates=True), Shelf()
        grant = DelegatedGrant(LINK, endpoint.refresh, shelf)
        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(grant.token()) for _ in range(3)]
            await asyncio.sleep(1.5)
            assert (endpoint.shown, shelf.stored) == (["first"], [])
            assert not any(one.done() for one in waiting)
        assert shelf.stored == ["refresh 1"]

    run(work())


def test_what_is_not_stored_is_not_used_and_the_old_one_stays() -> None:
    async def work() -> None:
        endpoint, shelf = Endpoint(rotates=True), Shelf()
        grant = DelegatedGrant(LINK, endpoint.refresh, shelf)
        shelf.is_broken = True
        told = await asyncio.gather(grant.token(), grant.token(), return_exceptions=True)
        assert [type(one) for one in told] == [StoreFailed, StoreFailed]
        shelf.is_broken = False
        assert await grant.token() == "access 3"
        assert (endpoint.shown, shelf.stored) == (["first"] * 3, ["refresh 3"])

    run(work())


def test_whoever_gives_up_meanwhile_spoils_nothing() -> None:
    async def work() -> None:
        endpoint, shelf = Endpoint(rotates=True), Shelf()
        grant = DelegatedGrant(LINK, endpoint.refresh, shelf)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
                await grant.token()
        assert shelf.stored == []
        assert await grant.token() == "access 2"
        assert (endpoint.shown, shelf.stored) == (["first", "first"], ["refresh 2"])

    run(work())


@pytest.mark.parametrize("rotates", [True, False])
def test_a_token_is_renewed_before_its_end_with_the_newest(*, rotates: bool) -> None:
    async def work() -> None:
        endpoint, shelf = Endpoint(rotates=rotates), Shelf()
        grant = DelegatedGrant(LINK, endpoint.refresh, shelf)
        assert await grant.token() == "access 1"
        await asyncio.sleep(3290)
        assert await grant.token() == "access 1"
        await asyncio.sleep(10)
        assert await grant.token() == "access 2"
        assert endpoint.shown == ["first", "refresh 1" if rotates else "first"]
        assert shelf.stored == (["refresh 1", "refresh 2"] if rotates else [])

    run(work())


@pytest.mark.parametrize("expires_in", [0, -5, 300])
def test_a_token_that_ends_at_once_is_used_once(expires_in: int) -> None:
    async def work() -> None:
        grant = DelegatedGrant(LINK, Endpoint(rotates=False, expires_in=expires_in).refresh, Shelf())
        assert [await grant.token(), await grant.token()] == ["access 1", "access 2"]

    run(work())


def test_a_token_is_kept_no_longer_than_a_day() -> None:
    async def work() -> None:
        grant = DelegatedGrant(LINK, Endpoint(rotates=False, expires_in=10**9).refresh, Shelf())
        await grant.token()
        await asyncio.sleep(86_400)
        assert await grant.token() == "access 2"

    run(work())


def test_a_forgotten_token_is_replaced_once() -> None:
    async def work() -> None:
        grant = DelegatedGrant(LINK, Endpoint(rotates=False).refresh, Shelf())
        first = await grant.token()
        grant.forget(first)
        assert await grant.token() == "access 2"
        grant.forget(first)
        assert await grant.token() == "access 2"

    run(work())


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("access_denied", ConsentDeclined),
        ("consent_required", ConsentDeclined),
        ("login_required", SignInNeeded),
        ("interaction_required", SignInNeeded),
        ("server_error", Unreachable),
        ("temporarily_unavailable", Unreachable),
        ("admin_policy_enforced", AccessLost),
        ("unauthorized_client", CredentialRefused),
        ("invalid_request", CredentialRefused),
        ("invalid_scope", CredentialRefused),
        ("unsupported_response_type", CredentialRefused),
        ("something_new", AccessDoubtful),
        ("", AccessDoubtful),
        ("anna.schmidt@corp.example", AccessDoubtful),
    ],
)
def test_what_it_means_to_come_back_without_a_code(error: str, kind: type[ConnectorError]) -> None:
    told = sent_back(error)
    assert type(told) is kind
    assert "anna" not in str(told)
