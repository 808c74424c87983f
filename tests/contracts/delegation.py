"""What every provider's delegation owes the gateway, shown against its stand-in.

A test class subclasses ``DelegationContract`` and gives a ``booth`` fixture; each test is about a person that
no other test is about, so that one sandbox serves them all.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from connectors.delegation import DelegatedGrant, Delegation, Link, sent_back
from connectors.errors import (
    AccessDenied,
    AccessLost,
    CalendarMissing,
    ConnectorError,
    ConsentDeclined,
    ScopeTooSmall,
    SignInNeeded,
    Throttled,
    Unreachable,
)
from connectors.pkce import challenge, new_verifier
from connectors.port import CalendarAddress, Connector
from connectors.sandbox.consent import Ending, PersonalConsent
from connectors.sandbox.directory import Person
from gateway.clock import system_clock
from tests.contracts.connector import OCCUPANCY, WINDOW, Fence, Gate, Host, Meeting

REDIRECT_URI = "https://gateway.example/connected?way=back"
STATE = "state"


class Shelf:
    """Where rotated links are stored."""

    def __init__(self) -> None:
        self.stored: list[Link] = []

    async def __call__(self, link: Link) -> None:
        self.stored.append(link)


class Booth(ABC):
    """A person at a provider's sign-in, and what connects them."""

    #: What the stand-in calls a request for tokens, and the faults of its family.
    family: str
    #: What is asked of the person for their calendar, and its code where it is missing.
    calendar_scope: str
    #: What is asked of the person about themselves, beside who they are.
    person_scopes: frozenset[str] = frozenset()
    rotates: bool
    revokes: bool

    def __init__(self, host: Host, gate: Gate, delegation: Delegation) -> None:
        self.host = host
        self.sandbox = host.sandbox
        self.gate = gate
        self.delegation = delegation
        address = next(host.unused)
        self.person: Person = next(one for one in host.tenant.people if one.address == address)
        self.shelf = Shelf()

    @abstractmethod
    def connector(self, grant: DelegatedGrant) -> Connector:
        """What reads calendars with a person's grant."""

    @abstractmethod
    def worded(self, meeting: Meeting) -> dict[str, Any]:
        """The meeting in the provider's words."""

    @property
    def consent(self) -> PersonalConsent:
        return self.sandbox.world.personal(self.person.address)

    @property
    def asked(self) -> int:
        """How often the token endpoint was asked."""
        return self.sandbox.requests[f"{self.family}.token"]

    async def back(self, verifier: str, state: str = STATE) -> dict[str, str]:
        """What the person brings back from the provider."""
        url = URL(self.delegation.begin(state, verifier, REDIRECT_URI), encoded=True)
        hinted = URL(f"{url}&login_hint={self.person.address}", encoded=True)
        async with self.host.session.get(hinted, allow_redirects=False) as response:
            assert response.status == 302
            location = URL(response.headers["Location"])
        assert str(location).startswith(REDIRECT_URI)
        return dict(location.query)

    async def link(self) -> Link:
        verifier = new_verifier()
        code = (await self.back(verifier))["code"]
        return await self.delegation.redeem(code, verifier, REDIRECT_URI)

    async def grant(self) -> DelegatedGrant:
        return self.delegation.grant(await self.link(), self.shelf)

    async def read(self, grant: DelegatedGrant, calendar: CalendarAddress) -> int:
        """How many events a full round meets."""
        changes = self.connector(grant).changes(calendar, window=WINDOW, projection=OCCUPANCY, since=None)
        return sum([len(page.events) async for page in changes])

    @contextmanager
    def fault(self, name: str, times: int | None = None) -> Iterator[None]:
        self.sandbox.faults.order(f"{self.family}.{name}", times=times, when_="1-99")
        try:
            yield
        finally:
            self.sandbox.faults.clear()


