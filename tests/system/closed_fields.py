"""Fields that take no free value: times, enumerations, numbers, links. Each can be broken alone."""

import copy
from collections.abc import Iterator
from typing import Any

from tests.system.canaries import MARK

Event = dict[str, Any]
#: Names and positions from the outermost in.
Path = tuple[str | int, ...]

#: Rows beyond these of a list break in the same way.
_ROWS = 2


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every plain value with its path. Events of tests nest a few levels."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, (*path, name))
    elif isinstance(value, list):
        for number, member in enumerate(value[:_ROWS]):
            yield from leaves(member, (*path, number))
    else:
        yield path, value


def closed_fields(event: Event) -> list[Path]:
    """All times, enumerations, numbers and links, and whatever holds one, but for the event itself."""
    found = [path for path, value in leaves(event) if not _is_free(value)]
    holders = {path[:length]: None for path in found for length in range(1, len(path))}
    return [*found, *holders]


def broken(event: Event, path: Path, canary: str) -> Event:
    """The event with a canary in place of one field."""
    result = copy.deepcopy(event)
    holder: Any = result
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = canary
    return result


def _is_free(value: Any) -> bool:
    return isinstance(value, str) and MARK in value and not value.startswith("https://")
