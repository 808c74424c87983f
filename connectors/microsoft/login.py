"""The way to one cloud's login hosts for msal, which asks for a blocking client of its own. Runs in threads.

msal prints and logs the bodies of answers, so it is given only what it needs of them: codes and tokens.
"""

import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from connectors.errors import AccessLost, Malformed, Throttled, Unreachable
from connectors.retry_after import retry_after_seconds

T = TypeVar("T")

TIMEOUT_SECONDS = 10.0
BODY_BYTES_MAX = 2**20


class Discovery(msgspec.Struct):
    """What msal reads of OpenID Connect's discovery document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str


class TokenReply(msgspec.Struct, omit_defaults=True):
    """What msal reads of a token endpoint's answer, good or bad."""

    access_token: str = ""
    token_type: str = ""
    expires_in: int = 0
    ext_expires_in: int = 0
    refresh_in: int = 0
    error: str = ""
    suberror: str = ""
    error_codes: list[int] = []


class Reply(NamedTuple):
    """An answer in the form that msal expects."""

    status_code: int
    text: str
    headers: Mapping[str, str] = {}

    def raise_for_status(self) -> None:
        """Failures have been raised by then."""


class LoginHost:
    """Sends msal's requests to the hosts that it was made for, and to no other; follows no redirects."""

    def __init__(self, urls: Sequence[str], tls: ssl.SSLContext) -> None:
        self._origins = {urlsplit(url)[:2] for url in urls}
        self._tls = tls

    def get(self, url: str, **_: Any) -> Reply:
        """A discovery document. A directory that Entra does not know has none."""
        status, body = self._exchange("GET", url)
        if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
            raise AccessLost("entra_tenant_missing")
        return Reply(status, msgspec.json.encode(_read(body, Discovery)).decode())

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], **_: Any) -> Reply:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, body = self._exchange("POST", url, urlencode(data), {**headers, **form})
        reply = _read(body, TokenReply)
        if not (reply.access_token or reply.error):
            raise Unreachable("entra_unreadable")
        return Reply(status, msgspec.json.encode(reply).decode())

    def close(self) -> None:
        """Each request has a connection of its own: there is one an hour."""

    def _exchange(
        self, method: str, url: str, form: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        target = urlsplit(url)
        if target[:2] not in self._origins:
            raise Malformed("foreign_link")
        path = f"{target.path}?{target.query}" if target.query else target.path
        connection = HTTPSConnection(target.netloc, timeout=TIMEOUT_SECONDS, context=self._tls)
        code = "entra_unreachable"
        try:
            connection.request(method, path, form, dict(headers or {}))
            response = connection.getresponse()
            status, body, said = response.status, response.read(BODY_BYTES_MAX), response.headers
        except TimeoutError:
            code = "entra_timeout"
        except (OSError, HTTPException):
            pass
        else:
            _check(status, said)
            return status, body
        finally:
            connection.close()
        raise Unreachable(code)


def _check(status: int, headers: Message) -> None:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled("entra_throttled", retry_after_seconds(headers) or 0)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable("entra_unavailable")


def _read(body: bytes, shape: type[T]) -> T:
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(body, type=shape, strict=False)
    raise Unreachable("entra_unreadable")