class DelegationContract(ABC):
    """Holds for every provider."""

    @pytest.fixture
    @abstractmethod
    def booth(self) -> Booth: ...

    async def test_a_person_connects_their_own_calendar_and_no_other(self, booth: Booth) -> None:
        calendar = booth.sandbox.world.calendar(booth.person.address)
        calendar.load([booth.worded(Meeting())])
        link = await booth.link()
        grant = booth.delegation.grant(link, booth.shelf)
        assert await booth.read(grant, link.calendar) == 1
        others = {name for one in booth.host.tenant.people[-2:] for name in (one.address, one.id)}
        for other in {*others, booth.host.tenant.resources[0].address}:
            with pytest.raises((AccessDenied, CalendarMissing)):
                await booth.read(grant, CalendarAddress(other))

    async def test_a_link_names_an_account_and_no_address(self, booth: Booth) -> None:
        link = await booth.link()
        assert link.account == booth.person.id
        assert booth.person.address not in f"{link.calendar} {link.account} {link.scopes}"
        assert booth.calendar_scope in link.scopes
        assert link.is_consumer is False
        assert link.organization is not None

    async def test_a_consumer_is_known_as_one(self, booth: Booth) -> None:
        booth.consent.is_consumer = True
        link = await booth.link()
        assert link.is_consumer is True
        assert await booth.delegation.grant(link, booth.shelf).token()

    async def test_it_asks_for_the_least_and_shows_a_challenge_only(self, booth: Booth) -> None:
        verifier = new_verifier()
        url = URL(booth.delegation.begin(STATE, verifier, REDIRECT_URI))
        least = {booth.calendar_scope, "openid"} | booth.person_scopes
        assert least <= set(url.query["scope"].split()) <= least | {"offline_access"}
        asked = (url.query["response_type"], url.query["code_challenge_method"], url.query["code_challenge"])
        assert asked == ("code", "S256", challenge(verifier))
        assert verifier not in str(url)

    async def test_whatever_is_sent_along_stays_what_it_is(self, booth: Booth) -> None:
        @given(state=st.text(min_size=1), redirect_uri=st.text(min_size=1))
        def stays(state: str, redirect_uri: str) -> None:
            url = booth.delegation.begin(state, new_verifier(), redirect_uri)
            told = parse_qsl(url.partition("?")[2], strict_parsing=True)
            assert url.isascii()
            assert {("state", state), ("redirect_uri", redirect_uri)} <= {*told}
            assert len(told) == len(dict(told))

        stays()

    async def test_state_comes_back(self, booth: Booth) -> None:
        state = "a state & more=%41"
        assert (await booth.back(new_verifier(), state))["state"] == state

    async def test_whoever_declines_is_no_fault_of_ours(self, booth: Booth) -> None:
        booth.consent.declines = True
        back = await booth.back(new_verifier())
        assert "code" not in back
        assert type(sent_back(back["error"])) is ConsentDeclined

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            ("consent-declined", ConsentDeclined),
            ("sign-in-unavailable", Unreachable),
            ("sign-in-error", Unreachable),
        ],
    )
    async def test_what_else_brings_a_person_back_without_a_code(
        self, booth: Booth, fault: str, kind: type[ConnectorError]
    ) -> None:
        with booth.fault(fault):
            assert type(sent_back((await booth.back(new_verifier()))["error"])) is kind

    async def test_a_calendar_that_is_left_out_is_missed_by_name(self, booth: Booth) -> None:
        booth.consent.withheld = frozenset({booth.calendar_scope})
        with pytest.raises(ScopeTooSmall, match=f"{booth.family}_calendar_scope_missing"):
            await booth.link()

    async def test_a_code_is_good_once(self, booth: Booth) -> None:
        verifier = new_verifier()
        code = (await booth.back(verifier))["code"]
        await booth.delegation.redeem(code, verifier, REDIRECT_URI)
        with pytest.raises(ConnectorError) as caught:
            await booth.delegation.redeem(code, verifier, REDIRECT_URI)
        assert not isinstance(caught.value, AccessLost)

    async def test_somebody_elses_code_is_refused(self, booth: Booth) -> None:
        code = (await booth.back(new_verifier()))["code"]
        with pytest.raises(SignInNeeded, match=f"{booth.family}_code_refused"):
            await booth.delegation.redeem(code, new_verifier(), REDIRECT_URI)

    async def test_a_code_whose_answer_was_lost_is_not_sent_again(self, booth: Booth) -> None:
        verifier = new_verifier()
        code = (await booth.back(verifier))["code"]
        before = booth.asked
        with booth.fault("cut-off"), pytest.raises(Unreachable):
            await booth.delegation.redeem(code, verifier, REDIRECT_URI)
        assert booth.asked == before + 1

    async def test_tokens_are_refreshed_by_one_for_all(self, booth: Booth) -> None:
        grant = await booth.grant()
        before = booth.asked
        assert len(set(await asyncio.gather(*(grant.token() for _ in range(10))))) == 1
        assert booth.asked == before + 1
        assert len(booth.shelf.stored) == booth.rotates

    async def test_what_was_rotated_works_and_so_does_what_it_came_from(self, booth: Booth) -> None:
        link = await booth.link()
        first = booth.delegation.grant(link, booth.shelf)
        assert await first.token()
        for held in (link, *booth.shelf.stored):
            assert await booth.delegation.grant(held, booth.shelf).token()
        for stored in booth.shelf.stored:
            assert stored.refresh_token != link.refresh_token
            assert (stored.account, stored.scopes) == (link.account, link.scopes)

    async def test_a_failure_that_passes_is_tried_again(self, booth: Booth) -> None:
        grant = await booth.grant()
        with booth.fault("html-error", times=2):
            assert await grant.token()

    async def test_a_failure_that_lasts_proves_nothing(self, booth: Booth) -> None:
        grant = await booth.grant()
        with booth.fault("html-error"), pytest.raises(Unreachable):
            await grant.token()
        assert await grant.token()

    async def test_load_is_waited_out_or_told(self, booth: Booth) -> None:
        grant = await booth.grant()
        booth.sandbox.faults.refuse(f"{booth.family}.token", 429, 9, {"Retry-After": "999"})
        with pytest.raises(Throttled) as caught:
            await grant.token()
        booth.sandbox.faults.clear()
        assert caught.value.retry_after_seconds == 999

    async def test_a_scope_may_be_taken_back_later(self, booth: Booth) -> None:
        grant = await booth.grant()
        booth.consent.withheld = frozenset({booth.calendar_scope})
        with pytest.raises(ScopeTooSmall, match=f"{booth.family}_calendar_scope_missing"):
            await grant.token()

    @pytest.mark.parametrize("ending", Ending)
    async def test_every_end_of_a_link_is_told_apart_from_our_own_faults(
        self, booth: Booth, ending: Ending
    ) -> None:
        grant = await booth.grant()
        booth.consent.end(ending)
        expected = SignInNeeded if ending in self.ages_out | {Ending.SIGN_IN} else AccessLost
        with pytest.raises(ConnectorError) as caught:
            await grant.token()
        assert type(caught.value) is expected
        if booth.consent.has_account:
            assert await (await booth.grant()).token()

    #: What the provider tells apart from a link that was taken back.
    ages_out = frozenset[Ending]()

    async def test_nothing_is_asked_behind_a_fence(self, booth: Booth) -> None:
        link = await booth.link()
        before = booth.asked
        booth.gate.is_open = False
        with pytest.raises(Fence):
            await booth.delegation.grant(link, booth.shelf).token()
        with pytest.raises(Fence):
            await booth.delegation.redeem("code", new_verifier(), REDIRECT_URI)
        assert booth.asked == before

    async def test_a_link_is_given_back_where_the_provider_takes_it(self, booth: Booth) -> None:
        link = await booth.link()
        grant = booth.delegation.grant(link, booth.shelf)
        assert await grant.token()
        assert await booth.delegation.revoke(link) is booth.revokes
        # What is gone already is given back just so.
        assert await booth.delegation.revoke(link) is booth.revokes
        after = booth.delegation.grant(link, booth.shelf)
        if booth.revokes:
            with pytest.raises(AccessLost):
                await after.token()
        else:
            assert await after.token()

    async def test_no_secret_shows(self, booth: Booth, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        verifier = new_verifier()
        code = (await booth.back(verifier))["code"]
        link = await booth.delegation.redeem(code, verifier, REDIRECT_URI)
        grant = booth.delegation.grant(link, booth.shelf)
        token = await grant.token()
        booth.consent.end(Ending.REMOVED)
        grant.forget(token)
        with pytest.raises(ConnectorError) as caught:
            await grant.token()
        said = f"{caplog.text} {caught.value!r} {link!r} {link} {grant!r} {booth.delegation!r}"
        for secret in (verifier, code, link.refresh_token, token, booth.person.address, booth.person.id):
            assert secret not in said
        assert caught.value.__context__ is None


CLOCK = system_clock()
