"""The floor: the least that could be done with a page whose bookings are still apart, sealed and durable.

It reads the members that a booking needs, trusts them, and compares nothing with what is stored. One page is
one transaction of bookings, entries and cursor.
"""

import hmac
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA wal_autocheckpoint = 8000;
CREATE TABLE bookings (calendar TEXT, id TEXT, body BLOB, PRIMARY KEY (calendar, id));
CREATE TABLE entries (position INTEGER PRIMARY KEY, calendar TEXT, booking TEXT);
CREATE TABLE cursors (calendar TEXT PRIMARY KEY, cursor TEXT);
"""


class Moment(msgspec.Struct, rename="camel", gc=False):
    """Either provider's."""

    date_time: datetime


class Answer(msgspec.Struct, gc=False):
    """Graph's answer of a room."""

    response: str


class GraphEvent(msgspec.Struct, rename="camel", gc=False):
    """What a booking needs of Graph's event."""

    id: str
    start: Moment
    end: Moment
    type: str
    is_all_day: bool
    show_as: str
    is_cancelled: bool
    sensitivity: str
    response_status: Answer
    is_organizer: bool

    @property
    def tentative(self) -> bool:
        return self.show_as == "tentative"


class GraphPage(msgspec.Struct):
    """Graph's page."""

    items: list[GraphEvent] = msgspec.field(name="value")


class Row(msgspec.Struct, rename="camel", gc=False):
    """Google's answer of a room."""

    response_status: str


class GoogleEvent(msgspec.Struct, rename="camel", gc=False):
    """What a booking needs of Google's event."""

    id: str
    status: str
    start: Moment
    end: Moment
    event_type: str
    visibility: str | None = None
    recurring_event_id: str | None = None
    attendees: list[Row] = []

    @property
    def tentative(self) -> bool:
        return self.status == "tentative"


class GooglePage(msgspec.Struct):
    """Google's page."""

    items: list[GoogleEvent]


class Booking(msgspec.Struct, gc=False):
    """As much as the product stores."""

    id: str
    resource: str
    start: datetime
    end: datetime
    status: str
    zone: str = "Europe/Berlin"
    all_day: None = None
    people: None = None
    title: None = None
    conference: None = None
    booker: None = None


class Floor:
    """One database, one key of each sort, calendar after calendar."""

    def __init__(
        self, database: sqlite3.Connection, bodies: Sequence[bytes], shape: type[GraphPage | GooglePage]
    ) -> None:
        self._database = database
        self._bodies = bodies
        self._decoder = msgspec.json.Decoder(shape)
        self._keyed = hmac.new(os.urandom(32), digestmod="sha256")
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._calendars = 0
        self._position = 0

    async def take(self, calendars: int) -> None:
        for _ in range(calendars):
            self._calendars += 1
            for body in self._bodies:
                self._commit(f"calendar-{self._calendars}", self._decoder.decode(body))

    def _commit(self, calendar: str, page: GraphPage | GooglePage) -> None:
        encode, encrypt = msgspec.json.Encoder().encode, self._cipher.encrypt
        sealed, entries = [], []
        for event in page.items:
            self._position += 1
            identity = self._identity(event.id)
            status = "tentative" if event.tentative else "confirmed"
            booking = Booking(identity, calendar, event.start.date_time, event.end.date_time, status)
            nonce = os.urandom(12)
            sealed.append((calendar, identity, nonce + encrypt(nonce, encode(booking), None)))
            entries.append((self._position, calendar, identity))
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO bookings VALUES (?, ?, ?)", sealed)
            self._database.executemany("INSERT INTO entries VALUES (?, ?, ?)", entries)
            self._database.executemany("INSERT OR REPLACE INTO cursors VALUES (?, ?)", [(calendar, "cursor")])

    def _identity(self, event: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(event.encode())
        return keyed.hexdigest()[:32]


@contextmanager
def open_floor(
    directory: Path, bodies: Sequence[bytes], shape: type[GraphPage | GooglePage]
) -> Iterator[Floor]:
    """A new database in a directory."""
    with closing(sqlite3.connect(directory / "floor.db")) as database:
        database.executescript(_TABLES)
        yield Floor(database, bodies, shape)
