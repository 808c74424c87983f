"""/v1/resources: what stands now, and the cursor at which it is exact."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.booking import Booking, Freshness, TenantId
from gateway.errors import KeyUnavailable
from gateway.minimization.lattice import WIDEST, Title
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import DataKeyOwner
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Answer, Served

DAY = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}


@pytest.fixture
async def tenant(filled: FilledStore) -> TenantId:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    await filled.set_state(tenant, "north", Freshness.FRESH)
    await filled.put(tenant, a_booking("one", "north"), a_booking("two", "north"))
    return tenant


async def bookings(served: Served, token: str, resource: str = "north", **options: Any) -> Answer:
    options.setdefault("params", DAY)
    return await served.ask("GET", f"/v1/resources/{resource}/bookings", token, **options)


async def later(filled: FilledStore, tenant: TenantId, name: str, hours: float) -> Booking:
    one, by = a_booking(name, "north"), timedelta(hours=hours)
    one = replace(one, start=one.start + by, end=one.end + by)
    await filled.put(tenant, one)
    return one


async def test_bookings_are_told_as_the_feed_tells_them(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    told = [entry["data"] for entry in (await served.page(token))["entries"] if "booking" in entry["data"]]
    answer = (await bookings(served, token)).json
    assert answer["bookings"] == told
    assert (answer["tenant"], answer["resource"]) == (tenant, "north")
    assert answer["state"]["freshness"] == "fresh"
    assert (answer["from"], answer["to"]) == (DAY["from"], DAY["to"])


@pytest.mark.parametrize(
    ("start", "end", "names"),
    [
        ("2026-03-02T13:00:30Z", "2026-03-02T15:00:00Z", ["later"]),
        ("2026-03-02T13:00:29Z", "2026-03-02T14:00:30Z", ["one", "two"]),
        ("2026-03-02T13:00:29Z", "2026-03-02T14:00:31Z", ["one", "two", "later"]),
        ("2026-03-02T15:00:29%2B01:00", "2026-03-02T16:00:00%2B01:00", ["later"]),
        ("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z", []),
    ],
)
async def test_bookings_that_meet_the_interval_are_told_by_their_beginning(
    filled: FilledStore, served: Served, tenant: TenantId, start: str, end: str, names: list[str]
) -> None:
    await later(filled, tenant, "later", 2)
    token = await filled.add_consumer(tenant)
    path = f"/v1/resources/north/bookings?from={start}&to={end}"
    answer = await served.ask("GET", path, token)
    assert [one["booking"]["id"] for one in answer.json["bookings"]] == names


async def test_without_an_interval_it_is_a_month_from_today(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    answer = await bookings(served, await filled.add_consumer(tenant), params={})
    assert (answer.json["from"], answer.json["to"]) == ("2026-03-02T00:00:00Z", "2026-04-02T00:00:00Z")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-03-02T00:00:00"}, "from"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from"),
        ({"from": "9999-12-31T00:00:00Z"}, "from"),
        ({"from": "2026-03-02T00:00:00Z", "to": "2026-03-02T00:00:00Z"}, "to"),
        ({"from": "2026-03-02T00:00:00Z", "to": "2027-03-04T00:00:00Z"}, "to"),
        ({"until": "2026-03-02T00:00:00Z"}, "until"),
    ],
)
async def test_an_interval_that_is_none_is_a_problem(
    filled: FilledStore, served: Served, tenant: TenantId, query: dict[str, str], parameter: str
) -> None:
    answer = await bookings(served, await filled.add_consumer(tenant), params=query)
    assert (answer.status, answer.json["parameter"]) == (400, parameter)


async def test_the_cursor_is_exact_at_the_snapshot(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    other = await filled.add_tenant("quarry")
    await filled.put_resource(other, a_resource("south"))
    token = await filled.add_consumer(tenant, other)
    cursor = (await bookings(served, token)).json["cursor"]
    assert await served.types(token, after=cursor) == []
    await filled.remove(tenant, "north", "one")
    await filled.put_resource(other, a_resource("south", 3))
    assert await served.types(token, after=cursor) == ["booking.removed", "resource.put"]


async def test_a_tenant_that_was_suspended_is_told_of_anew_behind_a_snapshot(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    other = await filled.add_tenant("quarry")
    await filled.put_resource(other, a_resource("south"))
    token = await filled.add_consumer(tenant, other)
    await filled.suspend(other)
    cursor = (await bookings(served, token)).json["cursor"]
    await filled.resume(other)
    assert "resource.put" in await served.types(token, after=cursor)


async def test_the_tag_moves_with_what_is_told_and_with_nothing_else(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant, purpose="occupancy")
    first = await bookings(served, token)
    known = {"If-None-Match": f'"another", {first.headers["ETag"]}'}
    await filled.see_unchanged(tenant, "north", "one")
    await filled.put(tenant, a_booking("one", "north", people=9))
    unchanged = await bookings(served, token, headers=known)
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert unchanged.headers["ETag"] == first.headers["ETag"]
    await filled.remove(tenant, "north", "one")
    changed = await bookings(served, token, headers=known)
    assert changed.status == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


async def test_a_purpose_is_shown_no_more_than_it_may_see(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    made = replace(WIDEST, title=Title.VOCABULARY)
    await filled.put(tenant, replace(a_booking("one", "north", people=3), title="review"), made=made)
    token = await filled.add_consumer(tenant, purpose="signage")
    first, _ = (await bookings(served, token)).json["bookings"]
    assert (first["booking"]["title"], first["booking"]["people"]) == ("review", None)


@pytest.mark.parametrize("why", ["unknown", "of another tenant", "suspended", "removed"])
async def test_what_may_not_be_told_looks_as_if_it_were_not_there(
    filled: FilledStore, served: Served, tenant: TenantId, why: str
) -> None:
    other = await filled.add_tenant("quarry")
    await filled.put_resource(other, a_resource("south"))
    token = await filled.add_consumer(tenant)
    name = {"unknown": "nowhere", "of another tenant": "south"}.get(why, "north")
    if why == "suspended":
        await filled.suspend(tenant)
    if why == "removed":
        await filled.remove_resource(tenant, "north")
    answer = await bookings(served, token, name)
    assert (answer.status, answer.json["type"]) == (404, "/v1/problems/not-found")
    nothing = await bookings(served, token, "no-such")
    assert (nothing.body, nothing.status) == (answer.body, answer.status)


async def test_a_token_is_needed(filled: FilledStore, served: Served, tenant: TenantId) -> None:
    for path in ("/v1/resources", "/v1/resources/north/bookings", "/v1/resources/north/freebusy"):
        assert (await served.ask("GET", path)).status == 401
        assert (await served.ask("GET", path, "con_nobody.secret")).status == 401


async def test_where_keys_are_not_to_be_had_it_says_so(
    filled: FilledStore, served: Served, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await filled.add_consumer(tenant)

    async def down(*_: object) -> None:
        raise KeyUnavailable("The key service is down.")

    monkeypatch.setattr(filled.keyring, "tenant", down)
    assert (await bookings(served, token)).status == 503
    listed = (await served.ask("GET", "/v1/resources", token)).json
    assert (listed["resources"], listed["unavailable"], listed["next"]) == ([], [tenant], None)


async def test_whose_keys_were_not_to_be_had_is_told_of_from_its_beginning(
    filled: FilledStore, served: Served, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list told nothing of that tenant, on whichever page: its cursor may not stand behind it."""
    others = [await filled.add_tenant(name) for name in ("one", "two")]
    for number, other in enumerate(others):
        await filled.put_resource(other, a_resource(f"room-{number}"))
    token, tenant_keys = await filled.add_consumer(tenant, *others), filled.keyring.tenant
    late = max(tenant, *others)

    async def down(of: TenantId, owner: DataKeyOwner) -> TenantKeys:
        if of == late:
            raise KeyUnavailable("The key service is down.")
        return await tenant_keys(of, owner)

    monkeypatch.setattr(filled.keyring, "tenant", down)
    listed = [
        (await served.ask("GET", "/v1/resources", token, params={"limit": limit})).json for limit in (1, 9)
    ]
    monkeypatch.undo()
    assert [one["unavailable"] for one in listed] == [[], [late]]
    for one in listed:
        told = (await served.page(token, after=one["cursor"]))["entries"]
        assert {entry["source"] for entry in told} == {f"/v1/tenants/{late}"}


