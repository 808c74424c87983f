"""The naive way, as one writes it in an afternoon: whole documents, a pattern per event, Fernet, an ORM."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class _Base(DeclarativeBase):
    pass


class Stored(_Base):
    """A booking."""

    __tablename__ = "bookings"

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar: Mapped[str]
    event: Mapped[str] = mapped_column(index=True)
    body: Mapped[bytes]


class Told(_Base):
    """A feed entry."""

    __tablename__ = "entries"

    position: Mapped[int] = mapped_column(primary_key=True)
    calendar: Mapped[str]
    event: Mapped[str]


class Naive:
    """Page after page of one calendar, over and over."""

    def __init__(self, session: Session, bodies: Sequence[bytes]) -> None:
        self._session = session
        self._bodies = bodies
        self._fernet = Fernet(Fernet.generate_key())
        self._pages = 0

    async def take(self, pages: int) -> None:
        for number in range(self._pages, self._pages + pages):
            for event in _items(json.loads(self._bodies[number % len(self._bodies)])):
                self._add(event)
            self._session.commit()
        self._pages += pages

    def _add(self, event: dict[str, Any]) -> None:
        booking = {
            "id": event["id"],
            "start": event["start"]["dateTime"],
            "end": event["end"]["dateTime"],
            "title": _people(event).sub("[name]", event.get("subject", "")),
            "status": event.get("showAs") or event.get("status"),
        }
        body = self._fernet.encrypt(json.dumps(booking).encode())
        self._session.add(Stored(calendar="calendar", event=event["id"], body=body))
        self._session.add(Told(calendar="calendar", event=event["id"]))


def _items(page: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = page["value"] if "value" in page else page["items"]
    return items


def _people(event: dict[str, Any]) -> re.Pattern[str]:
    """Everyone whom the event lists; Google, asked for nobody, lists only the room."""
    listed = [event.get("organizer", {}), *event["attendees"]]
    names = [row["emailAddress"]["name"] for row in listed if "emailAddress" in row]
    return re.compile(
        "|".join(rf"\b{re.escape(name)}\b" for name in names) or re.escape(event["id"]), re.IGNORECASE
    )


@contextmanager
def open_naive(directory: Path, bodies: Sequence[bytes]) -> Iterator[Naive]:
    """A new database in a directory, as SQLite comes."""
    engine = create_engine(f"sqlite:///{directory / 'naive.db'}")
    _Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield Naive(session, bodies)
    engine.dispose()
