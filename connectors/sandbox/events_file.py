"""A file of events as Graph or Google print them: a list, a page (``value``, ``items``), a list of pages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.sandbox.calendar import Event
from connectors.sandbox.errors import WorldError
from connectors.sandbox.truth import Provider

_BYTES_MAX = 256 * 2**20
_PAGE_MEMBERS = ("value", "items")
#: Members that only one of them prints.
_TELLING = {
    Provider.MICROSOFT: frozenset({"subject", "showAs", "isAllDay", "isCancelled", "sensitivity", "iCalUId"}),
    Provider.GOOGLE: frozenset({"summary", "status", "kind", "eventType", "htmlLink", "iCalUID"}),
}


def read(directory: Path, name: str, provider: Provider) -> list[Event]:
    """All events of the file; of two with one id the later counts. A delta page's removals are left out.

    WorldError names the file, where in it, and why; never what stands there.
    """
    path = (directory / name).resolve()
    if not path.is_relative_to(directory.resolve()):
        raise _wrong(name, "it lies outside the world's folder")
    document = _document(path, name)
    events: dict[str, Event] = {}
    for place, item in _items(document, name):
        if not isinstance(item, dict):
            raise _wrong(name, f"{place} is no object")
        identity = item.get("id")
        if not isinstance(identity, str) or not identity:
            raise _wrong(name, f"{place} has no id")
        if _is_foreign(item, provider):
            raise _wrong(name, f"{place} is of another provider than its calendar, which is at {provider}")
        if "@removed" not in item:
            events[identity] = item
    return list(events.values())


def _is_foreign(item: Event, provider: Provider) -> bool:
    """Whether another provider printed it: it has members that this one never prints, and none of its own."""
    (others,) = (members for other, members in _TELLING.items() if other is not provider)
    return not others.isdisjoint(item) and _TELLING[provider].isdisjoint(item)


def _document(path: Path, name: str) -> Any:
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise _wrong(name, "it is larger than 256 MiB")
        # The standard library, for it also reads halves of surrogate pairs, which real exports hold.
        return json.loads(path.read_bytes())
    except OSError as error:
        raise _wrong(name, f"it cannot be read ({error.strerror})") from None
    except RecursionError:
        raise _wrong(name, "it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _wrong(name, f"it is not JSON (line {error.lineno}, column {error.colno})") from None
    except UnicodeDecodeError:
        raise _wrong(name, "it is not UTF-8") from None


def _items(document: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every item with where it stands."""
    pages = document if _is_list_of_pages(document) else [document]
    for number, page in enumerate(pages):
        for index, item in enumerate(_page(page, name, number)):
            yield f"page {number + 1}, item {index + 1}", item


def _is_list_of_pages(document: Any) -> bool:
    return isinstance(document, list) and bool(document) and all(map(_is_page, document))


def _is_page(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(name), list) for name in _PAGE_MEMBERS)


def _page(page: Any, name: str, number: int) -> list[Any]:
    if isinstance(page, list):
        return page
    for member in _PAGE_MEMBERS if isinstance(page, dict) else ():
        if isinstance(page.get(member), list):
            found: list[Any] = page[member]
            return found
    raise _wrong(name, f"page {number + 1} has neither value nor items, and is no list")


def _wrong(name: str, reason: str) -> WorldError:
    return WorldError(f"{name}: {reason}. Nothing was loaded; export the calendar again or correct the file.")