async def listed(served: Served, token: str, limit: int) -> list[list[tuple[str, str]]]:
    """All pages of the list: tenant and resource of each."""
    pages, query = list[list[tuple[str, str]]](), {"limit": str(limit)}
    while True:
        answer = (await served.ask("GET", "/v1/resources", token, params=query)).json
        pages.append([(one["tenant"], one["resource"]["id"]) for one in answer["resources"]])
        if answer["next"] is None:
            return pages
        query["after"] = answer["next"]


async def test_resources_are_listed_page_by_page_across_tenants(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    quarry, tower = await filled.add_tenant("quarry"), await filled.add_tenant("tower")
    for name in ("east", "south", "west"):
        await filled.put_resource(quarry, a_resource(name))
    await filled.put_resource(tower, a_resource("attic"))
    token = await filled.add_consumer(tenant, quarry, tower)
    everything = [
        (tenant, "north"),
        *((quarry, name) for name in ("east", "south", "west")),
        (tower, "attic"),
    ]
    for limit in range(1, 7):
        pages = await listed(served, token, limit)
        assert [one for page in pages for one in page] == everything
        assert all(len(page) == limit for page in pages[:-1])


async def test_a_resource_is_listed_with_what_is_known_of_it(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    told = (await served.page(token))["entries"]
    (only,) = (await served.ask("GET", "/v1/resources", token)).json["resources"]
    assert only["resource"] == told[0]["data"]["resource"]
    assert {"id": only["id"], **only["state"]} == told[1]["data"]


@pytest.mark.parametrize("after", ["", "~", "AAAA", "gqNhYmM", "\u00e9"])
async def test_a_place_in_the_list_that_is_none_is_a_problem(
    filled: FilledStore, served: Served, tenant: TenantId, after: str
) -> None:
    token = await filled.add_consumer(tenant)
    answer = await served.ask("GET", "/v1/resources", token, params={"after": after})
    assert (answer.status, answer.json["parameter"]) == (400, "after")


async def test_bookings_are_told_as_a_calendar_where_that_is_accepted(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    answer = await bookings(served, token, headers={"Accept": "text/calendar"})
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.body.count(b"BEGIN:VEVENT") == 2
    free = await served.ask("GET", "/v1/resources/north/freebusy", token, params=DAY)
    assert b"FREEBUSY;FBTYPE=BUSY:20260302T120030Z/20260302T130030Z" in free.body
    known = {"If-None-Match": free.headers["ETag"]}
    again = await served.ask("GET", "/v1/resources/north/freebusy", token, params=DAY, headers=known)
    assert again.status == 304
