"""Resource data: opened as a receiver opens it, and every way in which it must not open."""

import hmac
from base64 import b64decode, b64encode
from typing import Any, NamedTuple

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from connectors.sandbox.authority import draft, subject
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.credentials import CLIENT_ID
from connectors.sandbox.notification_publisher import PUBLISHER_ID
from connectors.sandbox.server import Sandbox
from tests.connectors.sandbox.callers import IMMUTABLE, WALL_CLOCK, Answer, Caller, in_days
from tests.connectors.sandbox.receivers import Receiver

PATH = "/graph/v1.0/subscriptions"


class CannotOpen(Exception):
    """What was received is not what Graph makes."""


class Opener(NamedTuple):
    """What a receiver needs to read what it is sent."""

    key: RSAPrivateKey
    keys: KeySet
    tenant: str

    def opened(self, content: dict[str, str]) -> Any:
        """The resource in one ``encryptedContent``."""
        if content["encryptionCertificateId"] != "ours":
            raise CannotOpen
        digest = hashes.SHA1()  # noqa: S303
        try:
            secret = self.key.decrypt(b64decode(content["dataKey"]), OAEP(MGF1(digest), digest, None))
        except ValueError:
            raise CannotOpen from None
        data = b64decode(content["data"])
        signature = b64decode(content["dataSignature"])
        if not hmac.compare_digest(hmac.digest(secret, data, "sha256"), signature):
            raise CannotOpen
        decryptor, unpadder = Cipher(AES256(secret), CBC(secret[:16])).decryptor(), PKCS7(128).unpadder()
        try:
            padded = decryptor.update(data) + decryptor.finalize()
            return msgspec.json.decode(unpadder.update(padded) + unpadder.finalize())
        except ValueError:
            raise CannotOpen from None

    def checked(self, tokens: list[str]) -> None:
        """Refuse unless every validation token is Graph's, for us and for the tenant."""
        if not tokens:
            raise CannotOpen
        for token in tokens:
            try:
                claims = jwt.decode(token, self.keys, algorithms=["RS256"]).claims
            except (JoseError, ValueError):
                raise CannotOpen from None
            stated = {
                "aud": CLIENT_ID,
                "iss": f"https://sts.windows.net/{self.tenant}/",
                "appid": PUBLISHER_ID,
            }
            if claims["exp"] <= WALL_CLOCK().timestamp() or stated.items() - claims.items():
                raise CannotOpen


@pytest.fixture
async def opener(anyone: Caller, sandbox: Sandbox) -> Opener:
    discovery = await anyone.get("/common/.well-known/openid-configuration")
    keys = await anyone.get(discovery.body["jwks_uri"])
    key = load_pem_private_key(sandbox.identity.certificate.pem, None)
    assert isinstance(key, RSAPrivateKey)
    return Opener(key, KeySet.import_key_set(keys.body), sandbox.world.tenants[0].id)


async def _subscribe(graph: Caller, receiver: Receiver, calendar: Calendar, **changed: Any) -> Answer:
    body = {
        "changeType": "created,updated,deleted",
        "resource": f"users/{calendar.address}/events?$select=start,end,showAs",
        "notificationUrl": f"{receiver.url}/n",
        "expirationDateTime": in_days(1).isoformat(),
        "includeResourceData": True,
        "encryptionCertificate": b64encode(graph.sandbox.identity.certificate.der).decode(),
        "encryptionCertificateId": "ours",
    } | changed
    return await graph.send("POST", PATH, prefer=IMMUTABLE, json=body)


async def _told(sandbox: Sandbox, receiver: Receiver, calendar: Calendar) -> dict[str, Any]:
    key = next(key for key, event in calendar.events.items() if event["type"] == "singleInstance")
    calendar.cancel(key)
    await sandbox.notifier.deliver()
    (message,) = receiver.taken()
    return dict(msgspec.json.decode(message.raw))


async def test_a_receiver_opens_what_it_selected(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, opener: Opener
) -> None:
    answer = await _subscribe(graph, receiver, graph_room)
    assert answer.body["encryptionCertificate"] is None
    told = await _told(sandbox, receiver, graph_room)
    opener.checked(told["validationTokens"])
    (item,) = told["value"]
    event = opener.opened(item["encryptedContent"])
    assert event["id"] == item["resourceData"]["id"]
    names = {name for name in event if "@" not in name}
    assert names == {"id", "start", "end", "showAs"}


