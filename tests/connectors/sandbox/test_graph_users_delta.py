"""How Graph tells of accounts that change: by delta, and by notification."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.sandbox.directory import Account, AgeGroup, Directory, Person
from connectors.sandbox.graph_users_delta import UsersMark
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import NOW, Answer, Caller, graph_caller, in_days, tenant
from tests.connectors.sandbox.receivers import Receiver, Time

DELTA = "/graph/v1.0/users/delta"
ENABLED = {"$select": "accountEnabled"}
NEW = Account(id="ffffffff-0000-4000-8000-000000000000", name="New Name", address="new@haldenvoss.example")

Subscribe = Callable[..., Awaitable[Answer]]


@pytest.fixture
def people(sandbox: Sandbox) -> tuple[Person, ...]:
    return tenant(sandbox, Provider.MICROSOFT).people


@pytest.fixture
def directory(sandbox: Sandbox) -> Directory:
    return sandbox.world.directories[tenant(sandbox, Provider.MICROSOFT).id]


@pytest.fixture
async def application(anyone: Caller) -> Caller:
    """With a role that opens accounts."""
    company = tenant(anyone.sandbox, Provider.MICROSOFT)
    anyone.sandbox.world.consents[company.id].roles = ("User.Read.All",)
    return await graph_caller(anyone)


@pytest.fixture
def subscribe(application: Caller, receiver: Receiver) -> Subscribe:
    async def subscribed(resource: str, caller: Caller = application) -> Answer:
        body = {
            "changeType": "updated,deleted",
            "resource": resource,
            "notificationUrl": f"{receiver.url}/n",
            "expirationDateTime": in_days(29).isoformat(),
        }
        return await caller.send("POST", "/graph/v1.0/subscriptions", json=body)

    return subscribed


async def latest(caller: Caller, query: dict[str, str] = ENABLED) -> str:
    """A link from which on changes are told."""
    answer = (await caller.get(DELTA, query | {"$deltatoken": "latest"})).body
    assert answer["value"] == []
    return str(answer["@odata.deltaLink"])


async def told(caller: Caller, link: str) -> list[dict[str, Any]]:
    return list((await caller.get(link)).body["value"])


async def test_a_first_round_tells_everybody_page_by_page(
    application: Caller, directory: Directory, people: tuple[Person, ...]
) -> None:
    directory.delete(people[3].id)
    page = (await application.get(DELTA, ENABLED, "odata.maxpagesize=5")).body
    found, pages = list(page["value"]), 1
    while "@odata.nextLink" in page:
        page = (await application.get(page["@odata.nextLink"])).body
        found, pages = [*found, *page["value"]], pages + 1
    assert pages == 3
    assert found == [
        {"id": one, "accountEnabled": True} for one in sorted({one.id for one in people} - {people[3].id})
    ]
    assert await told(application, page["@odata.deltaLink"]) == []


async def test_what_happened_is_told_once_as_it_is_by_then(
    application: Caller, directory: Directory, people: tuple[Person, ...]
) -> None:
    link = await latest(application)
    disabled, deleted, purged, restored, unchanged = people[1:6]
    directory.change(disabled.id, is_enabled=False)
    for one in (deleted, purged, restored):
        directory.delete(one.id)
    directory.purge(purged.id)
    directory.restore(restored.id)
    directory.add(NEW)
    directory.change(unchanged.id, is_admin=True)
    answer = (await application.get(link)).body
    assert {row.pop("id"): row for row in answer["value"]} == {
        disabled.id: {"accountEnabled": False},
        deleted.id: {"@removed": {"reason": "changed"}},
        purged.id: {"@removed": {"reason": "deleted"}},
        restored.id: {"accountEnabled": True},
        NEW.id: {"accountEnabled": True},
    }
    assert await told(application, answer["@odata.deltaLink"]) == []
    # A link is good more than once.
    assert len(await told(application, link)) == 5


async def test_what_is_selected_first_is_what_is_tracked(
    application: Caller, directory: Directory, people: tuple[Person, ...]
) -> None:
    enabled = await latest(application)
    aged = await latest(application, {"$select": "legalAgeGroupClassification"})
    named = await latest(application, {"$select": "displayName"})
    anything = await latest(application, {})
    directory.change(people[1].id, age_group=AgeGroup.MINOR)
    assert [await told(application, link) for link in (enabled, named)] == [[], []]
    (row,) = await told(application, aged)
    assert row == {"id": people[1].id, "legalAgeGroupClassification": "MinorWithOutParentalConsent"}
    (row,) = await told(application, anything)
    assert (row["mail"], "ageGroup" in row) == (people[1].address, False)


async def test_where_sessions_end_another_process_says_so_and_delta_when(
    anyone: Caller, application: Caller, people: tuple[Person, ...]
) -> None:
    link = await latest(application, {"$select": "signInSessionsValidFromDateTime"})
    company = tenant(anyone.sandbox, Provider.MICROSOFT).id
    body = {"action": "end-sessions", "tenant": company, "account": people[1].id}
    operator = anyone.holding(anyone.sandbox.control_token)
    assert (await operator.post("/control/accounts", json=body)).status == 200
    when = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert await told(application, link) == [{"id": people[1].id, "signInSessionsValidFromDateTime": when}]


@pytest.mark.parametrize("days", [6.9, 7])
async def test_a_token_ends_after_seven_days(application: Caller, time: Time, days: float) -> None:
    link = await latest(application)
    page = (await application.get(DELTA, {**ENABLED, "$top": "5"})).body
    time.pass_by(days=days)
    for known in (link, page["@odata.nextLink"]):
        answer = await application.get(known)
        if days < 7:
            assert answer.status == 200
        else:
            assert (answer.status, answer.code) == (400, "syncStateNotFound")


async def test_tokens_of_others_and_forgotten_ones_are_lost(anyone: Caller, application: Caller) -> None:
    link = await latest(application)
    theirs = anyone.sandbox._sync_seal.close(UsersMark("their tenant", NOW, None, 5, 0))
    for token in ("made-up", theirs):
        assert (await application.get(DELTA, {"$deltatoken": token})).code == "syncStateNotFound"
    anyone.sandbox.expire_sync_tokens()
    assert (await application.get(link)).code == "syncStateNotFound"


async def test_who_may_not_read_accounts_is_told_nothing(graph: Caller, subscribe: Subscribe) -> None:
    for answer in (await graph.get(DELTA), await subscribe("users", graph)):
        assert (answer.status, answer.code) == (403, "Authorization_RequestDenied")


async def test_what_delta_does_not_support_is_refused(application: Caller) -> None:
    for query in (
        {"$filter": "accountEnabled eq true"},
        {"$orderby": "displayName"},
        {"$select": "shoeSize"},
    ):
        assert (await application.get(DELTA, query)).status == 400
    for path in (f"{DELTA}()", "/graph/v1.0/users/microsoft.graph.delta()"):
        assert (await application.get(path)).status == 200


async def test_notifications_say_who_and_not_what(
    subscribe: Subscribe,
    receiver: Receiver,
    sandbox: Sandbox,
    directory: Directory,
    people: tuple[Person, ...],
) -> None:
    everybody, other = await subscribe("/users"), await subscribe(f"users/{people[4].address}")
    assert (everybody.status, other.status) == (201, 201)
    acts: dict[str, Callable[[], None]] = {
        "disabled": lambda: directory.change(people[3].id, is_enabled=False),
        "deleted": lambda: directory.delete(people[3].id),
        "restored": lambda: directory.restore(people[3].id),
        "deleted again": lambda: directory.delete(people[3].id),
    }
    for act in acts.values():
        act()
        await sandbox.notifier.deliver()
        ((item,),) = [message.items for message in receiver.taken()]
        assert (item["subscriptionId"], item["changeType"]) == (everybody.body["id"], "updated")
        assert item["resource"] == f"Users/{people[3].id}"
        assert item["resourceData"]["id"] == people[3].id
    directory.purge(people[3].id)
    directory.change(people[4].id, is_admin=True)
    await sandbox.notifier.deliver()
    ((item,),) = [message.items for message in receiver.taken()]
    assert (item["changeType"], item["resource"]) == ("deleted", f"Users/{people[3].id}")
    directory.change(people[4].id, is_enabled=False)
    await sandbox.notifier.deliver()
    (message,) = receiver.taken()
    assert {item["subscriptionId"] for item in message.items} == {everybody.body["id"], other.body["id"]}


async def test_without_its_role_a_subscription_to_users_tells_nothing(
    subscribe: Subscribe,
    receiver: Receiver,
    sandbox: Sandbox,
    directory: Directory,
    people: tuple[Person, ...],
) -> None:
    await subscribe("users")
    sandbox.world.consents[tenant(sandbox, Provider.MICROSOFT).id].roles = ()
    directory.change(people[3].id, is_enabled=False)
    await sandbox.notifier.deliver()
    assert receiver.taken() == []
