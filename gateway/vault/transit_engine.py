"""TransitEngine: what a transit engine of Vault or OpenBao is asked, and what its refusals mean."""

import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Generic, TypeVar

import aiohttp
import msgspec
import structlog

from gateway.errors import KeyUnavailable
from gateway.vault.exchange import Answer, Exchange, decoded, not_understood
from gateway.vault.files import in_thread

#: What may stand in a header, and no more than that.
TOKEN = re.compile(rb"[\x21-\x7e]{1,4096}")

#: By status.
REFUSALS: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "The key service refuses to use a key: it was destroyed there, or what stands in "
    "the key directory was wrapped by another. What it sealed stays closed.",
    HTTPStatus.FORBIDDEN: "The key service refuses our token. Put one into token_file whose policy allows "
    "what config/README.md lists; it is read anew each time.",
    HTTPStatus.NOT_FOUND: "The key service has no transit engine at that mount. Check "
    "key_service.transit.mount.",
}

#: With any other status.
CANNOT = (
    "The key service cannot do now what it is asked: it is sealed, stands by or has too much to do. Nothing "
    "is read or served until it can; unseal it, or let key_service.transit.url name one that is active."
)

#: Of the engine itself; what it means is for whoever asked.
JUDGED_BY_CALLER = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})

Data = TypeVar("Data")

log = structlog.get_logger()


class _Said(msgspec.Struct, Generic[Data], frozen=True):
    data: Data


class TransitEngine:
    """One transit engine, at the address of its mount. All methods raise KeyUnavailable.

    The token is read for every request, so that whatever renews it may do so at any time.
    """

    def __init__(self, session: aiohttp.ClientSession, mount_url: str, token_file: Path) -> None:
        self._exchange = Exchange(session)
        self._mount_url = mount_url
        self._token_file = token_file

    async def ask(self, method: str, path: str, **body: str | int | bool) -> Answer:
        """Its answer: done, or that it cannot be done, as it says with 400 or 404."""
        headers = {"X-Vault-Token": await self._token(), "X-Vault-Request": "true"}
        sent = msgspec.json.encode(body) if body else None
        answer = await self._exchange.ask(method, f"{self._mount_url}/{path}", headers, sent)
        if not _is_done(answer) and answer.status not in JUDGED_BY_CALLER:
            raise _refused(answer.status)
        return answer

    async def done(self, method: str, path: str, **body: str | int | bool) -> Answer:
        """Its answer, once it has done what it was asked."""
        answer = await self.ask(method, path, **body)
        if not _is_done(answer):
            raise _refused(answer.status)
        return answer

    async def has(self, name: str) -> bool:
        """Whether there is a key of that name. That the engine is not there is not taken for *no*."""
        answer = await self.ask("GET", f"keys/{name}")
        if _is_done(answer):
            if data_in(answer, _Named).name != name:
                raise not_understood()
            return True
        # Where nothing is mounted, it names the route that it does not know.
        if answer.status == HTTPStatus.NOT_FOUND and decoded(answer, _Errors).errors == []:
            return False
        raise _refused(answer.status)

    async def _token(self) -> str:
        content = await in_thread(partial(_read_token, self._token_file))
        if TOKEN.fullmatch(content) is None:
            raise KeyUnavailable(
                "token_file holds no token of the key service. Put one there, and nothing else."
            )
        return content.decode("ascii")


class _Named(msgspec.Struct, frozen=True):
    name: str


class _Errors(msgspec.Struct, frozen=True):
    errors: list[str]


def data_in(answer: Answer, kind: type[Data]) -> Data:
    return decoded(answer, _Said[kind]).data  # type: ignore[valid-type]  # msgspec reads the parameter


def _is_done(answer: Answer) -> bool:
    return answer.status in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}


def _read_token(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except OSError:
        raise KeyUnavailable(
            "token_file cannot be read, so the key service is not asked. Check its path and that the "
            "gateway's user may read it."
        ) from None


def _refused(status: int) -> KeyUnavailable:
    log.warning("key_service_refuses", status=status)
    return KeyUnavailable(REFUSALS.get(status, CANNOT))
