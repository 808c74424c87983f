"""What an admin granted decides what tokens carry and what they open."""

from base64 import urlsafe_b64decode
from typing import Any

import msgspec
import pytest

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.consent import Consent
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import (
    DIRECTORY,
    READING,
    Caller,
    entra_form,
    google_form,
    graph_caller,
    tenant,
)

READER = "calendar.reader@kestrel.example"
ROOMS = "/graph/v1.0/places/microsoft.graph.room"
VIEW = {"startDateTime": "2027-03-01T00:00:00Z", "endDateTime": "2027-03-02T00:00:00Z"}


def graph_consent(caller: Caller) -> Consent:
    return caller.sandbox.world.consents[tenant(caller.sandbox, Provider.MICROSOFT).id]


def google_consent(caller: Caller) -> Consent:
    return caller.sandbox.world.consents[tenant(caller.sandbox, Provider.GOOGLE).id]


async def token(caller: Caller) -> str:
    directory_id = tenant(caller.sandbox, Provider.MICROSOFT).id
    form = entra_form(caller.sandbox, directory_id)
    answer = await caller.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
    return str(answer.body["access_token"])


def claims(jwt: str) -> dict[str, Any]:
    part = jwt.split(".")[1]
    return msgspec.json.decode(urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any])


def mailbox(calendar: Calendar) -> str:
    return f"/graph/v1.0/users/{calendar.address}/calendar"


async def test_entras_tokens_name_the_roles_that_were_consented_to(anyone: Caller) -> None:
    assert claims(await token(anyone))["roles"] == ["Place.Read.All"]
    graph_consent(anyone).roles = ("Calendars.Read", "Place.Read.All")
    assert claims(await token(anyone))["roles"] == ["Calendars.Read", "Place.Read.All"]


async def test_without_consent_to_a_permission_there_is_a_token_and_it_opens_nothing(anyone: Caller) -> None:
    graph_consent(anyone).roles = ()
    jwt = await token(anyone)
    assert "roles" not in claims(jwt)
    answer = await anyone.holding(jwt).get(ROOMS)
    assert (answer.status, answer.code) == (403, "Authorization_RequestDenied")


async def test_a_token_keeps_its_roles_until_it_ends(anyone: Caller) -> None:
    graph = await graph_caller(anyone)
    graph_consent(anyone).roles = ()
    assert (await graph.get(ROOMS)).status == 200


async def test_a_token_that_was_altered_is_nobodys(anyone: Caller) -> None:
    head, body, signature = (await token(anyone)).split(".")
    altered = f"{head}.{body}x.{signature}"
    for held in (altered, f"{head}..{signature}", f"{head}.{signature}", ".."):
        assert (await anyone.holding(held).get(ROOMS)).status == 401


async def test_a_mailbox_outside_exchanges_scope_is_refused(graph: Caller, graph_room: Calendar) -> None:
    graph_consent(graph).reach = frozenset({graph_room.address})
    assert (await graph.get(mailbox(graph_room), {"$select": "id"})).body.keys() == {"@odata.context", "id"}
    person = graph.sandbox.world.calendar(tenant(graph.sandbox, Provider.MICROSOFT).people[0].address)
    for path, query in ((mailbox(person), {}), (f"{mailbox(person)}/calendarView", VIEW)):
        answer = await graph.get(path, query)
        assert (answer.status, answer.code) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize("role", ["Calendars.Read", "Calendars.ReadBasic.All", "Calendars.ReadWrite"])
async def test_grants_add_up(anyone: Caller, graph_room: Calendar, role: str) -> None:
    graph_consent(anyone).reach = frozenset()
    assert (await (await graph_caller(anyone)).get(mailbox(graph_room))).status == 403
    graph_consent(anyone).roles = (role,)
    assert (await (await graph_caller(anyone)).get(mailbox(graph_room))).status == 200


async def test_a_calendar_has_no_members_of_the_callers_making(graph: Caller, graph_room: Calendar) -> None:
    assert (await graph.get(mailbox(graph_room), {"$select": "subject"})).status == 400


async def test_google_may_grant_less_and_then_says_so(anyone: Caller) -> None:
    form = google_form(anyone.sandbox, READER, READING, DIRECTORY)
    assert "scope" not in (await anyone.post("/google/token", data=form)).body
    google_consent(anyone).withheld = frozenset({DIRECTORY})
    answer = await anyone.post("/google/token", data=form)
    assert (answer.status, answer.body["scope"]) == (200, READING)


async def test_a_service_account_acts_for_itself_where_calendars_are_shared_with_it(
    anyone: Caller, google_room: Calendar
) -> None:
    form = google_form(anyone.sandbox, "", READING, DIRECTORY, sub=None)
    google = anyone.holding((await anyone.post("/google/token", data=form)).body["access_token"])
    google_consent(google).reach = frozenset({google_room.address})
    customer = tenant(google.sandbox, Provider.GOOGLE).id
    resources = f"/google/admin/directory/v1/customer/{customer}/resources/calendars"
    assert (await google.get(resources)).status == 200
    assert (await google.get(f"/google/calendar/v3/calendars/{google_room.address}/events")).status == 200
    assert (await google.get(f"/google/calendar/v3/calendars/{READER}/events")).status == 404
    assert (await google.get("/google/calendar/v3/calendars/nobody@kestrel.example/events")).status == 404
