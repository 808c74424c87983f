"""What every teller of accounts owes the gateway, shown against the stand-in of its provider.

A test class subclasses ``TellerContract`` and gives an ``office``; each test uses accounts of its own.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import count

import pytest

from connectors.accounts import AccountChange, AccountEvent, AccountPage, ApplicationState, Teller
from connectors.errors import AccessDenied, AccessLost, CursorExpired, Malformed
from connectors.meter import Outcome
from connectors.port import Cursor
from connectors.sandbox.consent import Consent
from connectors.sandbox.directory import Account, Directory
from tests.contracts.connector import Fence, Gate, Host

NUMBERS = count()
GONE = {AccountEvent.DELETED, AccountEvent.SOFT_DELETED}


class TellingOffice(ABC):
    """A directory, and a teller of it that nobody has used before; all that it was answered."""

    #: What the stand-in calls requests for accounts, and for tokens; how many accounts stand on a page.
    kind: str
    tokens: str
    per_page: int

    def __init__(self, host: Host) -> None:
        self.sandbox = host.sandbox
        self.company = host.tenant
        self.gate = Gate()
        self.bodies = list[bytes]()
        self.host = host
        self.teller = self.another()

    @abstractmethod
    def another(self) -> Teller:
        """One more teller, which keeps no token yet."""

    @abstractmethod
    def uncover(self) -> None:
        """Let accounts be told to us no more."""

    def measure(self, _outcome: Outcome, body: bytearray, _waited: float) -> None:
        self.bodies.append(bytes(body))

    @property
    def consent(self) -> Consent:
        return self.sandbox.world.consents[self.company.id]

    @property
    def directory(self) -> Directory:
        return self.sandbox.world.directories[self.company.id]

    @property
    def somebody(self) -> str:
        """A new account of nobody else's."""
        name = f"account-{next(NUMBERS):06}"
        domain = self.company.read_as.partition("@")[2]
        account = Account(id=name, name=f"Name of {name}", address=f"{name}@{domain}")
        self.directory.add(account)
        return account.id

    async def pages(self, since: Cursor | None) -> list[AccountPage]:
        return [page async for page in self.teller.account_changes(since)]

    async def now(self) -> Cursor:
        (page,) = await self.pages(None)
        assert (page.changes, page.removed, page.more) == ((), (), False)
        return page.cursor

    async def told(self, since: Cursor) -> list[AccountChange]:
        return [change for page in await self.pages(since) for change in page.changes]


def story(changes: Iterable[AccountChange]) -> dict[str, list[AccountEvent]]:
    told: dict[str, list[AccountEvent]] = {}
    for change in changes:
        told.setdefault(change.account, []).append(change.what)
    return told


class TellerContract:
    """The contract of ``connectors.accounts.Teller``."""

    async def test_whoever_cannot_be_used_any_more_is_told_by_id(self, office: TellingOffice) -> None:
        directory = office.directory
        works, disabled, deleted = (office.somebody for _ in range(3))
        since = await office.now()
        directory.change(disabled, is_enabled=False)
        directory.delete(deleted)
        told = story(await office.told(since))
        assert told[disabled] == [AccountEvent.DISABLED]
        assert set(told[deleted]) <= GONE
        assert works not in told
        # Who reads again from before is told the same.
        assert story(await office.told(since)) == told

    async def test_nobodys_name_or_address_crosses_the_wire(self, office: TellingOffice) -> None:
        since = await office.now()
        names = [office.somebody for _ in range(3)]
        for name in names:
            office.directory.change(name, is_enabled=False)
        office.directory.delete(names[0])
        accounts = list(office.directory.accounts.values())
        await office.told(since)
        await office.teller.application()
        assert any(names[0].encode() in body for body in office.bodies)
        for account in accounts:
            for body in office.bodies:
                assert account.name.encode() not in body
                assert account.address.encode() not in body

    async def test_each_page_tells_where_to_go_on(self, office: TellingOffice) -> None:
        since = await office.now()
        for _ in range(office.per_page + 20):
            office.directory.change(office.somebody, is_enabled=False)
        pages = await office.pages(since)
        assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]
        told = {change.account for page in pages for change in page.changes}
        for number, page in enumerate(pages[:-1]):
            before = {change.account for earlier in pages[: number + 1] for change in earlier.changes}
            rest = {change.account for change in await office.told(page.cursor)}
            assert before | rest == told
            assert not before & rest

    async def test_odd_pages_tell_the_same(self, office: TellingOffice) -> None:
        since, names = await office.now(), {office.somebody for _ in range(4)}
        for name in names:
            office.directory.change(name, is_enabled=False)
        family = office.kind.partition(".")[0]
        for fault in (f"{family}.empty-page", f"{family}.short-pages"):
            office.sandbox.faults.clear()
            office.sandbox.faults.ask(fault)
            assert names <= {change.account for change in await office.told(since)}

    async def test_pages_without_end_are_not_followed(self, office: TellingOffice) -> None:
        since, _ = await office.now(), [office.somebody for _ in range(4)]
        office.sandbox.faults.ask(f"{office.kind.partition('.')[0]}.endless-pages")
        asked = office.sandbox.requests[office.kind]
        with pytest.raises(Malformed) as refused:
            await office.pages(since)
        assert refused.value.code == "repeated_page"
        assert office.sandbox.requests[office.kind] - asked <= 2

    async def test_a_cursor_from_elsewhere_is_none(self, office: TellingOffice) -> None:
        for odd in ("https://provider.example/v1.0/users/delta?$deltatoken=x", "{}", "\ud800"):
            with pytest.raises(CursorExpired):
                await office.pages(Cursor(odd))
        await office.now()

    async def test_where_accounts_are_not_told_the_application_is(self, office: TellingOffice) -> None:
        since = await office.now()
        office.uncover()
        office.teller = office.another()
        for asked in (None, since):
            with pytest.raises(AccessDenied):
                await office.pages(asked)
        assert await office.teller.application() is ApplicationState.WORKS

    async def test_the_gate_is_asked_before_each_request(self, office: TellingOffice) -> None:
        since = await office.now()
        office.gate.is_open = False
        for asking in (office.pages(since), office.teller.application()):
            with pytest.raises(Fence):
                await asking

    async def test_a_fresh_token_is_taken_for_each_look_at_our_application(
        self, office: TellingOffice
    ) -> None:
        given = list[int]()
        for _ in range(3):
            assert await office.teller.application() is ApplicationState.WORKS
            given.append(office.sandbox.requests[office.tokens])
        assert given[0] < given[1] < given[2]

    async def test_a_grant_that_is_gone_shows(self, office: TellingOffice) -> None:
        assert await office.teller.application() is ApplicationState.WORKS
        office.sandbox.world.consent_removed.add(office.company.id)
        with pytest.raises(AccessLost):
            await office.teller.application()


def fresh(host: Host, consent: Consent) -> Iterator[None]:
    """Once, without faults and with this consent."""
    host.sandbox.faults.clear()
    host.sandbox.world.consent_removed.clear()
    host.sandbox.world.consents[host.tenant.id] = consent
    yield
    host.sandbox.faults.clear()
