from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from connectors.sandbox.activity import delegation_changed, token_revoked
from connectors.sandbox.directory import Account, Directory
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Tenant
from tests.conformance.google.client import Google
from tests.connectors.sandbox.discovery import directory as described
from tests.connectors.sandbox.discovery import reports
from tests.connectors.sandbox.receivers import Message, Receiver

EVENTS = ("add", "delete", "makeAdmin", "undelete", "update")
NEW = Account(id="new-id", name="New Name", address="new@kestrel.example")


@pytest.fixture
def company(sandbox: Sandbox) -> Tenant:
    return sandbox.world.tenants[1]


@pytest.fixture
def directory(sandbox: Sandbox, company: Tenant) -> Directory:
    return sandbox.world.directories[company.id]


def _channel(receiver: Receiver, name: str) -> dict[str, Any]:
    return {"id": name, "type": "web_hook", "address": receiver.url, "params": {"ttl": "3600"}}


async def _told(sandbox: Sandbox, receiver: Receiver) -> list[Message]:
    """What is told now, but for that a channel begins."""
    await sandbox.notifier.deliver()
    return [message for message in receiver.taken() if message.raw]


async def test_a_user_is_told_whole_and_in_part(
    google: Google, directory: Directory, company: Tenant
) -> None:
    person = company.people[1]
    directory.change(person.id, is_enabled=False)
    whole = await google.ask(google.directory.users().get(userKey=person.id))
    assert described().complaints(whole, "users.get") == []
    fields = "id,suspended,archived,suspensionReason,deletionTime"
    part = await google.ask(google.directory.users().get(userKey=person.address, fields=fields))
    assert part == {name: whole[name] for name in ("id", "suspended", "archived", "suspensionReason")}
    directory.delete(person.id)
    with pytest.raises(HttpError) as refused:
        await google.ask(google.directory.users().get(userKey=person.id))
    assert (refused.value.status_code, refused.value.error_details[0]["reason"]) == (412, "conditionNotMet")


async def test_channels_tell_what_happens_to_users_until_they_are_stopped(
    google: Google, sandbox: Sandbox, receiver: Receiver, directory: Directory, company: Tenant
) -> None:
    opened = {}
    for event in EVENTS:
        watching = google.directory.users().watch(
            customer="my_customer", event=event, body=_channel(receiver, event)
        )
        opened[event] = await google.ask(watching)
        assert described().complaints(opened[event], "users.watch") == []
    person = company.people[1].id
    acts: dict[str, Callable[[], None]] = {
        "add": lambda: directory.add(NEW),
        "update": lambda: directory.change(person, is_enabled=False),
        "makeAdmin": lambda: directory.change(person, is_admin=True),
        "delete": lambda: directory.delete(person),
        "undelete": lambda: directory.restore(person),
    }
    for event, act in acts.items():
        act()
        (message,) = await _told(sandbox, receiver)
        assert message.headers["X-Goog-Resource-State"] == event
        assert message.headers["X-Goog-Resource-ID"] == opened[event]["resourceId"]
        assert described().complaints_of(message.body, "User") == []
    named = {name: opened["delete"][name] for name in ("id", "resourceId")}
    assert not await google.ask(google.directory.channels().stop(body=named))
    directory.delete(person)
    assert await _told(sandbox, receiver) == []


async def test_activities_are_told_as_they_are_described(
    google: Google, sandbox: Sandbox, receiver: Receiver, company: Tenant
) -> None:
    opened = {}
    for application, name in {"admin": "REMOVE_API_CLIENT_ACCESS", "token": "revoke"}.items():
        watching = google.reports.activities().watch(
            userKey="all",
            applicationName=application,
            eventName=name,
            body=_channel(receiver, application),
        )
        opened[application] = await google.ask(watching)
        assert reports().complaints(opened[application], "activities.watch") == []
    sandbox.world.note(company, delegation_changed(company.read_as, "a client", ["a scope"], removed=True))
    sandbox.world.note(company, delegation_changed(company.read_as, "a client", ["a scope"], removed=False))
    sandbox.world.note(company, token_revoked(company.people[1].address, "a client", ["a scope"]))
    messages = await _told(sandbox, receiver)
    states = [message.headers["X-Goog-Resource-State"] for message in messages]
    assert states == ["REMOVE_API_CLIENT_ACCESS", "revoke"]
    assert [fault for one in messages for fault in reports().complaints_of(one.body, "Activity")] == []
    named = {name: opened["admin"][name] for name in ("id", "resourceId")}
    assert not await google.ask(google.reports.channels().stop(body=named))
