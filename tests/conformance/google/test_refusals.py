import asyncio
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from googleapiclient.errors import HttpError

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.handout import Handout
from connectors.sandbox.server import Sandbox
from tests.conformance.google.client import Google


def _listing(google: Google, room: Calendar) -> Any:
    return google.calendar.events().list(calendarId=room.address)


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        ("forbidden", 403, "forbidden"),
        ("forbidden-newer", 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        ("quota-exceeded", 403, "quotaExceeded"),
        ("sharing-revoked", 404, "notFound"),
        ("invalid", 400, "invalid"),
    ],
)
async def test_a_refusal_tells_its_reason_and_is_not_tried_again(
    google: Google, room: Calendar, sandbox: Sandbox, fault: str, status: int, reason: str
) -> None:
    sandbox.faults.ask(f"google.{fault}")
    with pytest.raises(HttpError) as refused:
        await google.ask(_listing(google, room), retries=3)
    assert refused.value.status_code == status
    assert [detail["reason"] for detail in refused.value.error_details] == [reason]
    assert sandbox.requests["google.events"] == 1


@pytest.mark.parametrize("fault", ["rate-limit", "rate-limit-403", "user-rate-limit", "backend-error"])
async def test_what_passes_is_tried_again(
    google: Google, room: Calendar, sandbox: Sandbox, fault: str
) -> None:
    sandbox.faults.ask(f"google.{fault}@1-2")
    assert (await google.ask(_listing(google, room), retries=2))["items"]
    assert sandbox.requests["google.events"] == 3


async def test_a_token_that_is_refused_is_fetched_anew(
    google: Google, room: Calendar, sandbox: Sandbox
) -> None:
    sandbox.faults.ask("google.auth-error@1-1")
    assert (await google.ask(_listing(google, room)))["items"]
    assert sandbox.requests["google.token"] == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [("delegation-missing", "unauthorized_client"), ("user-missing", "invalid_grant")],
)
async def test_a_grant_that_is_refused_tells_why(
    google: Google, room: Calendar, sandbox: Sandbox, fault: str, error: str
) -> None:
    sandbox.faults.ask(f"google.{fault}")
    with pytest.raises(RefreshError) as refused:
        await google.ask(_listing(google, room))
    assert refused.value.args[1]["error"] == error


async def test_another_transport_is_served_alike(google: Google, room: Calendar, handout: Handout) -> None:
    def read() -> Any:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(handout.authority_file)
            google.credentials.refresh(Request(session))
            headers: dict[str, str] = {}
            google.credentials.apply(headers)
            url = f"{handout.google_url}/calendar/v3/calendars/{room.address}/events"
            return session.get(url, headers=headers, timeout=5).json()

    assert (await asyncio.to_thread(read))["items"]
