"""A typed client of the feed, for whoever consumes it. Depends on nothing else of this package."""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import AsyncGenerator, Collection, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

import aiohttp
import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.jwk import OKPKey

#: Longer than the longest wait that the service allows.
TIMEOUT = aiohttp.ClientTimeout(total=60)
#: How long each request of whoever follows the feed waits for news.
WAIT_SECONDS = 25
PAGE = 500
#: A webhook's clock and ours may differ by so much; a copy that is sent later is refused.
TOLERANCE_SECONDS = 300

Shape = TypeVar("Shape")


class FeedEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry, a CloudEvent 1.0. ``data`` is what the entry's ``type`` says it is."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    datacontenttype: str
    data: dict[str, Any]
    subject: str | None = None


class FeedPage(msgspec.Struct, frozen=True):
    """Entries in order, and the cursor to go on from; ``more`` tells that others are ready now."""

    entries: list[FeedEntry]
    next: str
    more: bool
    #: Tenants that cannot be told of now: show what you have of them as unknown.
    unavailable: list[str] = []


class ResourceBookings(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """What stands in a resource within an interval, and how current that is: *unknown* is not free.

    ``cursor``: reading the feed on from it tells what happens next. Times are RFC 3339.
    """

    tenant: str
    resource: str
    state: dict[str, Any]
    start: str
    end: str
    bookings: list[dict[str, Any]]
    cursor: str


class FeedRefused(Exception):
    """The service answered with a problem (RFC 9457)."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(f"{title}. {detail}".strip())
        self.status = status


class Deletion(NamedTuple):
    """What was deleted for an erasure, to be signed. ``key`` is the private Ed25519 key, PEM.

    ``scope``: ``tenant`` after ``tenant.erased``, ``subject`` after ``subject.erased``. ``copies_until``:
    when the last copy of it is gone, such as a backup; None: there is none. Times are aware.
    """

    key: bytes
    scope: str
    executed_at: datetime
    copies_until: datetime | None = None

    def signed(self, erasure: str) -> str:
        """A compact JWS (RFC 7515) that says so of one erasure."""
        said = {
            "erasure": erasure,
            "scope": self.scope,
            "result": "executed",
            "executed_at": self.executed_at,
            "copies_until": self.copies_until,
        }
        header, key = {"alg": "Ed25519", "typ": "erasure-acknowledgement+jws"}, OKPKey.import_key(self.key)
        return jws.serialize_compact(header, msgspec.json.encode(said), key, algorithms=["Ed25519"])


class _Resolved(msgspec.Struct):
    pseudonym: str


class _Problem(msgspec.Struct):
    title: str = "The feed could not be read"
    detail: str = ""


class FeedClient:
    """Reads one consumer's feed over a session that the caller opens and closes."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    async def pages(
        self, after: str | None = None, *, limit: int = PAGE, follow: bool = False
    ) -> AsyncGenerator[FeedPage, None]:
        """Pages behind a cursor up to the present or, to ``follow``, as they come, for ever.

        Fold a page, keep its ``next``, then ask for another: whoever starts again from there misses nothing,
        and may be told some of it twice. Raises as ``read`` does; a FeedRefused of status 410 says to drop
        everything and to begin without a cursor.
        """
        while True:
            wait_seconds = WAIT_SECONDS if follow and after else 0
            page = await self.read(after, limit=limit, wait_seconds=wait_seconds)
            yield page
            after = page.next
            if not (page.more or follow):
                return

    async def bookings(self, resource: str, start: datetime, end: datetime) -> ResourceBookings:
        """What stands in a resource between two aware times. Raises as ``read`` does."""
        query = {"from": start.isoformat(), "to": end.isoformat()}
        body = await self._call("GET", f"/v1/resources/{resource}/bookings", query)
        return _decoded(body, ResourceBookings)

    async def resolve(self, tenant: str, user: str) -> str | None:
        """By which pseudonym one of FlexO's users is enrolled at a tenant; None: they are not, or no more.

        Raises as ``read`` does.
        """
        try:
            asked = msgspec.json.encode({"tenant": tenant, "user": user})
            body = await self._call("POST", "/v1/subjects:resolve", {}, asked)
        except FeedRefused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return _decoded(body, _Resolved).pseudonym

    async def usage(self, tenant: str, month: str) -> dict[str, Any]:
        """How a tenant's places were used in a month (``YYYY-MM``), as ``/v1/reference`` describes it.

        Raises as ``read`` does; a FeedRefused of status 404 where nothing was released of it, or not yet.
        """
        body = await self._call("GET", "/v1/usage", {"tenant": tenant, "month": month})
        return _decoded(body, dict[str, Any])

    async def read(self, after: str | None, *, limit: int = PAGE, wait_seconds: int = 0) -> FeedPage:
        """Read on from a cursor, or from the current state if it is None.

        Raises FeedRefused; aiohttp.ClientError or TimeoutError if the service cannot be reached.
        """
        query = {"limit": str(limit), "wait": str(wait_seconds)} | ({} if after is None else {"after": after})
        return _decoded(await self._call("GET", "/v1/feed", query), FeedPage)

    async def acknowledge(self, erasure: str, deletion: Deletion | None = None) -> None:
        """Say that everything the erasure concerns has been deleted here. Saying it twice is no error.

        Signed, where the operator registered a key; FeedRefused where a signature is missing or wrong.
        """
        path = f"/v1/erasures/{erasure}/acknowledgement"
        if deletion is None:
            await self._call("POST", path, {})
        else:
            await self._call("POST", path, {}, deletion.signed(erasure).encode(), "application/jose")

    async def _call(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        data: bytes | None = None,
        media_type: str = "application/json",
    ) -> bytes:
        headers = self._headers if data is None else {**self._headers, "Content-Type": media_type}
        request = self._session.request(
            method,
            f"{self._url}{path}",
            params=query,
            headers=headers,
            data=data,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        async with request as response:
            body = await response.read()
            if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                raise _refusal(response.status, body)
            return body


class WebhookRefused(Exception):
    """No webhook of the feed, or not one of now. It does not say why."""


def webhook_entry(headers: Mapping[str, str], body: bytes, keys: Collection[str], now: datetime) -> FeedEntry:
    """What a webhook tells, once verified (Standard Webhooks 1.0). Raises WebhookRefused.

    ``keys``: all that the operator handed out and that are good, ``whsec_`` or ``whpk_``; ``now`` is aware.
    What comes twice bears the same ``webhook-id``: take it once. Store it, then answer 2xx within 15 s.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message, at, signatures = (given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    is_of_now = at.isascii() and at.isdigit() and abs(int(at[:16]) - now.timestamp()) <= TOLERANCE_SECONDS
    said = b".".join((message.encode(errors="replace"), at.encode(errors="replace"), body))
    good = [_is_signed(said, signature, key) for signature in signatures.split(" ") for key in keys]
    try:
        if is_of_now and any(good):
            return msgspec.json.decode(body, type=FeedEntry)
    except msgspec.MsgspecError:
        pass
    raise WebhookRefused


def _is_signed(said: bytes, signature: str, key: str) -> bool:
    """Whether one signature of a list is by one key."""
    version, _, written = signature.partition(",")
    prefix, _, kept = key.partition("_")
    try:
        raw, secret = b64decode(written, validate=True), b64decode(kept, validate=True)
        if (version, prefix) == ("v1", "whsec"):
            return hmac.compare_digest(hmac.digest(secret, said, hashlib.sha256), raw)
        if (version, prefix) == ("v1a", "whpk"):
            Ed25519PublicKey.from_public_bytes(secret).verify(raw, said)
            return True
    except (ValueError, InvalidSignature):
        pass
    return False


def _decoded(body: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError:
        raise FeedRefused(HTTPStatus.OK, "What answers there is no feed", "Check the address.") from None


def _refusal(status: int, body: bytes) -> FeedRefused:
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem()
    return FeedRefused(status, problem.title, problem.detail)
