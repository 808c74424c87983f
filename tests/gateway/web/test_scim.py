"""Identity providers keep their users here, as they believe: what ends is told on, and nothing is kept."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import StoreBusy
from gateway.signals.known import Known
from gateway.signals.scim import PATCH_SCHEMA, USER_SCHEMA
from gateway.signals.signal import Claim, NameKind
from gateway.web.scim import BODY_BYTES_MAX
from gateway.web.scim_messages import Asked
from gateway.web.scim_people import People
from tests.fakes.door import TENANT, MemoryDoor
from tests.gateway.web.receiving_site import SCIM, Site, receiving
from tests.gateway.web.served import Answer

ANNA = Known(
    "sub_1", is_active=True, addresses=("a.s@north.example", "anna@north.example"), directory_id="oid-1"
)
GONE = {"op": "Replace", "path": "active", "value": False}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    door = MemoryDoor()
    door.enrol(ANNA)
    async with receiving(door) as running:
        yield running


def user(login: str = "anna@north.example", **members: Any) -> dict[str, Any]:
    return {"schemas": [USER_SCHEMA], "userName": login} | members


def patch(*operations: Any) -> dict[str, Any]:
    return {"schemas": [PATCH_SCHEMA], "Operations": operations}


async def found(site: Site, text: str) -> dict[str, Any] | None:
    answer = await site.scim("GET", "/Users", params={"filter": text})
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/scim+json")
    users: list[dict[str, Any]] = answer.json["Resources"]
    assert answer.json["totalResults"] == len(users) <= 1
    return users[0] if users else None


async def identity(site: Site, text: str = 'externalId eq "oid-1"') -> str:
    there = await found(site, text)
    assert there is not None
    return str(there["id"])


async def made(site: Site, **members: Any) -> str:
    """The id of a user who is put here."""
    answer = await site.scim("POST", "/Users", json=user(**members))
    assert answer.status == 201
    return str(answer.json["id"])


def told(site: Site) -> list[tuple[Claim, set[NameKind]]]:
    return [(one.proves, {name.kind for name in one.about.names}) for one in site.door.told]


def error(answer: Answer) -> tuple[int, str | None]:
    assert answer.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.json["status"] == str(answer.status)
    return answer.status, answer.json.get("scimType")


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "anna@north.example"',
        'username EQ "ANNA@NORTH.example"',
        f'{USER_SCHEMA}:userName eq "anna@north.example"',
        'externalId eq "oid-1"',
        'emails eq "anna@north.example"',
        'emails.value eq "anna@north.example"',
        'emails[type eq "work"].value eq "anna@north.example"',
        'userName eq "anna@north.example" and externalId eq "oid-1" and active eq true',
        'userName eq "a.s@north.example" and emails.value eq "anna@north.example"',
    ],
)
async def test_whoever_is_enrolled_is_found_by_name(site: Site, text: str) -> None:
    there = await found(site, text)
    assert there is not None
    assert {"userName", "externalId", "active", "id", "meta", "schemas"} == set(there)
    assert (there["externalId"], there["active"]) == ("oid-1", True)
    assert there["userName"] in ANNA.addresses
    assert (await site.scim("GET", f"/Users/{there['id']}")).json["externalId"] == "oid-1"
    assert await found(site, f'id eq "{there["id"]}"') == there | {"userName": ANNA.addresses[0]}
    assert site.door.told == []


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "8e6f0b1c-8a43-4d2e-9c53-1f1b8a6e0f11"',  # Entra, to test the connection
        'userName eq ""',
        'userName eq "ben@north.example"',
        "userName eq 5",
        'externalId eq "OID-1"',
        'externalId eq "anna@north.example"',
        'userName eq "oid-1"',
        'id eq "2819c223-7f76-453a-919d-413861904646"',
        'displayName eq "Anna"',
        'externalId eq "oid-1" and manager eq "oid-2"',
        'externalId eq "oid-1" and userName eq "ben@north.example"',
        'externalId eq "oid-1" and active eq false',
        'urn:made:up:userName eq "anna@north.example"',
        f'userName eq "{"x" * 400}"',
        r'userName eq "anna@north.example\u0000"',
        r'userName eq "\ud800"',
        "(" * 800 + 'userName eq "x"' + ")" * 800,
    ],
)
async def test_nobody_else_is_found(site: Site, text: str) -> None:
    assert await found(site, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        'userName eq "anna@north.example',
        'userName eq "x" or 1=1',
        '" or "1" eq "1',
        'userName eq "x"; drop table subjects',
        "userName pr",
        'userName sw "a"',
        'userName ne "x"',
        'userName co ""',
        'not (userName eq "x")',
        'userName eq "x" or externalId eq "oid-1"',
        'emails[not (value eq "x")]',
        "active eq true",
        " and ".join(['externalId eq "oid-1"'] + [f'userName eq "{number}"' for number in range(9)]),
        f'userName eq "{"x" * 2100}"',
    ],
)
async def test_what_would_list_people_or_is_no_filter_is_refused(site: Site, text: str) -> None:
    answer = await site.scim("GET", "/Users", params={"filter": text})
    assert error(answer) == (400, "invalidFilter")
    assert b"oid-1" not in answer.body
    assert site.door.lookups == 0


async def test_nobody_is_listed(site: Site) -> None:
    for path in ("/Users?startIndex=1&count=2", "/Users", "", "/", "/Users?count=0"):
        answer = await site.scim("GET", path)
        assert (answer.status, answer.json["totalResults"], answer.json["Resources"]) == (200, 0, [])
    wanted = quote('externalId eq "oid-1"')
    beside = (await site.scim("GET", f"/Users?filter={wanted}&startIndex=2")).json
    assert (beside["totalResults"], beside["Resources"]) == (1, [])


async def test_a_search_may_stand_in_a_body(site: Site) -> None:
    search = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1}
    for path in ("/Users/.search", "/.search"):
        answer = await site.scim("POST", path, json=search | {"filter": 'externalId eq "oid-1"'})
        assert answer.json["totalResults"] == 1
        assert (await site.scim("POST", path, json=search)).json["totalResults"] == 0


#: How each provider says that somebody is not active any more.
DISABLING: list[tuple[str, Any]] = [
    ("PATCH", patch(GONE)),
    ("PATCH", patch(GONE | {"value": "False"})),
    ("PATCH", patch({"op": "replace", "value": {"active": False}})),
    ("PATCH", patch({"op": "Replace", "path": "displayName", "value": "A"}, GONE)),
    ("PUT", user(externalId="oid-1", active=False, name={"givenName": "Anna"})),
    ("PUT", user("somebody.else@north.example", active="False")),
]


@pytest.mark.parametrize(("method", "body"), DISABLING)
async def test_whoever_is_made_inactive_is_suspended(site: Site, method: str, body: Any) -> None:
    path = f"/Users/{await identity(site)}"
    answer = await site.scim(method, path, json=body)
    assert answer.status == (204 if method == "PATCH" else 200)
    assert told(site) == [(Claim.DISABLED, {NameKind.ACCOUNT})]
    if method == "PUT":
        assert (answer.json["active"], answer.json["userName"]) == (False, "a.s@north.example")
    assert (await site.scim("GET", path)).json["active"] is False
    # Once more: said again, and nothing is otherwise.
    await site.scim(method, path, json=body)
    assert [one.id for one in site.door.told] != [site.door.told[0].id] * 2
    assert site.door.people == {"sub_1": ANNA._replace(is_active=False)}


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("PATCH", patch({"op": "replace", "value": {"active": True}})),
        ("PATCH", patch(GONE | {"value": "True"})),
        ("PUT", user(active=True)),
    ],
)
async def test_whoever_is_made_active_is_not_read_again_for_it(site: Site, method: str, body: Any) -> None:
    path = f"/Users/{await identity(site)}"
    await site.scim(method, path, json=body)
    assert site.door.told == []
    site.door.enrol(ANNA._replace(is_active=False))
    answer = await site.scim(method, path, json=body)
    assert told(site) == [(Claim.RESTORED, {NameKind.ACCOUNT})]
    assert method == "PATCH" or answer.json["active"] is False
    assert (await site.scim("GET", path)).json["active"] is False


@pytest.mark.parametrize(
    "body",
    [patch({"op": "replace", "path": "userName", "value": "x"}), patch({"op": "remove", "path": "active"})],
)
async def test_what_does_not_concern_being_active_changes_nothing(site: Site, body: Any) -> None:
    path = f"/Users/{await identity(site)}"
    assert (await site.scim("PATCH", path, json=body)).status == 204
    assert (await site.scim("PUT", path, json=user("x@north.example", externalId="oid-2"))).status == 200
    assert site.door.told == []
    assert (await site.scim("GET", path)).json["userName"] == "a.s@north.example"


async def test_a_deletion_by_an_id_that_is_never_anothers_is_one(site: Site) -> None:
    path = f"/Users/{await identity(site)}"
    assert (await site.scim("DELETE", path))[::2] == (204, b"")
    assert told(site) == [(Claim.DELETED, {NameKind.ACCOUNT})]
    assert site.door.people == {}
    # Whatever follows finds nobody.
    assert (await site.scim("DELETE", path)).status == 204
    assert (
        await site.scim("PATCH", path, json=patch({"op": "replace", "value": {"active": True}}))
    ).status == 204
    assert len(site.door.told) == 1


@pytest.mark.parametrize("text", ['userName eq "anna@north.example"', 'emails.value eq "a.s@north.example"'])
async def test_a_deletion_of_who_was_shown_by_an_address_alone_suspends(site: Site, text: str) -> None:
    assert (await site.scim("DELETE", f"/Users/{await identity(site, text)}")).status == 204
    assert told(site) == [(Claim.DELETED, {NameKind.ADDRESS})]
    assert site.door.people == {"sub_1": ANNA._replace(is_active=False)}


async def test_an_address_that_is_anothers_by_now_does_not_delete_whose_it_was(site: Site) -> None:
    """Somebody new has Anna's address, and an id of their own."""
    new = await made(site, externalId="oid-2")
    assert (await site.scim("DELETE", f"/Users/{new}")).status == 204
    assert told(site) == [(Claim.DELETED, {NameKind.ADDRESS})]
    assert set(site.door.people) == {"sub_1"}


