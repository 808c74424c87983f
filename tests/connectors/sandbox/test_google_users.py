"""What Google tells administrators of users: one at a time, and as something happens to them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.sandbox.directory import Account, Directory, Person
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import (
    DIRECTORY,
    USERS,
    Answer,
    Caller,
    google_caller,
    google_form,
    in_days,
    tenant,
)
from tests.connectors.sandbox.discovery import directory as described
from tests.connectors.sandbox.receivers import Message, Receiver, Time

USER = "/google/admin/directory/v1/users/"
USERS_URL = USER.rstrip("/")
STOP = "/google/admin/directory_v1/channels/stop"
FIELDS = {"fields": "id,suspended,archived,suspensionReason,deletionTime"}
EVENTS = ("add", "delete", "makeAdmin", "undelete", "update")

Watch = Callable[..., Awaitable[Answer]]


@pytest.fixture
def people(sandbox: Sandbox) -> tuple[Person, ...]:
    return tenant(sandbox, Provider.GOOGLE).people


@pytest.fixture
def directory(sandbox: Sandbox) -> Directory:
    return sandbox.world.directories[tenant(sandbox, Provider.GOOGLE).id]


@pytest.fixture
async def admin(anyone: Caller) -> Caller:
    return await google_caller(anyone, USERS, DIRECTORY)


@pytest.fixture
def watch(admin: Caller, receiver: Receiver) -> Watch:
    async def watched(
        event: str, caller: Caller = admin, customer: str = "my_customer", **changed: Any
    ) -> Answer:
        body = {"id": event, "type": "web_hook", "address": f"{receiver.url}/g", "token": "known to both"}
        path = f"{USER}watch?customer={customer}&event={event}"
        return await caller.send("POST", path, json=body | changed)

    return watched


async def acting_as(anyone: Caller, person: Person) -> Caller:
    form = google_form(anyone.sandbox, person.address, USERS, DIRECTORY)
    return anyone.holding((await anyone.post("/google/token", data=form)).body["access_token"])


async def told(sandbox: Sandbox, receiver: Receiver) -> list[Message]:
    """What is told now, but for that a channel begins."""
    await sandbox.notifier.deliver()
    return [message for message in receiver.taken() if message.raw]


async def test_a_user_is_told_by_id_or_address_and_by_chosen_members(
    admin: Caller, directory: Directory, people: tuple[Person, ...]
) -> None:
    whole = (await admin.get(USER + people[1].address)).body
    assert described().complaints(whole, "users.get") == []
    assert (whole["primaryEmail"], whole["isAdmin"], whole["suspended"]) == (people[1].address, False, False)
    least = {"id": people[1].id, "suspended": False, "archived": False}
    assert (await admin.get(USER + people[1].id, FIELDS)).body == least
    directory.change(people[1].id, is_enabled=False)
    suspended = least | {"suspended": True, "suspensionReason": "ADMIN"}
    assert (await admin.get(USER + people[1].id, FIELDS)).body == suspended
    assert (await admin.get(USER + people[1].id)).body["etag"] != whole["etag"]
    directory.delete(people[1].id)
    gone = await admin.get(USER + people[1].id, FIELDS)
    assert (gone.status, gone.code) == (412, "conditionNotMet")
    directory.purge(people[1].id)
    gone = await admin.get(USER + people[1].id, FIELDS)
    assert (gone.status, gone.code) == (404, "notFound")


async def test_who_is_no_administrator_is_told_nothing(
    anyone: Caller, watch: Watch, directory: Directory, people: tuple[Person, ...]
) -> None:
    other = await acting_as(anyone, people[1])
    for answer in (await other.get(USER + people[2].id), await watch("delete", other)):
        assert (answer.status, answer.code) == (403, "forbidden")
        assert answer.body["error"]["message"] == "Not Authorized to access this resource/api"
    directory.change(people[1].id, is_admin=True)
    assert (await other.get(USER + people[2].id)).status == 200


async def test_a_service_account_may_ask_as_itself(anyone: Caller, people: tuple[Person, ...]) -> None:
    form = google_form(anyone.sandbox, "", USERS, sub=None)
    itself = anyone.holding((await anyone.post("/google/token", data=form)).body["access_token"])
    assert (await itself.get(USER + people[1].id, FIELDS)).body["id"] == people[1].id
    body = {"id": "one", "type": "web_hook", "address": "https://127.0.0.1:1/g"}
    customer = tenant(anyone.sandbox, Provider.GOOGLE).id
    watching = f"{USER}watch?customer={customer}&event=delete"
    assert (await itself.send("POST", watching, json=body)).status == 200


async def test_a_token_ends_with_the_account_that_it_acts_for(
    anyone: Caller, directory: Directory, people: tuple[Person, ...]
) -> None:
    directory.change(people[1].id, is_admin=True)
    other = await acting_as(anyone, people[1])
    directory.change(people[1].id, is_enabled=False)
    assert (await other.get(USER + people[2].id)).status == 401
    form = google_form(anyone.sandbox, people[1].address, USERS)
    refused = await anyone.post("/google/token", data=form)
    assert (refused.status, refused.code) == (400, "invalid_grant")


async def test_each_event_is_told_on_its_own_channel_and_says_whom(
    watch: Watch, sandbox: Sandbox, receiver: Receiver, directory: Directory, people: tuple[Person, ...]
) -> None:
    opened = [(await watch(event)).body for event in EVENTS]
    assert [fault for one in opened for fault in described().complaints(one, "users.watch")] == []
    assert len({one["resourceId"] for one in opened}) == len(EVENTS)
    await sandbox.notifier.deliver()
    assert [one.headers["X-Goog-Resource-State"] for one in receiver.taken()] == ["sync"] * 5
    new = Account(id="new-id", name="New Name", address="new@kestrel.example")
    acts: list[tuple[str, str, Callable[[], None]]] = [
        ("add", new.id, lambda: directory.add(new)),
        ("update", people[1].id, lambda: directory.change(people[1].id, is_enabled=False)),
        ("update", people[1].id, lambda: directory.change(people[1].id, is_enabled=True)),
        ("makeAdmin", people[1].id, lambda: directory.change(people[1].id, is_admin=True)),
        ("delete", people[1].id, lambda: directory.delete(people[1].id)),
        ("undelete", people[1].id, lambda: directory.restore(people[1].id)),
    ]
    for event, whom, act in acts:
        act()
        (message,) = await told(sandbox, receiver)
        headers = message.headers
        assert (headers["X-Goog-Channel-ID"], headers["X-Goog-Resource-State"]) == (event, event)
        assert headers["X-Goog-Channel-Token"] == "known to both"
        assert headers["Content-Type"].startswith("application/json")
        assert message.body.keys() == {"kind", "id", "etag", "primaryEmail"}
        assert message.body["id"] == whom
        assert described().complaints_of(message.body, "User") == []


async def test_what_is_told_one_after_the_other_is_told_each_time(
    watch: Watch, sandbox: Sandbox, receiver: Receiver, directory: Directory, people: tuple[Person, ...]
) -> None:
    await watch("update")
    for person in people[1:4]:
        directory.change(person.id, is_enabled=False)
    messages = await told(sandbox, receiver)
    assert [message.body["id"] for message in messages] == [person.id for person in people[1:4]]
    assert [message.headers["X-Goog-Message-Number"] for message in messages] == ["2", "3", "4"]


async def test_what_happens_at_another_company_is_not_told(
    watch: Watch, sandbox: Sandbox, receiver: Receiver
) -> None:
    await watch("delete")
    sandbox.notifier._google.tell("another", frozenset({"users/delete"}), "delete", {"id": "theirs"})
    assert await told(sandbox, receiver) == []


async def test_an_address_that_is_used_again_comes_with_another_id(
    watch: Watch,
    admin: Caller,
    sandbox: Sandbox,
    receiver: Receiver,
    directory: Directory,
    people: tuple[Person, ...],
) -> None:
    await watch("delete")
    await watch("add")
    directory.delete(people[1].id)
    directory.add(Account(id="new-id", name="New Name", address=people[1].address))
    assert [
        (one.headers["X-Goog-Resource-State"], one.body["id"], one.body["primaryEmail"])
        for one in await told(sandbox, receiver)
    ] == [("delete", people[1].id, people[1].address), ("add", "new-id", people[1].address)]
    assert (await admin.get(USER + people[1].address, FIELDS)).body["id"] == "new-id"
    assert (await admin.get(USER + people[1].id, FIELDS)).status == 412


@pytest.mark.parametrize(("ttl", "hours"), [(None, 2), ("3600", 1), ("172800", 48), ("604800", 48)])
async def test_a_channel_lasts_two_days_at_most(watch: Watch, ttl: str | None, hours: int) -> None:
    asked = {} if ttl is None else {"params": {"ttl": ttl}}
    answer = await watch("delete", **asked)
    assert answer.body["expiration"] == str(int(in_days(hours / 24).timestamp() * 1000))


async def test_a_channel_tells_until_it_is_stopped_or_over(
    watch: Watch,
    admin: Caller,
    sandbox: Sandbox,
    receiver: Receiver,
    directory: Directory,
    people: tuple[Person, ...],
    time: Time,
) -> None:
    opened = (await watch("delete")).body
    await watch("delete", id="other")
    assert (await admin.send("POST", STOP, json=opened)).status == 204
    directory.delete(people[1].id)
    assert [one.headers["X-Goog-Channel-ID"] for one in await told(sandbox, receiver)] == ["other"]
    time.pass_by(hours=2)
    directory.delete(people[2].id)
    assert await told(sandbox, receiver) == []


async def test_what_nobody_could_mean_is_refused(admin: Caller, watch: Watch, sandbox: Sandbox) -> None:
    assert (await watch("explode")).status == 400
    assert (await admin.send("POST", USER + "watch?customer=my_customer", json={})).status == 400
    for customer in ("C0elsewhere", sandbox.world.tenants[0].id):
        assert (await watch("delete", customer=customer)).status == 404
    assert (await admin.get(USER + "nobody@x.example")).status == 404
    reader = tenant(sandbox, Provider.GOOGLE).read_as
    assert (await admin.get(USER + reader, {"fields": "(("})).status == 400


async def test_it_may_be_told_hours_late_and_only_to_who_still_watches(
    watch: Watch,
    sandbox: Sandbox,
    receiver: Receiver,
    directory: Directory,
    people: tuple[Person, ...],
    time: Time,
) -> None:
    await watch("delete", params={"ttl": "172800"})
    await watch("delete", id="short")
    sandbox.notifier.faults.plan("channel-late")
    directory.delete(people[1].id)
    assert await told(sandbox, receiver) == []
    time.pass_by(hours=6)
    assert [one.headers["X-Goog-Channel-ID"] for one in await told(sandbox, receiver)] == ["delete"]


async def listed(admin: Caller, **query: str) -> list[str]:
    """The ids that a listing tells, page by page."""
    ids, token, found = list[str](), "", described()
    while True:
        more = {"pageToken": token} if token else {}
        answer = await admin.get(USERS_URL, {"customer": "my_customer", **query, **more})
        assert found.complaints(answer.body, "users.list") == []
        ids += [user["id"] for user in answer.body.get("users", ())]
        token = answer.body.get("nextPageToken", "")
        if not token:
            return ids


async def test_all_users_are_listed_and_the_deleted_apart(
    admin: Caller, directory: Directory, people: tuple[Person, ...]
) -> None:
    everybody = sorted(person.id for person in people)
    assert await listed(admin) == await listed(admin, maxResults="5") == everybody
    assert await listed(admin, showDeleted="true") == []
    for person in people[1:4]:
        directory.delete(person.id)
    directory.purge(people[3].id)
    directory.change(people[4].id, is_archived=True)
    gone = {person.id for person in people[1:4]}
    assert await listed(admin) == [name for name in everybody if name not in gone]
    assert await listed(admin, showDeleted="true", maxResults="1") == sorted(gone - {people[3].id})
    masked = {"customer": "my_customer", "fields": "users(id,suspended,archived)", "maxResults": "500"}
    rows = {row["id"]: row for row in (await admin.get(USERS_URL, masked)).body["users"]}
    assert rows[people[4].id] == {"id": people[4].id, "suspended": False, "archived": True}
    assert rows[people[5].id]["archived"] is False


async def test_a_page_of_users_is_remembered_for_three_days_and_by_its_own_listing(
    anyone: Caller, admin: Caller, time: Time
) -> None:
    first = await admin.get(USERS_URL, {"customer": "my_customer", "maxResults": "1"})
    token = {"customer": "my_customer", "pageToken": first.body["nextPageToken"]}
    assert (await admin.get(USERS_URL, token)).status == 200
    assert (await admin.get(USERS_URL, token | {"showDeleted": "true"})).status == 400
    time.pass_by(days=3)
    assert (await admin.get(USERS_URL, token)).status == 400
    for odd, status in (
        ({}, 404), ({"customer": "C0elsewhere"}, 404), (token | {"pageToken": "x"}, 400),
        ({"customer": "my_customer", "showDeleted": "x"}, 400),
        ({"customer": "my_customer", "query": "isSuspended=true"}, 501),
    ):  # fmt: skip
        assert (await admin.get(USERS_URL, odd)).status == status
    other = await acting_as(anyone, tenant(anyone.sandbox, Provider.GOOGLE).people[1])
    assert (await other.get(USERS_URL, {"customer": "my_customer"})).status == 403


async def test_who_is_archived_is_told_as_an_update_and_acts_for_nobody(
    anyone: Caller,
    watch: Watch,
    sandbox: Sandbox,
    receiver: Receiver,
    directory: Directory,
    people: tuple[Person, ...],
) -> None:
    await watch("update")
    directory.change(people[1].id, is_archived=True)
    assert [one.headers["X-Goog-Resource-State"] for one in await told(sandbox, receiver)] == ["update"]
    refused = await anyone.post("/google/token", data=google_form(sandbox, people[1].address, USERS))
    assert (refused.status, refused.code) == (400, "invalid_grant")
