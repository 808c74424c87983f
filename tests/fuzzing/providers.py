"""What connectors read of providers beside events: accounts, what strangers may send sealed, and refusals."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import cast

import aiohttp
from joserfc import jwt
from joserfc.jwk import KeySet

from connectors.accounts import ApplicationState
from connectors.errors import ConnectorError, Malformed
from connectors.google import channels
from connectors.google.refusal import grant_refusal, is_token_gone
from connectors.google.refusal import refusal as google_refusal
from connectors.id_token import claims
from connectors.microsoft import subscriptions
from connectors.microsoft.account import application_state, user_changes
from connectors.microsoft.content import ContentKey, new_key, opened
from connectors.microsoft.publisher import PUBLISHER_ID, Publisher
from connectors.microsoft.refusal import graph_codes, graph_refusal, refused_token
from connectors.microsoft.roles import ROLES_MAX, roles
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_sealing import receiver, sealed
from connectors.transport import Answer, Transport
from tests.fakes.security_events import rsa

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LOGIN = "https://login.example"
DIRECTORY = "11111111-2222-4333-8444-555555555555"
#: In UTC there is no such day.
BEFORE_ALL_TIME = "0001-01-01T00:00:00+14:00"
#: Longer than any code of ours.
CODE_LENGTH_MAX = 50
REFUSED = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


def fuzz_accounts(data: bytes) -> None:
    """What became of accounts, how our application stands, and the claims of tokens."""
    with suppress(Malformed):
        told, *links = user_changes(data)
        assert all(change.account for change in told)
        assert all(change.at is None or change.at.tzinfo is UTC for change in told)
        assert all(link is None or isinstance(link, str) for link in links)
    with suppress(Malformed):
        assert application_state(data) in ApplicationState
    token = data.decode("utf-8", "surrogateescape")
    with suppress(Malformed):
        claims(token)
    found = roles(token)
    assert found is None or len(found) <= ROLES_MAX


def fuzz_contents(data: bytes) -> None:
    """What notifications hold, and the tokens that vouch for it."""
    with suppress(Malformed):
        opened(data, key())
    publisher, keys = vouching()
    found = publisher._vouched([data.decode("utf-8", "surrogateescape")], keys)
    assert found is None or found == {DIRECTORY}


def fuzz_refusals(data: bytes) -> None:
    """What is not as we have asked for."""
    answer = Answer(REFUSED[len(data) % len(REFUSED)], data)
    assert all(code == code.lower() for code in graph_codes(answer))
    errors: tuple[ConnectorError, ...] = (
        *(graph_refusal(answer, by_cursor=True), refused_token(answer), subscriptions.refusal(answer)),
        *(google_refusal(answer, by_cursor=True), grant_refusal(answer), channels.push_refusal(answer)),
    )
    assert all(0 < len(error.code) < CODE_LENGTH_MAX for error in errors)
    duplicate = subscriptions.duplicate(answer)
    assert duplicate is None or len(duplicate) == len(DIRECTORY)
    is_token_gone(answer)
    for read in (subscriptions.watch, channels.watch):
        with suppress(Malformed):
            assert read(data).expires_at.tzinfo is UTC


@cache
def key() -> ContentKey:
    return _made()[0]


@cache
def _made() -> tuple[ContentKey, str]:
    return new_key("subject", NOW)


def a_content() -> bytes:
    """One that was sealed for that key."""
    theirs = receiver(_made()[1], key().id)
    assert theirs is not None
    return json.dumps(sealed(b'{"id":"AAMk","subject":"Review"}', theirs, NotificationFaults())).encode()


@cache
def vouching() -> tuple[Publisher, KeySet]:
    """A publisher that asks nobody, and the keys that it has."""

    async def admit() -> None:
        raise AssertionError("A parser asks nobody.")

    transport = Transport(cast(aiohttp.ClientSession, None), admit, LOGIN)
    return Publisher(transport, "app-1", lambda: NOW), KeySet([rsa()])


def a_voucher() -> bytes:
    """A token of the publisher's that holds."""
    until = NOW.timestamp() + 3600
    told = {"aud": "app-1", "iss": f"{LOGIN}/{DIRECTORY}/v2.0", "exp": until, "azp": PUBLISHER_ID}
    return jwt.encode({"alg": "RS256", "kid": rsa().kid}, told, rsa()).encode()


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


ACCOUNTS = [
    _json({
        "value": [
            {
                "id": DIRECTORY,
                "accountEnabled": True,
                "ageGroup": "minor",
                "consentProvidedForMinor": "denied",
                "signInSessionsValidFromDateTime": "2026-03-01T08:00:00.1234567Z",
            },
            {"id": DIRECTORY, "@removed": {"reason": "deleted"}},
            {"id": DIRECTORY, "signInSessionsValidFromDateTime": BEFORE_ALL_TIME},
        ],
        "@odata.nextLink": "https://graph.example/v1.0/users/delta?$skiptoken=1",
    }),
    _json({"value": [], "@odata.deltaLink": "https://graph.example/v1.0/users/delta?$deltatoken=1"}),
    _json({"accountEnabled": True, "disabledByMicrosoftStatus": "NotDisabled"}),
    b"e30.eyJyb2xlcyI6WyJDYWxlbmRhcnMuUmVhZCJdfQ.e30",
]  # fmt: skip
REFUSALS = [
    _json({"error": {"code": "ErrorItemNotFound", "message": "x", "innerError": {"code": "ResyncRequired"}}}),
    _json({"error": {"code": "Conflict", "message": f"Subscription Id <{DIRECTORY}> already exists"}}),
    _json({"error": "invalid_client", "error_codes": [7000112], "suberror": "consent_required"}),
    _json({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}),
    _json({
        "error": {
            "status": "PERMISSION_DENIED",
            "errors": [{"reason": "push.webhookUrlUnauthorized"}],
            "details": [{"reason": "SERVICE_DISABLED"}],
        }
    }),
    _json({"id": DIRECTORY, "expirationDateTime": "2026-03-08T08:00:00.0000000Z"}),
    _json({"id": DIRECTORY, "expirationDateTime": BEFORE_ALL_TIME}),
    _json({"id": "1", "resourceId": "r", "expiration": "1772800000000"}),
]  # fmt: skip
