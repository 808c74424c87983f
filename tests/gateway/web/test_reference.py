"""The contract as it is described: valid, whole, and true of what is answered."""

import hashlib
import re
from base64 import b64encode
from typing import Any

import msgspec
import pytest
from aiohttp import web
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.booking import BookingId, Freshness, ResourceId, TenantId
from gateway.entry import Entry, EntryKind, ResourceState
from gateway.feed.cloudevents import DATA, cloud_event, reset_event
from gateway.feed.contract import (
    AnyEntry,
    BookingList,
    ErasureStanding,
    FeedPage,
    FeedPosition,
    ProblemDetails,
    ResourceList,
)
from gateway.feed.reset import Reset, ResetReason
from gateway.web.operations import OPERATIONS
from gateway.web.problems import KINDS, Problem
from gateway.web.server import application
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Served, parts_of

#: Beside the contract: what tells of it, what providers and people call, and what operators watch.
OTHERS = {
    "/v1/openapi.json",
    "/v1/reference",
    "/v1/problems/{problem}",
    "/v1/notifications/graph",
    "/v1/notifications/google",
    "/health/live",
    "/health/ready",
}


async def described(served: Served) -> dict[str, Any]:
    return (await served.ask("GET", "/v1/openapi.json")).json


async def test_it_is_valid_openapi(served: Served) -> None:
    OpenAPIV31SpecValidator(await described(served)).validate()


async def test_what_is_routed_is_described(filled: FilledStore, served: Served) -> None:
    site = application(parts_of(filled))
    routed = {
        (route.method, route.resource.canonical)
        for route in site.router.routes()
        if isinstance(route, web.ResourceRoute) and route.resource is not None and route.method != "HEAD"
    }
    told = {
        (method.upper(), path)
        for path, methods in (await described(served))["paths"].items()
        for method in methods
    }
    assert told <= routed
    assert {path for _, path in routed - told} == OTHERS


@pytest.mark.parametrize("kind", sorted(DATA))
def test_entries_are_what_the_contract_says(kind: EntryKind) -> None:
    entry = Entry(
        tenant=TenantId("ten_1"),
        position=7,
        minute=29_540_914,
        kind=kind,
        resource_id=ResourceId("north"),
        booking_id=BookingId("one") if kind.startswith("booking") else None,
        resource=msgspec.Raw(msgspec.json.encode(a_resource("north"))),
        booking=msgspec.Raw(msgspec.json.encode(a_booking("one", "north"))),
        state=ResourceState(Freshness.STALE, 1_000, "throttled"),
        revision=3 if kind.startswith("booking") else None,
        erasure="era_1",
        reason="access_lost",
    )
    told = msgspec.json.decode(cloud_event(entry), type=AnyEntry)
    assert told.__struct_config__.tag == kind


def test_a_reset_is_what_the_contract_says() -> None:
    for reason in ResetReason:
        told = reset_event(Reset(TenantId("ten_1"), reason, "abc", 29_540_914))
        assert msgspec.json.decode(told, type=AnyEntry).data.reason == reason


async def test_answers_are_what_the_contract_says(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    lines = await served.ask("GET", "/v1/feed", token, headers={"Accept": "application/x-ndjson"})
    *entries, position = lines.body.splitlines()
    assert all(msgspec.json.decode(entry, type=AnyEntry) for entry in entries)
    assert not msgspec.json.decode(position, type=FeedPosition).more
    bookings = "/v1/resources/north/bookings?from=2026-03-02T00:00:00Z"
    answers: dict[str, type] = {"/v1/feed": FeedPage, "/v1/resources": ResourceList, bookings: BookingList}
    for path, shape in answers.items():
        msgspec.json.decode((await served.ask("GET", path, token)).body, type=shape)
    erasure = await filled.withdraw(tenant)
    told = await served.ask("GET", f"/v1/erasures/{erasure}", token)
    assert msgspec.json.decode(told.body, type=ErasureStanding).state == "waiting"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_problems_are_what_the_contract_says(kind: Any) -> None:
    body = Problem(kind, parameter="after", restart="/v1/feed").response().body
    assert isinstance(body, bytes)
    assert msgspec.json.decode(body, type=ProblemDetails).type == f"/v1/problems/{kind.name}"


@pytest.mark.parametrize("name", list(KINDS))
async def test_the_type_of_a_problem_is_a_page_about_it(served: Served, name: str) -> None:
    page = await served.ask("GET", f"/v1/problems/{name}")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert KINDS[name].title.encode() in page.body.replace(b"&#39;", b"'")


async def test_a_problem_that_there_is_not_has_no_page(served: Served) -> None:
    assert (await served.ask("GET", "/v1/problems/<b>")).status == 404


async def test_the_page_tells_of_all_there_is_and_runs_nothing(served: Served) -> None:
    page = await served.ask("GET", "/v1/reference")
    text = page.body.decode()
    for told in (*(one.path for one in OPERATIONS), *EntryKind):
        assert told in text
    style = re.search("<style>(.*)</style>", text, re.DOTALL)
    assert style is not None
    allowed = b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{allowed}'" in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in text


async def test_every_link_within_the_page_leads_somewhere(served: Served) -> None:
    text = (await served.ask("GET", "/v1/reference")).body.decode()
    assert set(re.findall('href="#([^"]+)"', text)) <= set(re.findall('id="([^"]+)"', text))
    for path in set(re.findall('href="(/[^"#]+)"', text)):
        assert (await served.ask("GET", path)).status == 200, path
