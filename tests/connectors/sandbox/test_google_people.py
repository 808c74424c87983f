"""What Google does in its own way when persons sign in, and what their tokens open at Calendar."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2 import credentials

from connectors.sandbox.consent import Ending
from connectors.sandbox.handout import write_credentials
from connectors.sandbox.server import Sandbox
from tests.connectors.sandbox.callers import OWNED, Caller
from tests.connectors.sandbox.persons import linked, persons, refreshed

PRIMARY = "/google/calendar/v3/calendars/primary/events"


async def test_google_auth_refreshes_a_persons_token(
    anyone: Caller, sandbox: Sandbox, tmp_path: Path
) -> None:
    authority = str(write_credentials(sandbox, tmp_path).authority_file)
    held: str = (await linked(anyone, "google"))["refresh_token"]
    client = sandbox.identity.web_client

    def refresh() -> Any:
        kind: Any = credentials.Credentials
        taken = kind(
            None,
            refresh_token=held,
            token_uri=f"{sandbox.google_url}/token",
            client_id=client.id,
            client_secret=client.secret,
            scopes=[OWNED, "openid"],
        )
        with requests.Session() as session:
            session.trust_env = False
            session.verify = authority
            taken.refresh(Request(session))
        return taken

    taken = await asyncio.to_thread(refresh)
    assert (await anyone.holding(taken.token).get(PRIMARY)).status == 200


async def test_a_refresh_token_is_not_rotated(anyone: Caller) -> None:
    held: str = (await linked(anyone, "google"))["refresh_token"]
    assert "refresh_token" not in (await refreshed(anyone, "google", held)).body


@pytest.mark.parametrize("changed", [{"access_type": "online"}, {"prompt": None}])
async def test_a_refresh_token_comes_only_with_new_consent(
    anyone: Caller, changed: dict[str, str | None]
) -> None:
    assert "refresh_token" not in await linked(anyone, "google", **changed)


async def test_a_persons_token_opens_their_own_calendar_and_no_other(anyone: Caller) -> None:
    own, other = persons(anyone, "google")[-1], persons(anyone, "google")[1]
    google = anyone.holding((await linked(anyone, "google"))["access_token"])
    calendars = ("primary", own.address, other.address, "room.001@kestrel.example")
    answers = [await google.get(f"/google/calendar/v3/calendars/{name}/events") for name in calendars]
    assert [answer.status for answer in answers] == [200, 200, 404, 404]
    rooms = "/google/admin/directory/v1/customer/my_customer/resources/calendars"
    assert (await google.get(rooms)).status == 403


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
async def test_revoking_either_token_ends_all_of_it(anyone: Caller, kind: str) -> None:
    tokens = await linked(anyone, "google")
    assert (await anyone.post("/google/revoke", data={"token": tokens[kind]})).status == 200
    dead = await refreshed(anyone, "google", tokens["refresh_token"])
    assert dead.body == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    assert (await anyone.holding(tokens["access_token"]).get(PRIMARY)).status == 401
    again = await anyone.post("/google/revoke", data={"token": tokens[kind]})
    assert (again.status, again.code) == (400, "invalid_token")


async def test_a_token_that_is_none_is_not_revoked(anyone: Caller) -> None:
    answer = await anyone.post("/google/revoke", data={"token": "made up"})
    assert (answer.status, answer.code) == (400, "invalid_token")


async def test_a_session_that_ended_is_told_as_such(anyone: Caller) -> None:
    held: str = (await linked(anyone, "google"))["refresh_token"]
    anyone.sandbox.world.personal(persons(anyone, "google")[-1].address).end(Ending.SIGN_IN)
    assert (await refreshed(anyone, "google", held)).body["error_subtype"] == "invalid_rapt"
