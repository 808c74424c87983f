import pytest

from connectors.sandbox.truth import Mode, ResourceKind, World
from connectors.sandbox.world import generate
from tests.connectors.sandbox.callers import DIRECTORY, NOW, Caller, google_form

RESOURCES = "/google/admin/directory/v1/customer/my_customer/resources/"


@pytest.fixture
def world() -> World:
    return generate(7, calendars_per_tenant=13, now=NOW)


async def test_all_resources_are_listed_page_by_page(google: Caller) -> None:
    tenant = google.sandbox.world.tenants[1]
    found, token = [], ""
    while token is not None:
        query = {"maxResults": "5"} | ({"pageToken": token} if token else {})
        answer = await google.get(RESOURCES + "calendars", query)
        found += answer.body["items"]
        token = answer.body.get("nextPageToken")
    assert [row["resourceEmail"] for row in found] == [resource.address for resource in tenant.resources]
    assert [row["resourceId"] for row in found] == [resource.id for resource in tenant.resources]


async def test_what_is_no_room_says_what_it_is_in_its_type(google: Caller) -> None:
    answer = await google.get(RESOURCES + "calendars", {"maxResults": "500"})
    rows = {row["resourceId"]: row for row in answer.body["items"]}
    for resource in google.sandbox.world.tenants[1].resources:
        row = rows[resource.id]
        assert (row["resourceCategory"] == "CONFERENCE_ROOM") == (resource.kind is ResourceKind.ROOM)
        assert row["resourceType"].startswith("Assigned") == (resource.mode is Mode.ASSIGNED)
        assert row.get("capacity") == resource.capacity
    types = {row["resourceType"] for row in rows.values()}
    assert types == {"Meeting room", "Desk", "Drop-in desk", "Assigned desk", "Desk pool", "Equipment"}


async def test_buildings_say_where_they_stand(google: Caller) -> None:
    answer = await google.get(RESOURCES + "buildings", {"fields": "buildings(buildingId,address/locality)"})
    assert answer.body["buildings"] == [
        {"buildingId": "Pier 9", "address": {"locality": "New York"}},
        {"buildingId": "Satama", "address": {"locality": "Helsinki"}},
        {"buildingId": "Banyan House", "address": {"locality": "Kolkata"}},
    ]


async def test_the_customer_may_be_named(google: Caller) -> None:
    own = google.sandbox.world.tenants[1].id
    assert (await google.get(RESOURCES.replace("my_customer", own) + "calendars")).status == 200
    other = await google.get(RESOURCES.replace("my_customer", "C0other") + "calendars")
    assert (other.status, other.code) == (404, "notFound")


async def test_only_an_administrator_may_list(anyone: Caller) -> None:
    somebody = anyone.sandbox.world.tenants[1].people[1].address
    grant = await anyone.post("/google/token", data=google_form(anyone.sandbox, somebody, DIRECTORY))
    answer = await anyone.holding(grant.body["access_token"]).get(RESOURCES + "calendars")
    assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize("query", [{"pageToken": "made up"}, {"maxResults": "many"}, {"fields": "items("}])
async def test_what_cannot_be_answered_is_refused(google: Caller, query: dict[str, str]) -> None:
    answer = await google.get(RESOURCES + "calendars", query)
    assert (answer.status, answer.code) == (400, "invalid")