async def test_whoever_is_nobody_here_gets_an_id_and_nothing_is_kept(site: Site) -> None:
    shown = user("ben@north.example", externalId="oid-9", active=True, name={"givenName": "Ben"})
    answer = await site.scim("POST", "/Users", json=shown)
    assert (answer.status, answer.json["userName"], answer.json["active"]) == (201, "ben@north.example", True)
    location = f"https://gateway.example{SCIM}/Users/{answer.json['id']}"
    assert answer.headers["Location"] == answer.json["meta"]["location"] == location
    assert "name" not in answer.json
    # The same again, however often; and other people have others.
    assert (await site.scim("POST", "/Users", json=shown)).json["id"] == answer.json["id"]
    assert await made(site, login="ben@north.example") not in {answer.json["id"], await made(site, login="b")}
    path = f"/Users/{answer.json['id']}"
    assert (await site.scim("GET", path)).json["userName"] == answer.json["id"]
    assert (await site.scim("PATCH", path, json=patch(GONE))).status == 204
    assert (await site.scim("PUT", path, json=shown | {"active": False})).json["active"] is False
    assert (await site.scim("DELETE", path)).status == 204
    assert site.door.told == []


async def test_whoever_is_enrolled_later_is_found_by_the_id_of_before(site: Site) -> None:
    ben = Known("sub_2", is_active=True, addresses=("ben@north.example",), directory_id="oid-9")
    strong, weak = (
        await made(site, login="b.b@north.example", externalId="oid-9"),
        await made(site, login="ben@north.example"),
    )
    by_mail = await made(site, login="b.b", emails=[{"value": "ben@north.example"}])
    site.door.enrol(ben)
    for path in (strong, weak, by_mail):
        await site.scim("PATCH", f"/Users/{path}", json=patch(GONE))
    kinds = [{NameKind.ACCOUNT}, {NameKind.ADDRESS}, {NameKind.ADDRESS}]
    assert told(site) == [(Claim.DISABLED, kind) for kind in kinds]


