"""Faults that act on time and on who asks, and clocks that are put forward instead of waited for."""

import asyncio
from base64 import urlsafe_b64decode
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import READING, Caller, google_form, tenant
from tests.connectors.sandbox.fault_scenes import GRAPH_ROOM, Stage

VIEW, PLACES = "graph.view", "graph.places"
HOUR, DAY = 3600, 86_400


async def _new_token(stage: Stage, scene: str = "entra.token") -> str:
    return str((await stage.ask(scene)).body["access_token"])


async def _places(stage: Stage, token: str) -> tuple[int, str]:
    shown = await stage.get("graph", "/graph/v1.0/places/microsoft.graph.room", token)
    return shown.status, "" if shown.status == 200 else shown.body["error"]["code"]


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    claims: dict[str, Any] = msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


async def test_tokens_age_with_the_stand_ins_clock(stage: Stage) -> None:
    old = await _new_token(stage)
    stage.sandbox.advance(HOUR - 60)
    assert await _places(stage, old) == (200, "")
    stage.sandbox.advance(60)
    assert await _places(stage, old) == (401, "InvalidAuthenticationToken")
    assert (await stage.ask("google.events")).body["error"]["errors"][0]["reason"] == "authError"
    assert await _places(stage, await _new_token(stage)) == (200, "")


async def test_another_process_puts_the_clock_forward(anyone: Caller, stage: Stage) -> None:
    operator, before = anyone.holding(anyone.sandbox.control_token), anyone.sandbox.clock()
    assert (await operator.post("/control/clock", json={"advance_seconds": HOUR})).status == 200
    assert (anyone.sandbox.clock() - before).total_seconds() == HOUR
    assert (await stage.ask(PLACES)).status == 401


async def test_short_and_stale_tokens_end_when_they_say(stage: Stage) -> None:
    stage.sandbox.faults.order("entra.token-expired", times=1)
    assert await _places(stage, await _new_token(stage)) == (401, "InvalidAuthenticationToken")
    stage.sandbox.faults.order("entra.token-short", times=1)
    short = await _new_token(stage)
    assert (await _places(stage, short))[0] == 200
    stage.sandbox.advance(301)
    assert (await _places(stage, short))[0] == 401


async def test_a_token_without_roles_opens_nothing(stage: Stage) -> None:
    whole = await _new_token(stage)
    stage.sandbox.faults.order("entra.token-without-roles", times=1)
    bare = await _new_token(stage)
    assert "roles" in _claims(whole)
    assert "roles" not in _claims(bare)
    assert await _places(stage, bare) == (403, "Authorization_RequestDenied")
    assert await _places(stage, whole) == (200, "")
    assert await _places(stage, await _new_token(stage)) == (200, "")


async def test_a_token_for_fewer_scopes_is_refused_where_it_is_used(stage: Stage) -> None:
    stage.sandbox.faults.order("google.scope-smaller", times=1)
    token = await _new_token(stage, "google.token")
    room = "/google/calendar/v3/calendars/primary/events"
    assert (await stage.get("google", room, token)).status == 403
    assert (await stage.get("google", room)).status == 200


async def test_consent_takes_a_minute_to_arrive(stage: Stage) -> None:
    stage.sandbox.faults.ask("entra.replication-lag")
    assert (await stage.ask(PLACES)).status == 200
    assert (await stage.ask("entra.token")).body["error_codes"] == [700016]
    stage.sandbox.advance(30)
    assert await _places(stage, await _new_token(stage)) == (401, "Authorization_IdentityNotFound")
    stage.sandbox.advance(30)
    assert await _places(stage, await _new_token(stage)) == (200, "")


async def test_a_change_of_scope_takes_an_hour(stage: Stage) -> None:
    for name, before, then in (("graph.scope-lost-late", 404, 403), ("graph.scope-given-late", 403, 404)):
        stage.sandbox.faults.clear()
        stage.sandbox.faults.ask(name)
        for status in (before, before, then):
            token = await _new_token(stage)
            assert (await stage.get("graph", f"{GRAPH_ROOM}/events/none", token)).status == status
            stage.sandbox.advance(HOUR / 2)


async def test_one_mailbox_is_lost_and_no_other(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.scope-lost-one")
    other = GRAPH_ROOM.replace("room.001", "office.002")
    for _ in range(2):
        assert (await stage.ask(VIEW)).status == 403
        assert (await stage.get("graph", f"{other}/events/none")).status == 404


async def test_a_challenge_is_met_by_another_token_only(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.claims-challenge@2")
    assert [(await stage.ask(PLACES)).status for _ in range(4)] == [200, 401, 401, 401]
    assert (await _places(stage, await _new_token(stage)))[0] == 200
    assert (await stage.ask(PLACES)).status == 401


async def test_a_window_of_throttling_ends_by_the_clock(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.throttled-window@1-1")
    first = await stage.ask(VIEW)
    stage.sandbox.advance(20)
    second = await stage.ask(VIEW)
    assert (first.status, second.status) == (429, 429)
    assert int(second.headers["Retry-After"]) < int(first.headers["Retry-After"])
    stage.sandbox.advance(int(second.headers["Retry-After"]))
    assert (await stage.ask(VIEW)).status == 200


async def test_a_crowd_at_one_mailbox_is_thinned(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.crowded")
    shown = await asyncio.gather(*(stage.ask(VIEW) for _ in range(8)))
    refused = [one for one in shown if one.status == 429]
    assert refused
    assert sum(one.status == 200 for one in shown) >= 4
    assert refused[0].body["error"]["code"] == "ApplicationThrottled"
    assert (await stage.ask(VIEW)).status == 200


async def _granted(anyone: Caller, addresses: list[str]) -> set[str]:
    granted = set()
    for address in addresses:
        form = google_form(anyone.sandbox, address, READING)
        if (await anyone.post("/google/token", data=form)).status == 200:
            granted.add(address)
    return granted


@pytest.mark.parametrize(
    ("name", "comes"), [("google.delegation-lag", True), ("google.delegation-lingers", False)]
)
async def test_delegation_reaches_users_one_by_one(anyone: Caller, name: str, comes: bool) -> None:  # noqa: FBT001
    people = [person.address for person in tenant(anyone.sandbox, Provider.GOOGLE).people]
    anyone.sandbox.faults.ask(name)
    seen = [await _granted(anyone, people)]
    for _ in range(4):
        anyone.sandbox.advance(DAY / 4)
        seen.append(await _granted(anyone, people))
    if name == "google.delegation-lingers":
        seen.reverse()
    assert [seen[0], seen[-1]] == [set(), {*people}]
    assert any(0 < len(some) < len(people) for some in seen)
    assert all(fewer <= more for fewer, more in pairwise(seen))
