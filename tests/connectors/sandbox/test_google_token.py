import asyncio
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2 import service_account

from connectors.sandbox.handout import Handout, write_credentials
from connectors.sandbox.server import Sandbox
from tests.connectors.sandbox.callers import FREE_BUSY, READING, Caller, google_form

READER = "calendar.reader@kestrel.example"


@pytest.fixture
def handout(sandbox: Sandbox, tmp_path: Path) -> Handout:
    return write_credentials(sandbox, tmp_path)


def _refreshed(handout: Handout, subject: str, *scopes: str) -> Any:
    kind: Any = service_account.Credentials
    credentials = kind.from_service_account_file(handout.google_file, scopes=scopes, subject=subject)
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(handout.authority_file)
        credentials.refresh(Request(session))
    return credentials


async def test_google_auth_gets_a_token_that_the_calendar_accepts(anyone: Caller, handout: Handout) -> None:
    credentials = await asyncio.to_thread(_refreshed, handout, READER, READING)
    google = anyone.holding(credentials.token)
    answer = await google.get("/google/calendar/v3/calendars/room.001@kestrel.example/events")
    assert answer.status == 200


async def test_google_auth_is_told_that_nobody_delegated_a_scope(handout: Handout) -> None:
    with pytest.raises(RefreshError, match="unauthorized_client"):
        await asyncio.to_thread(_refreshed, handout, READER, "https://www.googleapis.com/auth/drive")


@pytest.mark.parametrize(
    ("subject", "claims", "status", "code"),
    [
        ("nobody@kestrel.example", {}, 400, "invalid_grant"),
        ("room.001@kestrel.example", {}, 400, "invalid_grant"),
        ("calendar.reader@haldenvoss.example", {}, 400, "invalid_grant"),
        (READER, {"iss": "another@sandbox-project.iam.example"}, 400, "invalid_grant"),
        (READER, {"aud": "https://elsewhere.example/token"}, 400, "invalid_grant"),
        (READER, {"exp": 1}, 400, "invalid_grant"),
        (READER, {"exp": 1 << 40}, 400, "invalid_grant"),
        (READER, {"scope": ""}, 400, "invalid_scope"),
        (READER, {"scope": f"{READING},{FREE_BUSY}"}, 401, "unauthorized_client"),
    ],
)
async def test_what_is_wrong_is_refused(
    anyone: Caller, subject: str, claims: dict[str, Any], status: int, code: str
) -> None:
    form = google_form(anyone.sandbox, subject, READING, **claims)
    answer = await anyone.post("/google/token", data=form)
    assert (answer.status, answer.code) == (status, code)


async def test_other_grants_and_forged_assertions_are_refused(anyone: Caller) -> None:
    form = google_form(anyone.sandbox, READER, READING)
    other = await anyone.post("/google/token", data=form | {"grant_type": "password"})
    assert other.code == "unsupported_grant_type"
    forged = await anyone.post(
        "/google/token", data=form | {"assertion": form["assertion"][:-8] + "AAAAAAAA"}
    )
    assert forged.body == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}


async def test_our_own_address_is_an_audience_too(anyone: Caller) -> None:
    form = google_form(anyone.sandbox, READER, READING, aud=f"{anyone.sandbox.google_url}/token")
    assert (await anyone.post("/google/token", data=form)).status == 200


async def test_delegation_removed_ends_new_tokens_and_empties_old_ones(google: Caller) -> None:
    google.sandbox.world.consent_removed.add(google.sandbox.world.tenants[1].id)
    answer = await google.post("/google/token", data=google_form(google.sandbox, READER, READING))
    assert (answer.status, answer.code) == (401, "unauthorized_client")
    events = await google.get("/google/calendar/v3/calendars/primary/events")
    assert (events.status, events.code) == (403, "forbidden")
