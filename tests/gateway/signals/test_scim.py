"""Bodies of SCIM: what they say of one user, in all ways in which providers say it, or nothing."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.signals import scim
from gateway.signals.known import Known
from gateway.signals.provisioning import Found, claim
from gateway.signals.scim import Change, Refused, Shown
from gateway.signals.scim_ids import Hashed, hashes, user_id
from gateway.signals.signal import Claim, Name, NameKind
from tests.connectors.hostile_json import items, printed
from tests.gateway.signals.fuzzing_scim_okta import fuzz_scim

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def user(**members: Any) -> bytes:
    return json.dumps(
        {"schemas": [scim.USER_SCHEMA, ENTERPRISE], "userName": "Anna@north.example"} | members
    ).encode()


def patch(*operations: Any, **members: Any) -> bytes:
    return json.dumps({"schemas": [scim.PATCH_SCHEMA], "Operations": operations} | members).encode()


def keyword(body: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        scim.change(body)
    return refusal.value.keyword


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Replace", "path": "active", "value": False},  # Entra
        {"op": "Replace", "path": "active", "value": "False"},  # Entra, of older jobs
        {"op": "replace", "value": {"active": False}},  # Okta
        {"op": "Add", "path": "active", "value": "false"},
        {"op": "replace", "path": "ACTIVE", "value": False},
        {"op": "replace", "path": f"{scim.USER_SCHEMA}:active", "value": False},
        {"op": "replace", "value": {f"{scim.USER_SCHEMA}:Active": "FALSE", "displayName": "A"}},
    ],
)
def test_all_ways_to_say_that_a_user_is_not_active(operation: Any) -> None:
    assert scim.change(patch(operation)) == Change(active=False)


@pytest.mark.parametrize(
    ("operations", "active"),
    [
        ([{"op": "replace", "value": {"active": True}}], True),
        ([{"op": "Replace", "path": "active", "value": "True"}], True),
        (
            [{"op": "add", "path": "active", "value": False}, {"op": "add", "path": "active", "value": True}],
            True,
        ),
        ([{"op": "replace", "value": {"displayName": "A"}}], None),
        ([{"op": "replace", "path": "active", "value": None}], None),
        ([{"op": "remove", "path": "active"}], None),
    ],
)
def test_what_a_patch_says_of_being_active(operations: list[Any], active: bool | None) -> None:  # noqa: FBT001  a row
    assert scim.change(patch(*operations)) == Change(active)


def test_all_else_is_named_and_read_past() -> None:
    paths = ['emails[type eq "work"].value', f"{ENTERPRISE}:manager", "name.givenName"]
    operations = [{"op": "Replace", "path": path, "value": {"of": ["anybody"]}} for path in paths]
    disabling = {"op": "Replace", "path": "active", "value": "False"}
    change = scim.change(patch(*operations, {"op": "Remove", "path": "title"}, disabling))
    assert change == Change(active=False, paths=(*paths, "title"))


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"op": "explode", "path": "title", "value": "x"}, "invalidValue"),
        ({"path": "title", "value": "x"}, "invalidValue"),
        ({"op": 5, "path": "title", "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": 5, "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": "x" * (scim.PATH_LENGTH_MAX + 1), "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": "active", "value": "perhaps"}, "invalidValue"),
        ({"op": "replace", "path": "active", "value": 0}, "invalidValue"),
        ({"op": "replace", "value": {"active": [False]}}, "invalidValue"),
        ({"op": "replace", "value": "active"}, "invalidValue"),
        ({"op": "replace", "path": "active"}, "invalidValue"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "replace", "value": {"active": False, "Active": True}}, "invalidSyntax"),
        ({"op": "replace", "Op": "add", "path": "active", "value": False}, "invalidSyntax"),
        (5, "invalidSyntax"),
    ],
)
def test_one_bad_operation_is_reason_enough_to_do_none(bad: Any, why: str) -> None:
    good = {"op": "Replace", "path": "active", "value": False}
    assert keyword(patch(good, bad)) == keyword(patch(bad, good)) == why


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "invalidSyntax"),
        (b"\xff", "invalidSyntax"),
        (b"[" * 10_000, "invalidSyntax"),
        (b"[]", "invalidSyntax"),
        (patch(schemas=[]), "invalidSyntax"),
        (patch(schemas=scim.PATCH_SCHEMA), "invalidSyntax"),
        (patch(Operations=5), "invalidSyntax"),
        (patch(operations=[]), "invalidSyntax"),
        (patch(), "invalidValue"),
        (patch(*[{"op": "add", "path": "title", "value": 1}] * (scim.OPERATIONS_MAX + 1)), "invalidValue"),
    ],
)
def test_what_is_no_patch_is_refused(body: bytes, why: str) -> None:
    assert keyword(body) == why


def test_a_user_is_read_for_four_members() -> None:
    members = {
        "externalId": "oid-1",
        "active": True,
        "name": {"givenName": "Anna"},
        "emails": [
            {"type": "home", "value": "anna@home.example"},
            {"primary": True, "type": "work", "value": "a.s@north.example"},
        ],
    }
    shown = scim.shown(user(**members))
    assert shown == Shown("Anna@north.example", "oid-1", "a.s@north.example", active=True)
    assert shown.names == (
        Name(NameKind.ACCOUNT, "oid-1"),
        Name(NameKind.ADDRESS, "anna@north.example"),
        Name(NameKind.ADDRESS, "a.s@north.example"),
    )
    assert "nna" not in repr(shown)


@pytest.mark.parametrize(
    ("members", "active"),
    [({}, None), ({"active": None}, None), ({"active": False}, False), ({"ACTIVE": "False"}, False)],
)
def test_whether_a_user_is_active_may_stand_in_any_case(members: dict[str, Any], active: bool | None) -> None:  # noqa: FBT001  a row
    assert scim.shown(user(**members)).active is active


@pytest.mark.parametrize("emails", [None, [], 5, [5], [{"type": 5}], [{}], "anna@north.example"])
def test_addresses_that_cannot_be_read_are_none(emails: Any) -> None:
    assert scim.shown(user(emails=emails)) == Shown("Anna@north.example")


@pytest.mark.parametrize(
    "body",
    [
        user(userName=None),
        user(userName=""),
        user(userName=5),
        user(userName="x" * 321),
        user(userName="anna\x00"),
        user(username="twice"),
        user(active="perhaps"),
        user(active=1),
        user(externalId=5),
        user(schemas=[ENTERPRISE]),
        user(schemas=None),
        b"{}",
        b"[" * 10_000,
    ],
)
def test_what_is_no_user_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        scim.shown(body)


def test_a_filter_is_taken_out_of_a_search() -> None:
    text, rest = scim.search(b'{"Filter": "userName eq \\"x\\"", "count": 2}')
    assert (text, json.loads(rest)) == ('userName eq "x"', {"count": 2})
    assert scim.search(b"{}")[0] is None
    for bad in (b"", b'{"filter": 5}', b'{"filter": "a", "FILTER": "b"}'):
        with pytest.raises(Refused):
            scim.search(bad)


ACCOUNT, ADDRESS = Hashed(NameKind.ACCOUNT, "A" * 22), Hashed(NameKind.ADDRESS, "b-_4" * 5)


def test_an_id_is_what_it_was_made_of() -> None:
    for parts in ((ACCOUNT,), (ADDRESS,), (ACCOUNT, ADDRESS), (ACCOUNT, ADDRESS, ADDRESS)):
        assert hashes(user_id(parts)) == parts


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "a",
        "aX",
        f"x{'A' * 22}",
        f"a{'A' * 65}",
        "2819c223-7f76-453a-919d-413861904646",
        "../x",
        f"{user_id([ACCOUNT])}\n",
        f"{user_id([ACCOUNT])}.",
        user_id([ACCOUNT] * 4),
        f"a{'Ä' * 22}",
    ],
)
def test_an_id_that_we_never_gave_names_nobody(foreign: str) -> None:
    assert hashes(foreign) == ()


KNOWN = Known(
    "sub_1", is_active=True, addresses=("anna@north.example", "a@north.example"), directory_id="oid-1"
)


def test_whoever_was_shown_by_an_address_alone_is_named_by_addresses_alone() -> None:
    assert Found(KNOWN, NameKind.ACCOUNT).about.names == {Name(NameKind.ACCOUNT, "oid-1")}
    by_address = Found(KNOWN, NameKind.ADDRESS).about.names
    assert {name.kind for name in by_address} == {NameKind.ADDRESS}
    assert {name.value for name in by_address} == set(KNOWN.addresses)


@pytest.mark.parametrize(
    ("active", "held", "proves"),
    [
        (False, True, Claim.DISABLED),
        (False, False, Claim.DISABLED),
        (True, False, Claim.RESTORED),
        (True, True, None),
        (None, True, None),
        (False, None, None),
    ],
)
def test_what_being_active_proves(active: bool | None, held: bool | None, proves: Claim | None) -> None:  # noqa: FBT001  a row
    found = None if held is None else Found(KNOWN._replace(is_active=held), NameKind.ADDRESS)
    assert claim(active, found) is proves


MEMBERS = ["schemas", "Operations", "op", "path", "value", "active", "userName", "externalId", "emails"]


# Shapes; bytes by the thousand come in tests/fuzzing.
@settings(max_examples=25)
@given(st.lists(items(MEMBERS)), st.booleans(), st.binary())
def test_whatever_is_sent_it_is_read_or_refused(parts: list[Any], ascii_only: bool, raw: bytes) -> None:  # noqa: FBT001  drawn
    users = [
        {"schemas": [scim.USER_SCHEMA], "userName": "x"} | part for part in parts if isinstance(part, dict)
    ]
    documents: list[Any] = [{"schemas": [scim.PATCH_SCHEMA], "Operations": parts}, *users]
    for body in (raw, *(printed(one, ascii_only=ascii_only) for one in documents)):
        fuzz_scim(body)
