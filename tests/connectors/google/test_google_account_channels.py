"""What Google is asked to say in between, of users and of what is done to our application, over the wire."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from connectors.accounts import AccountEvent, Announcing
from connectors.errors import (
    AccessDenied,
    AccessDoubtful,
    AccessLost,
    CalendarMissing,
    ConnectorError,
    PushRefused,
    Unreachable,
)
from connectors.google.accounts import GoogleTeller
from connectors.google.grant import AUDIT_SCOPE, USERS_SCOPE
from connectors.port import Target
from connectors.sandbox.consent import Consent
from connectors.sandbox.credentials import ServiceAccount as Registered
from connectors.sandbox.credentials import WebClient
from connectors.sandbox.grant_command import TakeBack
from connectors.sandbox.truth import Provider
from tests.connectors.google.test_google_accounts import ANOTHER, Office
from tests.connectors.sandbox.receivers import Receiver, Time, listening
from tests.contracts.connector import Fence, Host, hosting
from tests.contracts.teller import fresh

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "known to both"  # noqa: S105  made up
TOPICS = ("users/delete", "users/undelete", "users/update", "admin/REMOVE_API_CLIENT_ACCESS", "token/revoke")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("google-account-channels")
    async with hosting(Provider.GOOGLE, folder, calendars=2) as host:
        yield host


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def receiver(host: Host) -> AsyncIterator[Receiver]:
    async with listening(Time(), host.sandbox.identity.authority.server_context()) as running:
        yield running


@pytest.fixture
def office(host: Host) -> Iterator[Office]:
    # Whatever a test before this one has opened is over.
    host.sandbox.advance(2 * 86_400)
    yield from (Office(host) for _ in fresh(host, Consent()))


@pytest.fixture
def teller(office: Office) -> GoogleTeller:
    return office.another()


async def said(office: Office, receiver: Receiver) -> list[str]:
    """The states of what is pushed now, all of which repeat what both know."""
    await office.sandbox.notifier.deliver()
    taken = receiver.taken()
    assert {message.headers["X-Goog-Channel-Token"] for message in taken} <= {TOKEN}
    return [message.headers["X-Goog-Resource-State"] for message in taken]


async def test_each_topic_is_watched_for_as_long_as_google_allows_and_ended(
    office: Office, teller: GoogleTeller, receiver: Receiver
) -> None:
    assert (isinstance(teller, Announcing), teller.topics) == (True, TOPICS)
    target, now = Target(f"{receiver.url}/g", TOKEN), office.sandbox.clock()
    opened = {topic: await teller.watch(topic, target) for topic in TOPICS}
    lives = [(watch.expires_at - now, watch.url) for watch in opened.values()]
    days, hours = (timedelta(days=2), target.url), (timedelta(hours=6), target.url)
    assert lives == [days] * 3 + [hours] * 2
    assert await said(office, receiver) == ["sync"] * 5
    name = office.somebody
    office.directory.change(name, is_enabled=False)
    office.directory.delete(name)
    office.directory.restore(name)
    office.remove(ANOTHER)
    person = office.company.people[2].address
    for client in (ANOTHER, WebClient.id):
        office.settle(TakeBack(office.company.id, client, person))
    # What people grant to others does not even come.
    assert await said(office, receiver) == [
        "update", "delete", "undelete", "REMOVE_API_CLIENT_ACCESS", "revoke",
    ]  # fmt: skip
    for topic, watch in opened.items():
        await teller.unwatch(topic, watch)
        # One that is gone is no error.
        await teller.unwatch(topic, replace(watch, id="never-opened"))
    office.directory.delete(name)
    office.remove(Registered.client_id)
    assert await said(office, receiver) == []


async def test_a_channel_that_somebody_else_opened_stays(
    office: Office, teller: GoogleTeller, receiver: Receiver
) -> None:
    watch = await teller.watch("users/delete", Target(f"{receiver.url}/g", TOKEN))
    office.sandbox.notifier.faults.plan("channel-stop-refused")
    with pytest.raises(AccessDenied):
        await teller.unwatch("users/delete", watch)


@pytest.mark.parametrize("topic", ["users/update", "token/revoke"])
async def test_a_receiver_that_google_does_not_take_is_no_matter_of_the_grant(
    teller: GoogleTeller, topic: str
) -> None:
    with pytest.raises(PushRefused) as refused:
        await teller.watch(topic, Target("https://gateway.example/g", TOKEN))
    assert refused.value.code == "google_receiver_refused"


@pytest.mark.parametrize(
    ("topic", "scope", "expected"),
    [
        ("users/update", USERS_SCOPE, AccessLost),
        ("token/revoke", AUDIT_SCOPE, AccessLost),
        ("users/update", None, AccessDenied),
        ("token/revoke", None, AccessDoubtful),
    ],
)
async def test_who_may_not_read_may_not_watch(
    host: Host,
    office: Office,
    receiver: Receiver,
    topic: str,
    scope: str | None,
    expected: type[ConnectorError],
) -> None:
    """Without the scope, or as somebody who is no administrator."""
    office.consent.undelegated = frozenset({scope} if scope else ())
    read_as = None if scope else office.company.people[3].address
    with pytest.raises(expected):
        await Office(host, read_as).another().watch(topic, Target(f"{receiver.url}/g", TOKEN))


async def test_what_one_account_is_now(office: Office, teller: GoogleTeller) -> None:
    name, directory = office.somebody, office.directory

    def purge() -> None:
        directory.delete(name)
        directory.purge(name)

    acts: list[tuple[Callable[[], None], AccountEvent]] = [
        (lambda: None, AccountEvent.ENABLED),
        (lambda: directory.change(name, is_enabled=False), AccountEvent.DISABLED),
        (lambda: directory.change(name, is_enabled=True), AccountEvent.ENABLED),
        (lambda: directory.change(name, is_archived=True), AccountEvent.DISABLED),
        (lambda: directory.change(name, is_archived=False), AccountEvent.ENABLED),
        (lambda: directory.delete(name), AccountEvent.DELETED),
        # Should Google say of the deleted that they are not there, their listing tells the same.
        (lambda: office.sandbox.faults.ask("google.user-not-found"), AccountEvent.DELETED),
        (lambda: directory.restore(name), AccountEvent.SOFT_DELETED),
        (office.sandbox.faults.clear, AccountEvent.ENABLED),
        # Gone for good, or none of theirs: who is not there was not shown to be deleted.
        (purge, AccountEvent.SOFT_DELETED),
    ]
    for act, expected in acts:
        act()
        change = await teller.account(name)
        assert (change.account, change.what, change.at) == (name, expected, None)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(403, AccessDenied), (404, CalendarMissing), (412, ConnectorError), (503, Unreachable)],
)
async def test_a_refusal_that_is_not_googles_own_word_deletes_nobody(
    office: Office, teller: GoogleTeller, status: int, expected: type[ConnectorError]
) -> None:
    name = office.somebody
    office.sandbox.faults.refuse("google.user", status, 9)
    if status == 403:
        office.sandbox.faults.clear()
        office.consent.undelegated = frozenset({USERS_SCOPE})
    with pytest.raises(expected):
        await teller.account(name)


async def test_the_gate_is_asked_for_all_of_it(
    office: Office, teller: GoogleTeller, receiver: Receiver
) -> None:
    name, target = office.somebody, Target(f"{receiver.url}/g", TOKEN)
    watch = await teller.watch("users/delete", target)
    office.gate.is_open = False
    for asking in (
        teller.account(name), teller.watch("users/delete", target), teller.unwatch("users/delete", watch),
    ):  # fmt: skip
        with pytest.raises(Fence):
            await asking
