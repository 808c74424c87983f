"""How far a customer's logs and directory were read: a cursor of our own making, for Google has none. Pure.

A log is read anew from a day before it was read last, because entries come late: what was told is remembered.
The directory is listed once a day, those who are there and then those who are deleted, page by page.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from connectors.errors import CursorExpired
from connectors.google.account import Entry
from connectors.port import Cursor
from connectors.raw import Hidden

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
#: How late an entry may come. Google names minutes for one log and a couple of hours for the other, and
#: promises neither: support.google.com/a/answer/7061566.
LATE_MILLISECONDS = _DAY
#: Google keeps no log for longer.
LOG_MILLISECONDS = 180 * _DAY
LIST_MILLISECONDS = _DAY
#: A page's token is good for three days; one that is nearly over is not shown any more.
PAGE_MILLISECONDS = 2 * _DAY
#: So many entries of the last day are remembered, the latest; others are told again.
SEEN_MAX = 1000
_KEY_BYTES = 9


class Position(Hidden, frozen=True, omit_defaults=True):
    """Times are epoch milliseconds.

    ``asked``: up to when the logs were read; ``seen``: what of them was told since a day before, by digest.
    ``listed``: when the last whole listing began; ``begun``: when the one began that is under way, 0 if none
    is; ``deleted``: whether it has come to the deleted; ``page``: the token of its next page.
    """

    asked: int
    seen: dict[str, int] = msgspec.field(default_factory=dict)
    listed: int = 0
    begun: int = 0
    deleted: bool = False
    page: str | None = None

    @classmethod
    def read(cls, cursor: Cursor) -> "Position":
        """Raises CursorExpired for one that is not ours."""
        try:
            return msgspec.json.decode(cursor, type=cls)
        except (msgspec.MsgspecError, UnicodeEncodeError):
            raise CursorExpired("google_cursor_elsewhere") from None

    def check(self, now: int) -> None:
        """Raises CursorExpired where the logs do not reach back so far."""
        if not now - LOG_MILLISECONDS < self.asked:
            raise CursorExpired("google_log_forgotten")

    @property
    def cursor(self) -> Cursor:
        return Cursor(msgspec.json.encode(self).decode())

    @property
    def since(self) -> datetime:
        """From when on the logs are read."""
        return datetime.fromtimestamp((self.asked - LATE_MILLISECONDS) / 1000, UTC)

    def fresh(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Those that were not told yet."""
        return tuple(entry for entry in entries if _digest(entry) not in self.seen)

    def having_told(self, entries: Iterable[Entry], now: int) -> "Position":
        """Once these were told."""
        told = {_digest(entry): now if entry.at is None else _milliseconds(entry.at) for entry in entries}
        return replace(self, seen=self.seen | told) if told else self

    def having_read(self, now: int) -> "Position":
        """Once the logs were read to their ends. What no log is asked about any more is forgotten."""
        since = now - LATE_MILLISECONDS
        kept = sorted((at, digest) for digest, at in self.seen.items() if at >= since)[-SEEN_MAX:]
        return replace(self, asked=now, seen={digest: at for at, digest in kept})

    def listing(self, now: int) -> "Position":
        """As the directory is listed from here on: where that ended, from its beginning if it is due."""
        if self.begun and 0 <= now - self.begun < PAGE_MILLISECONDS:
            return self
        if not self.begun and 0 <= now - self.listed < LIST_MILLISECONDS:
            return self
        return self.anew(now)

    def anew(self, now: int) -> "Position":
        """As the directory is listed from its beginning."""
        return replace(self, begun=now, deleted=False, page=None)

    @property
    def is_listing(self) -> bool:
        return self.begun != 0

    def behind(self, page: str | None) -> "Position":
        """Behind a page of the listing, of which that is the next one's token."""
        if page is not None:
            return replace(self, page=page)
        if not self.deleted:
            return replace(self, deleted=True, page=None)
        return replace(self, listed=self.begun, begun=0, deleted=False, page=None)


def _digest(entry: Entry) -> str:
    return hashlib.blake2b(entry.key.encode(errors="replace"), digest_size=_KEY_BYTES).hexdigest()


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