async def test_what_is_gone_has_no_data(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar
) -> None:
    await _subscribe(graph, receiver, graph_room)
    graph_room.delete(next(key for key, event in graph_room.events.items() if "attendees" in event))
    await sandbox.notifier.deliver()
    (message,) = receiver.taken()
    deleted = [item for item in message.items if item["changeType"] == "deleted"]
    assert deleted
    assert not any("encryptedContent" in item for item in deleted)


async def test_another_certificate_is_taken_at_once(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar
) -> None:
    key = (await _subscribe(graph, receiver, graph_room)).body["id"]
    certificate = b64encode(sandbox.identity.certificate.der).decode()
    body = {"encryptionCertificate": certificate, "encryptionCertificateId": "next"}
    assert (await graph.send("PATCH", f"{PATH}/{key}", json=body)).status == 200
    (item,) = (await _told(sandbox, receiver, graph_room))["value"]
    assert item["encryptedContent"]["encryptionCertificateId"] == "next"
    half = await graph.send("PATCH", f"{PATH}/{key}", json={"encryptionCertificateId": "half"})
    assert half.status == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"encryptionCertificate": None},
        {"encryptionCertificate": "bm90IGEgY2VydGlmaWNhdGU="},
        {"encryptionCertificateId": None},
        {"expirationDateTime": in_days(1.1).isoformat()},
        {"resource": "users/room.001@haldenvoss.example/events"},
        {"resource": "users/room.001@haldenvoss.example/events?$select=body"},
        {"resource": "users/room.001@haldenvoss.example/events?$select=start&$top=1"},
        {"resource": "users/room.001@haldenvoss.example/events?$select=madeUp"},
    ],
)
async def test_what_cannot_be_sealed_is_refused(
    graph: Caller, receiver: Receiver, graph_room: Calendar, changed: dict[str, Any]
) -> None:
    assert (await _subscribe(graph, receiver, graph_room, **changed)).status == 400


async def test_keys_that_are_too_short_or_of_another_sort_are_refused(
    graph: Caller, receiver: Receiver, graph_room: Calendar, sandbox: Sandbox
) -> None:
    name = subject("short")
    key = generate_private_key(65_537, 1024)  # noqa: S505  too short on purpose
    short = draft(name, key, name, WALL_CLOCK()).sign(key, hashes.SHA256())
    elliptic = load_pem_x509_certificate(sandbox.identity.authority.pem)
    for certificate in (short, elliptic):
        text = b64encode(certificate.public_bytes(Encoding.DER)).decode()
        assert (await _subscribe(graph, receiver, graph_room, encryptionCertificate=text)).status == 400


@pytest.mark.parametrize(
    "fault", ["rich-wrong-signature", "rich-wrong-key-hash", "rich-unknown-certificate", "rich-truncated"]
)
async def test_broken_data_does_not_open(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, opener: Opener, fault: str
) -> None:
    await _subscribe(graph, receiver, graph_room)
    sandbox.notifier.faults.plan(fault)
    broken = (await _told(sandbox, receiver, graph_room))["value"][0]
    with pytest.raises(CannotOpen):
        opener.opened(broken["encryptedContent"])
    whole = (await _told(sandbox, receiver, graph_room))["value"][0]
    assert opener.opened(whole["encryptedContent"])


@pytest.mark.parametrize(
    "fault",
    [
        "rich-no-tokens",
        "rich-expired-token",
        "rich-wrong-audience",
        "rich-wrong-issuer",
        "rich-wrong-publisher",
        "rich-one-bad-token",
        "rich-unsigned-token",
        "rich-symmetric-token",
    ],
)
async def test_bad_validation_tokens_are_none(
    graph: Caller, sandbox: Sandbox, receiver: Receiver, graph_room: Calendar, opener: Opener, fault: str
) -> None:
    await _subscribe(graph, receiver, graph_room)
    sandbox.notifier.faults.plan(fault)
    with pytest.raises(CannotOpen):
        opener.checked((await _told(sandbox, receiver, graph_room))["validationTokens"])
    opener.checked((await _told(sandbox, receiver, graph_room))["validationTokens"])
