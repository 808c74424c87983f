from base64 import urlsafe_b64encode

import pytest

from connectors.microsoft.roles import ROLES_MAX, TOKEN_LENGTH_MAX, roles


def jwt(body: bytes) -> str:
    return f"e30.{urlsafe_b64encode(body).decode().rstrip('=')}.c2ln"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"roles": ["Place.Read.All", "Calendars.Read"]}', {"Place.Read.All", "Calendars.Read"}),
        (b'{"tid": "directory", "upn": "anna@corp.example"}', set()),
        (b'{"roles": []}', set()),
    ],
)
def test_a_token_tells_its_roles(body: bytes, found: set[str]) -> None:
    assert roles(jwt(body)) == frozenset(found)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c.d",
        "e30.*.c2ln",
        "e30.ü.c2ln",
        "e30.a.c2ln",
        jwt(b""),
        jwt(b"[]"),
        jwt(b"{"),
        jwt(b'{"roles": "Place.Read.All"}'),
        jwt(b'{"roles": [5]}'),
        jwt(b'{"roles": null}'),
        jwt(b'{"roles": ["anna@corp.example"]}'),
        jwt(b'{"roles": ["' + b"R" * 101 + b'"]}'),
        jwt(b'{"roles": [' + b",".join([b'"R"'] * (ROLES_MAX + 1)) + b"]}"),
        jwt(b'{"roles": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
        jwt(b'{"roles": ["\xff"]}'),
        jwt(b'{"x": "' + b"x" * TOKEN_LENGTH_MAX + b'"}'),
    ],
)
def test_what_cannot_be_read_tells_nothing(token: str) -> None:
    assert roles(token) is None
