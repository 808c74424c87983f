"""What Google tells administrators of what admins and persons do."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.sandbox.credentials import ServiceAccount, WebClient
from connectors.sandbox.directory import Person
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import (
    AUDIT,
    READING,
    USERS,
    Answer,
    Caller,
    google_caller,
    google_form,
    in_days,
    tenant,
)
from tests.connectors.sandbox.discovery import reports
from tests.connectors.sandbox.persons import linked, refreshed
from tests.connectors.sandbox.receivers import Message, Receiver, Time

ACTIVITIES = "/google/admin/reports/v1/activity/users/{}/applications/{}/watch"
STOP = "/google/admin/reports_v1/channels/stop"
REMOVED = "REMOVE_API_CLIENT_ACCESS"
OURS = ServiceAccount.client_id
ANOTHER = "200000000000000000002"

Watch = Callable[..., Awaitable[Answer]]


@pytest.fixture
def people(sandbox: Sandbox) -> tuple[Person, ...]:
    return tenant(sandbox, Provider.GOOGLE).people


@pytest.fixture
async def admin(anyone: Caller) -> Caller:
    return await google_caller(anyone, AUDIT)


@pytest.fixture
def watch(admin: Caller, receiver: Receiver) -> Watch:
    async def watched(
        application: str, name: str = "", caller: Caller = admin, actor: str = "all", **changed: Any
    ) -> Answer:
        body = {"id": application, "type": "web_hook", "address": f"{receiver.url}/g"}
        path = ACTIVITIES.format(actor, application) + (f"?eventName={name}" if name else "")
        return await caller.send("POST", path, json=body | changed)

    return watched


async def act(anyone: Caller, action: str, client: str, **rest: str) -> None:
    company = tenant(anyone.sandbox, Provider.GOOGLE).id
    operator = anyone.holding(anyone.sandbox.control_token)
    body = {"action": action, "tenant": company, "client": client, **rest}
    assert (await operator.post("/control/grants", json=body)).status == 200


async def told(sandbox: Sandbox, receiver: Receiver) -> list[Message]:
    """What is told now, but for that a channel begins."""
    await sandbox.notifier.deliver()
    return [message for message in receiver.taken() if message.raw]


def state(message: Message) -> str:
    return message.headers["X-Goog-Resource-State"]


def parameters(message: Message) -> dict[str, Any]:
    (event,) = message.body["events"]
    return {one["name"]: one.get("value") or one["multiValue"] for one in event["parameters"]}


async def asks_for_a_token(anyone: Caller) -> int:
    """What our client is answered, as a status."""
    subject = tenant(anyone.sandbox, Provider.GOOGLE).read_as
    return (await anyone.post("/google/token", data=google_form(anyone.sandbox, subject, READING))).status


@pytest.mark.parametrize(("client", "status"), [(OURS, 401), (ANOTHER, 200)])
async def test_a_delegation_that_is_removed_is_told_whosever_it_was(
    anyone: Caller, watch: Watch, sandbox: Sandbox, receiver: Receiver, client: str, status: int
) -> None:
    opened = await watch("admin", REMOVED)
    assert reports().complaints(opened.body, "activities.watch") == []
    await act(anyone, "remove", client)
    assert await asks_for_a_token(anyone) == status
    (message,) = await told(sandbox, receiver)
    body = message.body
    assert reports().complaints_of(body, "Activity") == []
    company = tenant(sandbox, Provider.GOOGLE)
    assert (state(message), body["events"][0]["type"]) == (REMOVED, "DOMAIN_SETTINGS")
    assert (body["id"]["customerId"], body["id"]["time"]) == (company.id, "2027-03-01T09:00:00.000Z")
    assert body["actor"]["email"] == company.read_as
    assert parameters(message)["API_CLIENT_NAME"] == client
    assert READING in parameters(message)["API_SCOPES"]
    await act(anyone, "authorize", client)
    assert await asks_for_a_token(anyone) == 200
    assert await told(sandbox, receiver) == []


async def test_a_person_who_takes_back_what_they_granted_is_told(
    anyone: Caller, watch: Watch, sandbox: Sandbox, receiver: Receiver, people: tuple[Person, ...]
) -> None:
    await watch("token", "revoke")
    held: str = (await linked(anyone, "google"))["refresh_token"]
    await act(anyone, "take-back", ANOTHER, account=people[-1].id)
    assert (await refreshed(anyone, "google", held)).status == 200
    await act(anyone, "take-back", WebClient.id, account=people[-1].address)
    assert (await refreshed(anyone, "google", held)).status == 400
    messages = await told(sandbox, receiver)
    assert [parameters(message)["client_id"] for message in messages] == [ANOTHER, WebClient.id]
    actor = {"callerType": "USER", "email": people[-1].address, "profileId": people[-1].id}
    for message in messages:
        assert (message.body["actor"], message.body["events"][0]["type"]) == (actor, "auth")
        assert reports().complaints_of(message.body, "Activity") == []
    assert len({message.body["id"]["uniqueQualifier"] for message in messages}) == 2


async def test_what_a_person_takes_back_is_not_what_the_admin_delegated(anyone: Caller, watch: Watch) -> None:
    reader = tenant(anyone.sandbox, Provider.GOOGLE).read_as
    await act(anyone, "take-back", WebClient.id, account=reader)
    assert (await watch("admin")).status == 200


async def test_what_a_client_gives_back_is_told_as_well(
    anyone: Caller, watch: Watch, sandbox: Sandbox, receiver: Receiver
) -> None:
    await watch("token")
    tokens = await linked(anyone, "google")
    assert (await anyone.post("/google/revoke", data={"token": tokens["refresh_token"]})).status == 200
    (message,) = await told(sandbox, receiver)
    assert (state(message), parameters(message)["client_id"]) == ("revoke", WebClient.id)


async def test_what_is_done_to_accounts_is_told_as_done_by_an_admin(
    watch: Watch, sandbox: Sandbox, receiver: Receiver, people: tuple[Person, ...]
) -> None:
    await watch("admin")
    await watch("token")
    directory = sandbox.world.directories[tenant(sandbox, Provider.GOOGLE).id]
    directory.change(people[1].id, is_enabled=False)
    directory.change(people[1].id, is_enabled=True)
    directory.change(people[1].id, is_admin=True)
    directory.delete(people[1].id)
    directory.restore(people[1].id)
    messages = await told(sandbox, receiver)
    assert [state(message) for message in messages] == [
        "SUSPEND_USER",
        "UNSUSPEND_USER",
        "GRANT_ADMIN_PRIVILEGE",
        "DELETE_USER",
        "UNDELETE_USER",
    ]
    assert {parameters(message)["USER_EMAIL"] for message in messages} == {people[1].address}
    assert {message.headers["X-Goog-Channel-ID"] for message in messages} == {"admin"}


async def test_a_channel_may_be_about_one_person_alone(
    anyone: Caller, watch: Watch, sandbox: Sandbox, receiver: Receiver, people: tuple[Person, ...]
) -> None:
    await watch("token", actor=people[2].address)
    for person in people[1:4]:
        await act(anyone, "take-back", ANOTHER, account=person.id)
    (message,) = await told(sandbox, receiver)
    assert message.body["actor"]["email"] == people[2].address


async def test_it_may_come_hours_late(
    anyone: Caller, watch: Watch, sandbox: Sandbox, receiver: Receiver, time: Time
) -> None:
    sandbox.notifier.faults.plan("channel-late")
    await act(anyone, "remove", ANOTHER)
    time.pass_by(hours=5)
    await watch("admin", REMOVED)
    assert await told(sandbox, receiver) == []
    time.pass_by(hours=1)
    (message,) = await told(sandbox, receiver)
    assert message.body["id"]["time"] == "2027-03-01T09:00:00.000Z"


@pytest.mark.parametrize(("ttl", "hours"), [(None, 6), ("3600", 1), ("86400", 6)])
async def test_a_channel_lasts_six_hours_at_most(watch: Watch, ttl: str | None, hours: int) -> None:
    asked = {} if ttl is None else {"params": {"ttl": ttl}}
    answer = await watch("admin", **asked)
    assert answer.body["expiration"] == str(int(in_days(hours / 24).timestamp() * 1000))


async def test_a_channel_tells_nothing_once_it_is_stopped(
    anyone: Caller, admin: Caller, watch: Watch, sandbox: Sandbox, receiver: Receiver
) -> None:
    opened = (await watch("admin")).body
    assert (await admin.send("POST", STOP, json=opened)).status == 204
    await act(anyone, "remove", ANOTHER)
    assert await told(sandbox, receiver) == []


async def test_only_an_administrator_with_the_scope_is_told(
    anyone: Caller, watch: Watch, people: tuple[Person, ...]
) -> None:
    form = google_form(anyone.sandbox, people[1].address, AUDIT)
    other = anyone.holding((await anyone.post("/google/token", data=form)).body["access_token"])
    refused = await watch("admin", caller=other)
    assert (refused.status, refused.code) == (401, "authError")
    refused = await watch("admin", caller=await google_caller(anyone, USERS))
    assert (refused.status, refused.code) == (403, "insufficientPermissions")


async def test_what_nobody_could_mean_is_refused(anyone: Caller, watch: Watch) -> None:
    assert (await watch("explode")).status == 400
    assert (await watch("admin", actor="nobody@x.example")).status == 400
    assert (await watch("admin", f"{REMOVED}&startTime=2027-03-01T00:00:00Z")).status == 501
    operator = anyone.holding(anyone.sandbox.control_token)
    company = tenant(anyone.sandbox, Provider.GOOGLE).id
    for body, status in (
        ({"action": "remove", "tenant": "nowhere", "client": OURS}, 404),
        ({"action": "take-back", "tenant": company, "client": OURS, "account": "nobody"}, 404),
        ({"action": "remove", "tenant": company}, 400),
    ):
        assert (await operator.post("/control/grants", json=body)).status == status
    assert (await anyone.post("/control/grants", json={})).status == 401
