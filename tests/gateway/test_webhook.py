"""A webhook's signatures: by the standard's own examples, its own library, and the feed's client."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Reference

from gateway.client import WebhookRefused, webhook_entry
from gateway.clock import milliseconds, system_clock
from gateway.webhook import KEYS_MAX, Signature, SigningKey, Webhook, signed_headers
from tests.fakes.filled_store import NOON

SHARED = SigningKey(Signature.HMAC, bytes(range(32)))
OURS = SigningKey(Signature.ED25519, bytes(range(32)))
AT = int(NOON.timestamp())
BODY = msgspec.json.encode(
    {
        "specversion": "1.0",
        "id": "1",
        "source": "/v1/tenants/one",
        "type": "tenant.resumed",
        "time": "2026-03-02T12:00:00Z",
        "datacontenttype": "application/json",
        "data": {},
    }
)


def read(*keys: str, now: datetime = NOON, body: bytes = BODY, **headers: str) -> Any:
    sent = dict(signed_headers("msg_1", AT, BODY, [SHARED, OURS]))
    return webhook_entry({**sent, **headers}, body, keys, now)


def test_the_standards_own_library_verifies_it() -> None:
    at = int(system_clock()().timestamp())
    headers = dict(signed_headers("msg_1", at, BODY, [OURS, SHARED]))
    assert Reference(SHARED.shown).verify(BODY, headers)["type"] == "tenant.resumed"


def test_keys_are_shown_as_the_standard_writes_them() -> None:
    assert SHARED.shown == "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    # RFC 8032's first example, as base64.
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    shown = SigningKey(Signature.ED25519, seed).shown
    assert msgspec.json.decode(f'"{shown.removeprefix("whpk_")}"', type=bytes) == public


@pytest.mark.parametrize("key", [SHARED, OURS], ids=lambda key: key.kind)
def test_the_client_reads_it_by_either_key(key: SigningKey) -> None:
    assert read(key.shown).type == "tenant.resumed"
    assert read(SigningKey(key.kind, bytes(32)).shown, key.shown).type == "tenant.resumed"
    assert read(key.shown, now=NOON + timedelta(seconds=300)).id == "1"


@pytest.mark.parametrize("key", [SHARED, OURS], ids=lambda key: key.kind)
def test_what_is_not_so_signed_now_is_refused(key: SigningKey) -> None:
    for bent in (
        {"now": NOON + timedelta(seconds=301)},
        {"now": NOON - timedelta(seconds=301)},
        {"body": BODY.replace(b"resumed", b"erased")},
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(AT + 1)},
        {"webhook-signature": "v1"},
    ):
        with pytest.raises(WebhookRefused):
            read(key.shown, **bent)
    with pytest.raises(WebhookRefused):
        read(SigningKey(key.kind, bytes(32)).shown)
    with pytest.raises(WebhookRefused):
        read()


def test_a_public_key_is_no_secret() -> None:
    """Who knows what verifies cannot sign with it, under whichever version."""
    public = OURS.shown.removeprefix("whpk_")
    forged = SigningKey(Signature.HMAC, msgspec.json.decode(f'"{public}"', type=bytes))
    with pytest.raises(WebhookRefused):
        webhook_entry(signed_headers("msg_1", AT, BODY, [forged]), BODY, [OURS.shown], NOON)


@given(st.text(), st.text(), st.text(), st.binary(), st.text())
def test_garbage_is_refused_and_nothing_else(
    message: str, at: str, signature: str, body: bytes, key: str
) -> None:
    headers = {"webhook-id": message, "webhook-timestamp": at, "Webhook-Signature": signature}
    for keys in ([key, f"whsec_{key}", f"whpk_{key}"], [SHARED.shown, OURS.shown]):
        with pytest.raises(WebhookRefused):
            webhook_entry(headers, body, keys, NOON)
        with pytest.raises(WebhookRefused):
            webhook_entry({**headers, "webhook-timestamp": str(AT)}, body, keys, NOON)


def test_a_key_that_was_replaced_signs_for_a_while() -> None:
    now = milliseconds(NOON)
    webhook = Webhook("https://flexo.example/", (SHARED,)).rotated(OURS, now=now, until=now + 1000)
    assert [key.shown for key in webhook.good(now + 999)] == [OURS.shown, SHARED.shown]
    assert webhook.good(now + 1000) == [OURS]
    third = SigningKey(Signature.HMAC, bytes(32))
    again = webhook.rotated(third, now=now + 500, until=now + 5000)
    # What was to end earlier still does.
    assert [key.shown for key in again.good(now + 1500)] == [third.shown, OURS.shown]
    assert again.rotated(SHARED, now=now + 9000, until=now + 9500).keys[1:] == (
        msgspec.structs.replace(third, until=now + 9500),
    )


def test_no_more_keys_sign_than_fit_into_a_header() -> None:
    webhook = Webhook("https://flexo.example/", (SHARED,))
    keys = [SigningKey(Signature.HMAC, bytes([number]) * 32) for number in range(KEYS_MAX + 2)]
    for key in keys:
        webhook = webhook.rotated(key, now=0, until=1000)
    assert [key.secret for key in webhook.good(0)] == [key.secret for key in keys[: -KEYS_MAX - 1 : -1]]


def test_nothing_secret_shows_itself() -> None:
    webhook = Webhook("https://flexo.example/token", (SHARED,))
    assert repr((webhook, SHARED)) == "(Webhook, SigningKey(hmac))"
