"""What Google's logs tell administrators who ask."""

from typing import Any

import pytest

from connectors.sandbox.credentials import ServiceAccount, WebClient
from connectors.sandbox.directory import Person
from connectors.sandbox.grant_command import Remove, TakeBack, settle
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import AUDIT, USERS, Caller, google_caller, google_form, tenant
from tests.connectors.sandbox.discovery import reports
from tests.connectors.sandbox.receivers import Time

LOG = "/google/admin/reports/v1/activity/users/all/applications/{}"
REMOVED = "REMOVE_API_CLIENT_ACCESS"
OURS, ANOTHER = ServiceAccount.client_id, "200000000000000000002"


@pytest.fixture
async def admin(anyone: Caller) -> Caller:
    return await google_caller(anyone, AUDIT)


@pytest.fixture
def person(sandbox: Sandbox) -> Person:
    return tenant(sandbox, Provider.GOOGLE).people[-1]


def remove(sandbox: Sandbox, client: str) -> None:
    company = tenant(sandbox, Provider.GOOGLE)
    settle(Remove(company.id, client), sandbox.world, company)
    sandbox.world.consent_removed.clear()


def take_back(sandbox: Sandbox, client: str, person: Person) -> None:
    company = tenant(sandbox, Provider.GOOGLE)
    settle(TakeBack(company.id, client, person.address), sandbox.world, company)


async def entries(admin: Caller, application: str = "admin", **query: str) -> list[dict[str, Any]]:
    items, token = list[dict[str, Any]](), ""
    while True:
        more = {"pageToken": token} if token else {}
        answer = await admin.get(LOG.format(application), {**query, **more})
        assert reports().complaints(answer.body, "activities.list") == []
        items += answer.body.get("items", ())
        token = answer.body.get("nextPageToken", "")
        if not token:
            return items


async def test_a_log_is_told_the_newest_first_by_event_parameter_and_time(
    admin: Caller, sandbox: Sandbox, person: Person, time: Time
) -> None:
    assert await entries(admin) == []
    for client in (OURS, ANOTHER, OURS):
        remove(sandbox, client)
        time.pass_by(hours=1)
    sandbox.world.directories[tenant(sandbox, Provider.GOOGLE).id].change(person.id, is_enabled=False)
    told = await entries(admin, eventName=REMOVED)
    assert [one["id"]["time"][11:13] for one in told] == ["11", "10", "09"]
    assert len(await entries(admin)) == 4
    assert await entries(admin, eventName=REMOVED, maxResults="1") == told
    assert await entries(admin, eventName=REMOVED, startTime="2027-03-01T10:00:00.000Z") == told[:2]
    ours = await entries(admin, eventName=REMOVED, filters=f"API_CLIENT_NAME=={OURS}")
    assert ours == [told[0], told[2]]
    masked = await entries(admin, eventName=REMOVED, fields="items(id/time,events/name)")
    assert masked[0] == {"id": {"time": told[0]["id"]["time"]}, "events": [{"name": REMOVED}]}


async def test_the_token_log_tells_who_took_back_what(
    admin: Caller, sandbox: Sandbox, person: Person
) -> None:
    for client in (WebClient.id, ANOTHER):
        take_back(sandbox, client, person)
    (told,) = await entries(admin, "token", eventName="revoke", filters=f"client_id=={WebClient.id}")
    assert told["actor"]["profileId"] == person.id
    assert len(await entries(admin, "token")) == 2


async def test_an_entry_may_come_hours_late(admin: Caller, sandbox: Sandbox, time: Time) -> None:
    sandbox.notifier.faults.plan("activity-late")
    remove(sandbox, OURS)
    remove(sandbox, ANOTHER)
    assert len(await entries(admin)) == 1
    time.pass_by(hours=6)
    assert {one["id"]["time"] for one in await entries(admin)} == {"2027-03-01T09:00:00.000Z"}
    assert len(await entries(admin)) == 2


async def test_only_an_administrator_is_told(anyone: Caller, sandbox: Sandbox) -> None:
    plain = google_form(sandbox, tenant(sandbox, Provider.GOOGLE).people[1].address, AUDIT)
    other = anyone.holding((await anyone.post("/google/token", data=plain)).body["access_token"])
    refused = await other.get(LOG.format("admin"))
    assert (refused.status, refused.code) == (401, "authError")
    refused = await (await google_caller(anyone, USERS)).get(LOG.format("admin"))
    assert (refused.status, refused.code) == (403, "insufficientPermissions")


@pytest.mark.parametrize(
    ("application", "query", "status"),
    [
        ("drive", {}, 400),
        ("admin", {"startTime": "yesterday"}, 400),
        ("admin", {"startTime": "2027-03-01T09:00:00.000Z"}, 400),
        ("admin", {"pageToken": "x"}, 400),
        ("admin", {"customerId": "C0elsewhere"}, 400),
        ("admin", {"fields": "(("}, 400),
        ("admin", {"maxResults": "0"}, 400),
        ("admin", {"endTime": "2027-03-01T09:00:00.000Z"}, 501),
        ("admin", {"filters": "a<>b"}, 501),
    ],
)
async def test_what_nobody_could_mean_is_refused(
    admin: Caller, application: str, query: dict[str, str], status: int
) -> None:
    assert (await admin.get(LOG.format(application), query)).status == status


async def test_what_was_not_delegated_is_given_no_token(anyone: Caller, sandbox: Sandbox) -> None:
    company = tenant(sandbox, Provider.GOOGLE)
    sandbox.world.consents[company.id].undelegated = frozenset({AUDIT})
    for scopes, status in (((AUDIT,), 401), ((USERS, AUDIT), 401), ((USERS,), 200)):
        form = google_form(sandbox, company.read_as, *scopes)
        assert (await anyone.post("/google/token", data=form)).status == status