async def test_whoever_is_enrolled_already_may_be_put_here_too(site: Site) -> None:
    assert (await made(site, externalId="oid-1", active=True)) == await made(site, externalId="oid-1")
    assert site.door.told == []
    assert (await site.scim("POST", "/Users", json=user(active=False))).json["active"] is False
    assert told(site) == [(Claim.DISABLED, {NameKind.ADDRESS})]
    assert (await site.scim("POST", "/Users", json=user(active=True))).json["active"] is False
    assert told(site)[1:] == [(Claim.RESTORED, {NameKind.ADDRESS})]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"op": "explode", "path": "title", "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": "emails[type eq", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "active.value", "value": True}, "invalidPath"),
        ({"op": "replace", "path": "[" * 500, "value": True}, "invalidPath"),
        ({"op": "replace", "path": "active", "value": "perhaps"}, "invalidValue"),
        ({"op": "remove"}, "noTarget"),
    ],
)
async def test_of_operations_all_are_done_or_none(site: Site, bad: Any, why: str) -> None:
    path = f"/Users/{await identity(site)}"
    for operations in ((GONE, bad), (bad, GONE)):
        assert error(await site.scim("PATCH", path, json=patch(*operations))) == (400, why)
    assert (site.door.told, site.door.people["sub_1"].is_active) == ([], True)


TOO_LONG = json.dumps(user(active=False, title="x" * BODY_BYTES_MAX)).encode()
DEEP = json.dumps(user(active=False)).encode()[:-1] + b', "name": ' + b"[" * 5000 + b"]" * 5000 + b"}"


