"""Every parser of what strangers send: called with any bytes; and what is right, to begin with."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from multidict import CIMultiDict

from gateway.certificate import thumbprint
from gateway.errors import ConfigurationError
from gateway.signals import google, google_admin, graph
from gateway.signals.google_admin import ACCOUNT_LENGTH_MAX
from gateway.signals.notification import SECRET_LENGTH_MAX, Heard
from gateway.signals.signature import TOKEN_BYTES_MAX
from gateway.signals.stream import SETS_MAX, Polled, agreed, first_of, metadata, status, well_known
from gateway.store.named_secrets import named
from tests.fakes.security_events import CAEP, RISC, SSF, ec, event, jwks, public, signed
from tests.fuzzing import providers
from tests.gateway.signals import fuzzing, fuzzing_scim_okta

ISSUER = "https://idp.example/tenant-1"


class Fuzzed(NamedTuple):
    """A parser: it raises nothing for any bytes, and asserts its own bounds."""

    take: Callable[[bytes], None]
    seeds: Sequence[bytes]


def _is_bounded(heard: Heard) -> None:
    assert len(heard.notifications) <= graph.ITEMS_MAX
    assert all(0 < len(one.secret) <= SECRET_LENGTH_MAX for one in heard.notifications)


def _graph(data: bytes) -> None:
    _is_bounded(graph.heard(data))


def _google(data: bytes) -> None:
    """As the server decodes headers, whose lines end where they end."""
    text = data.decode("utf-8", "surrogateescape")
    lines = [line.partition(":") for line in text.split("\n")]
    _is_bounded(google.heard(CIMultiDict((name, value.strip()) for name, _, value in lines)))


def _pushes(data: bytes) -> None:
    """A state by the first line, and the body behind it."""
    state, _, body = data.partition(b"\n")
    told = google_admin.heard({"X-Goog-Resource-State": state.decode("utf-8", "surrogateescape")}, body)
    account = None if told is None else told.account
    assert account is None or (0 < len(account) <= ACCOUNT_LENGTH_MAX and "@" not in account)


def _streams(data: bytes) -> None:
    """What a transmitter answers."""
    own, made, polled = metadata(data, ISSUER), agreed(data, ISSUER), Polled.read(data)
    status(data)
    assert own is None or own.issuer == ISSUER
    assert made is None or 0 < len(made.audiences) <= 16
    assert polled is None or len(polled.sets) <= SETS_MAX
    begun = first_of(data)
    assert begun is None or len(begun.sets) == 1


def _secrets(data: bytes) -> None:
    """The part of an address that is a secret, an issuer, and a certificate."""
    text = data.decode("utf-8", "surrogateescape")
    tenant, row = named(text)
    assert len(tenant) + len(row) <= len(text)
    with suppress(ValueError):
        well_known(text)
    with suppress(ConfigurationError):
        thumbprint(data)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


_OKTA = {
    "eventType": "com.okta.event_hook",
    "data": {
        "events": [
            {
                "uuid": "1",
                "eventType": "user.lifecycle.deactivate",
                "published": "2026-03-02T12:00:00.000Z",
                "outcome": {"result": "SUCCESS"},
                "target": [{"type": "User", "id": "00u1", "alternateId": "ines@north.example"}],
            }
        ]
    },
}
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def _patch(operation: object) -> bytes:
    return _json({"schemas": [_PATCH], "Operations": [operation]})


_GRAPH = {
    "value": [{"clientState": "ten.cal.secret", "lifecycleEvent": "missed", "resource": "Users/1"}],
    "validationTokens": ["a.b.c"],
}
_METADATA = {
    "issuer": ISSUER,
    "jwks_uri": "https://idp.example/keys",
    "configuration_endpoint": "https://idp.example/stream",
    "critical_subject_members": ["user"],
}

FUZZED: Mapping[str, Fuzzed] = {
    "tokens": Fuzzed(
        fuzzing.fuzz,
        [
            signed(event(f"{RISC}account-disabled", {"reason": "hijacking"})),
            _json(event(f"{CAEP}risk-level-change", {"current_level": "HIGH"})),
            _json(event(f"{SSF}verification", {"state": "1"}, {"format": "opaque", "id": "stream"})),
            b'{"alg":"ES256","kid":"ec-1","typ":"secevent+jwt"}',
            jwks(public(ec(), use="sig")),
        ],
    ),
    "okta": Fuzzed(fuzzing_scim_okta.fuzz_okta, [_json(_OKTA)]),
    "scim": Fuzzed(
        fuzzing_scim_okta.fuzz_scim,
        [
            _json(
                {"schemas": [_PATCH], "Operations": [{"op": "Replace", "path": "active", "value": "False"}]}
            ),
            _json({"schemas": [_PATCH], "Operations": [{"op": "replace", "value": {"active": False}}]}),
            _json({"schemas": [_USER], "userName": "ines@north.example", "externalId": "1", "active": True}),
            b"a" + b"A" * 22 + b".m" + b"B" * 22,
        ],
    ),
    "notifications": Fuzzed(_graph, [_json(_GRAPH)]),
    "headers": Fuzzed(_google, [b"X-Goog-Channel-Token: ten.cal.secret\nX-Goog-Resource-State: exists"]),
    "pushes": Fuzzed(_pushes, [b'update\n{"kind": "admin#directory#user", "id": "1"}', b"revoke\n{}"]),
    "streams": Fuzzed(
        _streams,
        [
            _json(_METADATA),
            _json({"stream_id": "1", "iss": ISSUER, "aud": ["a"], "delivery": {"endpoint_url": "https://x"}}),
            _json({"sets": {"1": "a.b.c"}, "moreAvailable": True}),
            b'{"moreAvailable":false,"sets":{"1":"' + b"e" * (TOKEN_BYTES_MAX + 1),
            _json({"status": "enabled"}),
        ],
    ),
    "accounts": Fuzzed(providers.fuzz_accounts, providers.ACCOUNTS),
    "contents": Fuzzed(providers.fuzz_contents, [providers.a_content(), providers.a_voucher()]),
    "refusals": Fuzzed(providers.fuzz_refusals, providers.REFUSALS),
    "secrets": Fuzzed(
        _secrets, [b"ten_1.trm_1.c2VjcmV0", b"https://idp.example/tenant", b"-----BEGIN CERTIFICATE-----"]
    ),
}
