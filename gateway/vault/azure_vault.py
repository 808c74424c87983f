"""AzureVault: one Azure Key Vault over its REST interface, and what its refusals mean."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Protocol

import aiohttp
import msgspec
import structlog

from gateway.errors import KeyUnavailable
from gateway.vault.exchange import Answer, Exchange

VERSION = "api-version=7.4"

REFUSALS: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "The key vault refuses to use a key: what stands in the key directory was "
    "wrapped by another. What it sealed stays closed.",
    HTTPStatus.UNAUTHORIZED: "The key vault refuses our token. Check that key_service.azure.directory is the "
    "one that the vault belongs to.",
    HTTPStatus.FORBIDDEN: "The key vault refuses us, or a key is disabled there. Grant our application what "
    "config/README.md lists, and enable the key if it is to be used.",
    HTTPStatus.NOT_FOUND: "The key vault has no such key: it was deleted there, or this is another vault. "
    "What it sealed stays closed.",
    HTTPStatus.CONFLICT: "The key vault holds back a key of that name, deleted and not yet purged.",
}

#: With any other status.
CANNOT = "The key vault cannot do now what it is asked. Nothing is read or served until it can."

log = structlog.get_logger()


class Refused(KeyUnavailable):
    """The vault answered with an error. ``status`` is all that is kept of it."""

    def __init__(self, status: int) -> None:
        super().__init__(REFUSALS.get(status, CANNOT))
        self.status = status


class VaultGrant(Protocol):
    """Proves to a vault who we are. ``token`` raises KeyUnavailable."""

    async def token(self) -> str: ...

    def forget(self, token: str) -> None: ...


class AzureVault:
    """Asks one vault. All methods raise KeyUnavailable."""

    def __init__(self, session: aiohttp.ClientSession, vault_url: str, grant: VaultGrant) -> None:
        self._exchange = Exchange(session)
        self._vault_url = vault_url.rstrip("/")
        self._grant = grant

    async def ask(self, method: str, path: str, **body: object) -> Answer:
        """Raises Refused for what the vault refuses."""
        token = await self._grant.token()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        sent = msgspec.json.encode(body) if body else None
        answer = await self._exchange.ask(method, f"{self._vault_url}/{path}?{VERSION}", headers, sent)
        if answer.status in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
            return answer
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._grant.forget(token)
        if answer.status != HTTPStatus.NOT_FOUND:
            log.warning("key_service_refuses", status=answer.status)
        raise Refused(answer.status)
