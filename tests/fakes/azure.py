"""An Azure Key Vault on loopback, true to its contract: what is disabled or deleted there is of no use."""

import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from connectors.sandbox.authority import Authority
from gateway.clock import Clock, system_clock

HOST = "made-up.vault.azure.net"
TOKEN = "token-1"  # noqa: S105
RETENTION = timedelta(days=90)
NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
NONCE_BYTES = 12


class Refusal(Exception):
    """An error by its status."""


@dataclass
class Key:
    """A key in its versions. What stands for RSA keys here never leaves the double."""

    versions: dict[str, bytes] = field(default_factory=dict)
    operations: list[str] = field(default_factory=list)
    enabled: bool = True
    purged_at: datetime | None = None

    def add(self) -> None:
        self.versions[os.urandom(16).hex()] = os.urandom(32)


@dataclass
class Vault:
    """What a vault holds, and what its administrator may do."""

    clock: Clock
    purge_protection: bool = False
    deletion_granted: bool = True
    keys: dict[str, Key] = field(default_factory=dict)
    deleted: dict[str, Key] = field(default_factory=dict)
    #: How often a deleted key is not known as such yet.
    delay: int = 0
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    port: int = 0
    authority: bytes = b""

    def __post_init__(self) -> None:
        self._unseen = 0

    def recover(self, name: str) -> None:
        self._expire()
        self.keys[name] = self.deleted.pop(name)
        self.keys[name].purged_at = None

    async def answer(self, request: web.Request) -> web.Response:
        self._expire()
        body = await request.json() if request.can_read_body else {}
        try:
            answer = self._done(request, body)
        except Refusal as error:
            return web.json_response({"error": {"code": "not for us"}}, status=error.args[0])
        return web.Response(status=204) if answer is None else web.json_response(answer)

    def _done(self, request: web.Request, asked: dict[str, Any]) -> dict[str, Any] | None:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Refusal(401)
        _, where, name, *rest = request.path.split("/")
        if NAME.fullmatch(name) is None or request.query.get("api-version") != "7.4":
            raise Refusal(400)
        # A name means the same in any case.
        name = name.lower()
        match f"{request.method} {where}", rest:
            case "GET keys", []:
                return self._bundle(name)
            case "POST keys", ["create"]:
                return self._create(name, asked)
            case "DELETE keys", []:
                return self._delete(name)
            case "GET deletedkeys", []:
                return self._deleted(name)
            case "DELETE deletedkeys", []:
                self._purge(name)
                return None
            case "POST keys", [version, ("wrapkey" | "unwrapkey") as operation]:
                return self._use(name, version, operation, asked)
            case _:
                raise Refusal(405)

    def _expire(self) -> None:
        now = self.clock()
        self.deleted = {n: key for n, key in self.deleted.items() if key.purged_at and key.purged_at > now}

    def _key(self, name: str) -> Key:
        if name not in self.keys:
            raise Refusal(404)
        return self.keys[name]

    def _bundle(self, name: str) -> dict[str, Any]:
        key = self._key(name)
        kid = f"https://{HOST}/keys/{name}/{[*key.versions][-1]}"
        return {"key": {"kid": kid, "kty": "RSA"}, "attributes": {"enabled": key.enabled}}

    def _create(self, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        if name in self.deleted:
            raise Refusal(409)
        if (asked["kty"], asked["key_size"]) != ("RSA", 3072):
            raise Refusal(400)
        self.keys.setdefault(name, Key(operations=asked["key_ops"])).add()
        return self._bundle(name)

    def _delete(self, name: str) -> dict[str, Any]:
        key = self._key(name)
        if not self.deletion_granted:
            raise Refusal(403)
        key.purged_at = self.clock() + RETENTION
        self.deleted[name] = self.keys.pop(name)
        self._unseen = self.delay
        return {"scheduledPurgeDate": int(key.purged_at.timestamp())}

    def _deleted(self, name: str) -> dict[str, Any]:
        if self._unseen:
            self._unseen -= 1
            raise Refusal(404)
        if name not in self.deleted:
            raise Refusal(404)
        purged_at = self.deleted[name].purged_at
        assert purged_at is not None
        return {"scheduledPurgeDate": int(purged_at.timestamp())}

    def _purge(self, name: str) -> None:
        if name not in self.deleted:
            raise Refusal(404)
        if self.purge_protection:
            raise Refusal(403)
        del self.deleted[name]

    def _use(self, name: str, version: str, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        key, value = self._key(name), urlsafe_b64decode(asked["value"] + "===")
        if not key.enabled or operation not in map(str.lower, key.operations):
            raise Refusal(403)
        if version not in key.versions:
            raise Refusal(404)
        if asked["alg"] != "RSA-OAEP-256":
            raise Refusal(400)
        cipher = AESGCM(key.versions[version])
        if operation == "wrapkey":
            nonce = os.urandom(NONCE_BYTES)
            return _told(nonce + cipher.encrypt(nonce, value, None))
        try:
            return _told(cipher.decrypt(value[:NONCE_BYTES], value[NONCE_BYTES:], None))
        except (InvalidTag, ValueError):
            raise Refusal(400) from None


def _told(value: bytes) -> dict[str, Any]:
    return {"value": urlsafe_b64encode(value).rstrip(b"=").decode()}


class Grant:
    """Shows one token until it is told that it was refused; then the next."""

    def __init__(self) -> None:
        self.number = 1

    async def token(self) -> str:
        return f"token-{self.number}"

    def forget(self, token: str) -> None:
        assert token == f"token-{self.number}"
        self.number += 1


@asynccontextmanager
async def open_vault(clock: Clock) -> AsyncIterator[Vault]:
    """A vault without keys."""
    vault, authority = Vault(clock), Authority(system_clock()())
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", vault.answer)
    server = TestServer(application, scheme="https")
    await server.start_server(ssl=authority.server_context(HOST))
    assert server.port is not None
    vault.port, vault.authority = server.port, authority.pem
    yield vault
    await server.close()
