"""What Entra does in its own way when persons sign in, and what their tokens open at Graph."""

import asyncio
from pathlib import Path
from typing import Any

import msal
import pytest
import requests
from yarl import URL

from connectors.sandbox.handout import write_credentials
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import REDIRECT_URI, Caller, entra_form, graph_caller, tenant
from tests.connectors.sandbox.persons import code, linked, persons, refreshed, sent

VIEW = {"startDateTime": "2027-03-01T00:00:00Z", "endDateTime": "2027-03-02T00:00:00Z"}


def view(user: str) -> str:
    return f"/graph/v1.0/users/{user}/calendarView"


async def test_msal_signs_a_person_in_and_refreshes(sandbox: Sandbox, tmp_path: Path) -> None:
    handout = write_credentials(sandbox, tmp_path)
    pem = handout.microsoft_file.read_text()
    directory = tenant(sandbox, Provider.MICROSOFT).id

    def connect() -> tuple[dict[str, Any], dict[str, Any]]:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(handout.authority_file)
            application: Any = msal.ConfidentialClientApplication(
                handout.client_id,
                authority=f"{handout.entra_url}/{directory}",
                client_credential={"private_key": pem, "public_certificate": pem},
                instance_discovery=False,
                http_client=session,
            )
            flow = application.initiate_auth_code_flow(["Calendars.ReadBasic"], redirect_uri=REDIRECT_URI)
            back = session.get(flow["auth_uri"], allow_redirects=False).headers["Location"]
            taken = application.acquire_token_by_auth_code_flow(flow, dict(URL(back).query))
            held = taken["refresh_token"]
            return taken, application.acquire_token_by_refresh_token(held, ["Calendars.ReadBasic"])

    # The stand-in knows no pages, and so no form that a page could post.
    with pytest.warns(UserWarning, match="form_post"):
        first, second = await asyncio.to_thread(connect)
    assert first["id_token_claims"]["oid"] == tenant(sandbox, Provider.MICROSOFT).people[-1].id
    assert "Calendars.ReadBasic" in first["scope"]
    assert second["access_token"] != first["access_token"]


async def test_each_refresh_token_is_another_and_the_old_one_stays_good(anyone: Caller) -> None:
    held: str = (await linked(anyone, "entra"))["refresh_token"]
    new = (await refreshed(anyone, "entra", held)).body["refresh_token"]
    assert new != held
    assert [(await refreshed(anyone, "entra", one)).status for one in (held, new)] == [200, 200]


async def test_a_refresh_token_comes_only_if_it_is_asked_for(anyone: Caller) -> None:
    tokens = await linked(anyone, "entra", scope="Calendars.ReadBasic openid")
    assert "refresh_token" not in tokens


async def test_a_scope_may_be_named_with_its_resource(anyone: Caller) -> None:
    tokens = await linked(anyone, "entra", scope="https://graph.microsoft.com/Calendars.ReadBasic openid")
    assert tokens["scope"] == "Calendars.ReadBasic openid"


async def test_a_code_of_one_directory_is_not_redeemed_at_another(anyone: Caller) -> None:
    elsewhere = "00000000-0000-4000-8000-000000000000"
    form = entra_form(
        anyone.sandbox, elsewhere, grant_type="authorization_code", code=await code(anyone, "entra")
    )
    answer = await anyone.post(f"/{elsewhere}/oauth2/v2.0/token", data=form)
    assert answer.body["error_codes"] == [70000]


async def test_a_persons_token_opens_their_own_calendar_and_nothing_else(anyone: Caller) -> None:
    own, other = persons(anyone, "entra")[-1], persons(anyone, "entra")[1]
    graph = anyone.holding((await linked(anyone, "entra"))["access_token"])
    assert [(await graph.get(view(name), VIEW)).status for name in (own.id, own.address)] == [200, 200]
    room = "room.001@haldenvoss.example"
    assert [(await graph.get(view(name), VIEW)).status for name in (other.id, room)] == [403, 403]
    assert (await graph.get("/graph/v1.0/places/microsoft.graph.room")).status == 403
    assert (await graph.get("/graph/v1.0/subscriptions")).status == 403


async def test_a_persons_token_without_the_calendars_scope_opens_nothing(anyone: Caller) -> None:
    own = persons(anyone, "entra")[-1]
    graph = anyone.holding((await linked(anyone, "entra", scope="openid"))["access_token"])
    assert (await graph.get(view(own.id), VIEW)).status == 403


async def test_what_the_organization_granted_is_not_touched(anyone: Caller) -> None:
    graph = await graph_caller(anyone)
    await linked(anyone, "entra")
    assert (await graph.get("/graph/v1.0/places/microsoft.graph.room")).status == 200


async def test_an_unknown_directory_has_nobody(anyone: Caller) -> None:
    answer = await anyone.get("/nowhere/oauth2/v2.0/authorize", {"client_id": "x"})
    assert answer.status == 400
    assert (await sent(anyone, "entra", login_hint="nobody@x.example")).body["error_codes"] == [50034]
