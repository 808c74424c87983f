"""Of what the signs of faults are made."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from yarl import URL

from tests.connectors.sandbox.fault_scenes import Shown

#: Compares what came of a request with what comes when nothing goes wrong.
Sign = Callable[[Shown, Shown], bool]


def one_changed(is_so: Callable[[dict[str, Any]], Any], *names: str) -> Sign:
    """One item is so, and was not; of the others, and of its other members, nothing differs."""

    def sign(shown: Shown, usual: Shown) -> bool:
        pairs = zip(shown.items, usual.items, strict=True)
        others = [(now, before) for now, before in pairs if now != before]
        if len(others) != 1 or not is_so(others[0][0]):
            return False
        now, before = others[0]
        return not names or {name for name in now | before if now.get(name) != before.get(name)} <= {*names}

    return sign


def one_added(is_so: Callable[[dict[str, Any]], Any]) -> Sign:
    return lambda shown, usual: shown.items[:-1] == usual.items and bool(is_so(shown.items[-1]))


def all_are(is_so: Callable[[dict[str, Any]], Any]) -> Sign:
    return lambda shown, usual: (
        len(shown.items) == len(usual.items) and shown != usual and all(map(is_so, shown.items))
    )


def linked(start: str) -> Sign:
    def sign(shown: Shown, usual: Shown) -> bool:
        links = [shown.body[name] for name in ("@odata.nextLink", "@odata.deltaLink") if name in shown.body]
        return links[0].startswith(start) and shown.items == usual.items

    return sign


def first_page(items: Callable[[int, int], bool]) -> Sign:
    """Fewer items or as many, and a way on that is no cursor."""

    def sign(shown: Shown, usual: Shown) -> bool:
        told, held = (_rows(one.body) for one in (shown, usual))
        leads_on = "@odata.nextLink" in shown.body or "nextPageToken" in shown.body
        ends = "@odata.deltaLink" in shown.body or "nextSyncToken" in shown.body
        return items(len(told), len(held)) and leads_on and not ends

    return sign


def _rows(body: dict[str, Any]) -> list[Any]:
    """Those of a page, whatever they are called."""
    return next((body[name] for name in ("buildings", "users", "value", "items") if body.get(name)), [])


def length(event: dict[str, Any]) -> timedelta:
    start, end = (datetime.fromisoformat(event[name]["dateTime"][:19]) for name in ("start", "end"))
    return end - start


def self_row(event: dict[str, Any]) -> dict[str, Any]:
    return next(row for row in event["attendees"] if row.get("self"))


def dated(shown: Shown, _: Shown) -> bool:
    wait, now = (parsedate_to_datetime(shown.headers[name]) for name in ("Retry-After", "Date"))
    return shown.status == 429 and wait - now == timedelta(seconds=30)


def sent_back(*, error: str | None, state: str | None) -> Sign:
    """A code, or an error in its place, and this state."""

    def sign(shown: Shown, _: Shown) -> bool:
        told = URL(shown.headers["Location"]).query
        return (told.get("error"), told.get("state"), "code" in told) == (error, state, error is None)

    return sign


def fails(*names: str) -> Sign:
    return lambda shown, _: shown.failure in names


def is_no_json(shown: Shown, _: Shown) -> bool:
    try:
        msgspec.json.decode(shown.content)
    except msgspec.DecodeError:
        return shown.status == 200
    return False
