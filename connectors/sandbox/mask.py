"""Google's partial responses: the ``fields`` parameter, such as ``items(id,start/date),nextPageToken``."""

import re
from collections.abc import Mapping
from typing import Any

from connectors.sandbox.errors import SandboxError

#: What a mask keeps: member names, each with what is kept inside it. Nothing inside means everything.
Mask = dict[str, "Mask"]

_LENGTH_MAX, _DEPTH_MAX = 4096, 16
_PARTS = re.compile(r"[A-Za-z0-9_*]+|[(),/]")


class InvalidMask(SandboxError):
    """A ``fields`` value that does not parse or names what is not there."""


def parsed(text: str) -> Mask:
    """Read a mask; without recursion, for it comes from the wire. InvalidMask if it makes no sense."""
    parts = _PARTS.findall(text)
    if not parts or len(text) > _LENGTH_MAX or "".join(parts) != re.sub(r"\s", "", text):
        raise InvalidMask("Invalid field selection.")
    reader = _Reader()
    for part in parts:
        reader.read(part)
    return reader.finished()


class _Reader:
    """Where a mask has been read to. ``_open`` holds the levels of parentheses, the outermost first."""

    def __init__(self) -> None:
        self._root: Mask = {}
        self._open: list[Mask] = [self._root]
        self._at: Mask = self._root
        self._named = False

    def read(self, part: str) -> None:
        if part[0] not in "(),/":
            self._name(part)
        # Every sign but a name comes after a name.
        elif not self._named or len(self._open) > _DEPTH_MAX:
            raise InvalidMask("Invalid field selection.")
        elif part == "(":
            self._open.append(self._at)
            self._named = False
        elif part == ")":
            self._close()
        else:
            self._named = False
            self._at = self._open[-1] if part == "," else self._at

    def finished(self) -> Mask:
        if len(self._open) != 1 or not self._named:
            raise InvalidMask("Invalid field selection.")
        return self._root

    def _name(self, name: str) -> None:
        if self._named:
            raise InvalidMask("Invalid field selection.")
        self._at = self._at.setdefault(name, {})
        self._named = True

    def _close(self) -> None:
        if len(self._open) == 1:
            raise InvalidMask("Invalid field selection.")
        self._at = self._open.pop()


def check(mask: Mask, schema: Mask) -> None:
    """Refuse names that the resource does not have. An empty schema level knows no names and allows all."""
    levels = [(mask, schema)]
    while levels:
        asked, known = levels.pop()
        if not known:
            continue
        if asked.keys() - known.keys() - {"*"}:
            raise InvalidMask("Invalid field selection.")
        levels += [(inner, known[name]) for name, inner in asked.items() if name != "*"]


def applied(mask: Mask, value: Any) -> Any:
    """The part of a value that the mask keeps, of lists item by item; no deeper than the mask."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [applied(mask, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {name: applied(inner, value[name]) for name, inner in mask.items() if name in value}
