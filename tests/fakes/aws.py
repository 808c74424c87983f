"""AWS KMS on loopback, true to its contract: a key that is disabled or pending deletion is of no use."""

import hashlib
import hmac
import json
import os
import secrets
import ssl
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from connectors.sandbox.authority import Authority
from gateway.clock import Clock, system_clock
from gateway.vault.aws_endpoint import host_of
from tests.fakes.directions import led

REGION = "eu-central-1"
ACCESS_KEY_ID = "AKIDEXAMPLE"
SECRET_ACCESS_KEY = "made-up-for-tests"  # noqa: S105
NONCE_BYTES = 12


class Refusal(Exception):
    """An error by its type."""


@dataclass
class Key:
    """One KMS key. Its material never leaves the double."""

    id: str = field(default_factory=lambda: f"{secrets.token_hex(4)}-{secrets.token_hex(13)}x")
    material: bytes = field(default_factory=lambda: os.urandom(32))
    state: str = "Enabled"
    deletion_date: datetime | None = None

    def usable(self) -> "Key":
        if self.state == "Disabled":
            raise Refusal("DisabledException")
        if self.state != "Enabled":
            raise Refusal("KMSInvalidStateException")
        return self


@dataclass
class Kms:
    """An account's keys in one region, and what its administrator may do."""

    clock: Clock
    keys: dict[str, Key] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    #: How often an alias that is new is not known yet.
    delay: int = 0
    #: What our principal may not do.
    forbidden: set[str] = field(default_factory=set)
    port: int = 0
    authority: bytes = b""

    def __post_init__(self) -> None:
        self._unseen: dict[str, int] = {}

    def named(self, alias: str) -> Key:
        return self.keys[self.aliases[alias]]

    def cancel(self, alias: str) -> None:
        """Take a deletion back, as long as it is pending. The key is disabled then."""
        self._expire()
        key = self.named(alias)
        assert key.state == "PendingDeletion"
        key.state, key.deletion_date = "Disabled", None

    def session(self) -> aiohttp.ClientSession:
        """One that takes the double for the region's own host."""
        tls = ssl.create_default_context(cadata=self.authority.decode())
        return led(host_of(REGION), self.port, tls)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self._expire()
        try:
            _check_signature(request, body)
            operation = request.headers["x-amz-target"].removeprefix("TrentService.")
            answer = self._done(operation, json.loads(body))
        except Refusal as error:
            return web.json_response({"__type": str(error), "message": "not for us"}, status=400)
        return web.json_response(answer, content_type="application/x-amz-json-1.1")

    def _done(self, operation: str, asked: dict[str, Any]) -> object:
        if operation in self.forbidden:
            raise Refusal("AccessDeniedException")
        return getattr(self, f"_{operation}")(asked)

    def _expire(self) -> None:
        now = self.clock()
        gone = {key.id for key in self.keys.values() if key.deletion_date and key.deletion_date <= now}
        self.keys = {id_: key for id_, key in self.keys.items() if id_ not in gone}
        self.aliases = {alias: id_ for alias, id_ in self.aliases.items() if id_ not in gone}

    def _found(self, name: str) -> Key:
        if self._unseen.get(name):
            self._unseen[name] -= 1
            raise Refusal("NotFoundException")
        id_ = self.aliases.get(name, name)
        if id_ not in self.keys:
            raise Refusal("NotFoundException")
        return self.keys[id_]

    def _CreateKey(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  AWS's own name, as those below
        assert asked["Description"].startswith("alias/gateway/")
        key = Key()
        self.keys[key.id] = key
        return self._DescribeKey({"KeyId": key.id})

    def _CreateAlias(self, asked: dict[str, Any]) -> None:  # noqa: N802
        if asked["AliasName"] in self.aliases:
            raise Refusal("AlreadyExistsException")
        key = self._found(asked["TargetKeyId"])
        self.aliases[asked["AliasName"]] = key.id
        self._unseen[asked["AliasName"]] = self.delay

    def _DescribeKey(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        key = self._found(asked["KeyId"])
        metadata: dict[str, Any] = {"KeyId": key.id, "KeyState": key.state}
        if key.deletion_date:
            metadata["DeletionDate"] = key.deletion_date.timestamp()
        return {"KeyMetadata": metadata}

    def _GenerateDataKey(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        key = self._found(asked["KeyId"]).usable()
        assert asked["KeySpec"] == "AES_256"
        made = os.urandom(32)
        return {"Plaintext": _text(made), "CiphertextBlob": _sealed(key, made, asked), "KeyId": key.id}

    def _Encrypt(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        key = self._found(asked["KeyId"]).usable()
        return {"CiphertextBlob": _sealed(key, b64decode(asked["Plaintext"]), asked), "KeyId": key.id}

    def _Decrypt(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        blob, key = b64decode(asked["CiphertextBlob"]), self._found(asked["KeyId"]).usable()
        owner, rest = blob[: len(key.id)], blob[len(key.id) :]
        if owner.decode(errors="replace") not in self.keys:
            raise Refusal("InvalidCiphertextException")
        if owner.decode() != key.id:
            raise Refusal("IncorrectKeyException")
        try:
            made = AESGCM(key.material).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _bound(asked))
        except InvalidTag:
            raise Refusal("InvalidCiphertextException") from None
        return {"Plaintext": _text(made), "KeyId": key.id}

    def _ScheduleKeyDeletion(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if asked["KeyId"] in self.aliases:
            raise Refusal("NotFoundException")
        key = self._found(asked["KeyId"])
        if not 7 <= asked.get("PendingWindowInDays", 30) <= 30:
            raise Refusal("ValidationException")
        if key.state == "PendingDeletion":
            raise Refusal("KMSInvalidStateException")
        key.state = "PendingDeletion"
        key.deletion_date = self.clock() + timedelta(days=asked["PendingWindowInDays"])
        return {"KeyId": key.id, "DeletionDate": key.deletion_date.timestamp()}


def _check_signature(request: web.Request, body: bytes) -> None:
    """Signature Version 4, worked out anew."""
    claimed = request.headers.get("Authorization", "")
    scheme, _, rest = claimed.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if scheme != "AWS4-HMAC-SHA256" or not parts.get("Credential", "").startswith(f"{ACCESS_KEY_ID}/"):
        raise Refusal("UnrecognizedClientException")
    scope = parts["Credential"].removeprefix(f"{ACCESS_KEY_ID}/")
    names = parts["SignedHeaders"].split(";")
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
    asked = ["POST", request.path, "", headers, ";".join(names), hashlib.sha256(body).hexdigest()]
    digest = hashlib.sha256("\n".join(asked).encode()).hexdigest()
    said = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, digest])
    key = f"AWS4{SECRET_ACCESS_KEY}".encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    if scope.split("/")[1:] != [REGION, "kms", "aws4_request"] or not hmac.compare_digest(
        hmac.digest(key, said.encode(), "sha256").hex(), parts["Signature"]
    ):
        raise Refusal("InvalidSignatureException")


def _sealed(key: Key, clear: bytes, asked: dict[str, Any]) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return _text(key.id.encode() + nonce + AESGCM(key.material).encrypt(nonce, clear, _bound(asked)))


def _bound(asked: dict[str, Any]) -> bytes:
    return json.dumps(asked.get("EncryptionContext", {}), sort_keys=True).encode()


def _text(content: bytes) -> str:
    return b64encode(content).decode()


@asynccontextmanager
async def open_kms(clock: Clock) -> AsyncIterator[Kms]:
    """An account without keys."""
    kms, authority = Kms(clock), Authority(system_clock()())
    application = web.Application()
    application.router.add_post("/", kms.answer)
    server = TestServer(application, scheme="https")
    await server.start_server(ssl=authority.server_context(host_of(REGION)))
    assert server.port is not None
    kms.port, kms.authority = server.port, authority.pem
    yield kms
    await server.close()