@pytest.mark.parametrize("body", [b"", b"\xff", b"[" * 9000, b"{}", TOO_LONG, DEEP, b'{"active": false}'])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST"])
async def test_what_cannot_be_read_is_refused(site: Site, method: str, body: bytes) -> None:
    path = "/Users" if method == "POST" else f"/Users/{await identity(site)}"
    headers = {"Content-Type": "application/scim+json"}
    answer = await site.scim(method, path, data=body, headers=headers)
    assert error(answer) == (400, "invalidSyntax")
    assert site.door.told == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/Users/2819c223-7f76-453a-919d-413861904646", 404),
        ("DELETE", "/Users/2819c223-7f76-453a-919d-413861904646", 404),
        ("GET", "/Groups", 404),
        ("POST", "/Groups", 404),
        ("PATCH", "/Groups/1", 404),
        ("GET", "/made/up/path", 404),
        ("DELETE", "/Users", 405),
        ("OPTIONS", "/Users", 405),
        ("HEAD", "/Users", 405),
        ("GET", "/Me", 501),
        ("POST", "/Bulk", 501),
        ("GET", "/Users?sortBy=userName", 501),
        ("GET", "/Users?startIndex=x", 400),
    ],
)
async def test_what_there_is_not_is_said_in_words_of_ours(
    site: Site, method: str, path: str, status: int
) -> None:
    body = {"json": patch(GONE)} if method in {"PATCH", "POST"} else {}
    answer = await site.scim(method, path, **body)
    assert answer.status == status
    if method != "HEAD":
        assert error(answer)[0] == status
        assert b"Groups" not in answer.body
        assert b"2819c223" not in answer.body
    assert (status == 405) == ("Allow" in answer.headers)
    assert site.door.told == []


async def test_what_is_not_json_is_not_read(site: Site) -> None:
    headers = {"Content-Type": "text/plain"}
    path = f"/Users/{await identity(site)}"
    answer = await site.scim("PATCH", path, data=json.dumps(patch(GONE)).encode(), headers=headers)
    assert error(answer) == (415, None)
    assert site.door.told == []


async def test_groups_are_not_offered(site: Site) -> None:
    types = (await site.scim("GET", "/ResourceTypes")).json
    assert [one["endpoint"] for one in types["Resources"]] == ["/Users"]
    (schema,) = (await site.scim("GET", "/Schemas")).json["Resources"]
    assert [one["name"] for one in schema["attributes"]] == ["userName", "active"]
    config = (await site.scim("GET", "/ServiceProviderConfig")).json
    supported = {name for name, one in config.items() if isinstance(one, dict) and one.get("supported")}
    assert supported == {"patch", "filter"}
    assert (await site.ask("GET", f"{SCIM}/ServiceProviderConfig", None)).status == 401


async def test_where_nothing_can_be_written_nothing_is_done(site: Site) -> None:
    path = f"/Users/{await identity(site)}"
    site.door.fails = [StoreBusy("busy")]
    assert (await site.scim("DELETE", path)).status == 503
    assert (await site.scim("DELETE", path)).status == 204
    assert len(site.door.told) == 1


def asked(method: str, path: str, body: bytes = b"", **query: str) -> int:
    """The status of an answer, beneath HTTP."""
    from gateway.web.scim_service import answer  # noqa: PLC0415  slow to load, for whoever only collects tests

    door = MemoryDoor()
    door.enrol(ANNA)
    headers = {"Content-Type": "application/scim+json"}
    request = Asked(method, "https://gateway.example", path, query, headers, body)
    answered = asyncio.run(answer(request, People(door, TENANT)))
    return answered.status


ANNAS = "a" + "0" * 32


@settings(max_examples=40)
@given(st.binary(), st.text(), st.sampled_from(["POST", "PUT", "PATCH", "GET"]))
def test_whatever_is_sent_it_is_answered(body: bytes, text: str, method: str) -> None:
    path = "/Users" if method == "POST" else f"/Users/{ANNAS}"
    assert asked(method, path, body) in {200, 400}
    assert asked("GET", "/Users", filter=text) == 400
    assert asked("GET", f"/Users/{text}") in {200, 404, 405}
    assert asked("POST", "/Users", json.dumps(user(text)).encode()) in {201, 400}
    assert asked("GET", "/Users", filter=f"userName eq {json.dumps(text)}") in {200, 400}
    operation = {"op": "replace", "path": text, "value": text}
    assert asked("PATCH", f"/Users/{ANNAS}", json.dumps(patch(operation)).encode()) in {204, 400}
