"""Server-Sent Events as a consumer reads them (WHATWG HTML, section 9.2.6)."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import msgspec
from aiohttp import StreamReader


class Event(NamedTuple):
    """One event. ``last``: the id to resume from, once it was dispatched."""

    kind: str
    data: dict[str, Any]
    last: str | None


async def events(content: StreamReader) -> AsyncIterator[Event]:
    """Events as they come; comments are passed over."""
    fields, last = dict[str, str](), None
    async for line in content:
        name, _, value = line.decode().rstrip("\r\n").partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
        elif line.strip() == b"" and "data" in fields:
            last = fields.get("id", last)
            yield Event(fields.get("event", "message"), msgspec.json.decode(fields["data"]), last)
            fields = {}
