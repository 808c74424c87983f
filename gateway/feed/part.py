"""Part: what one tenant adds to a page."""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.entry import Entry
from gateway.feed.mark import Mark


class Part(NamedTuple):
    """Entries to tell, the mark behind them, and whether more could be read at once."""

    told: Sequence[Entry]
    mark: Mark
    more: bool
    #: How much room it took: what is read but no news takes room too, which bounds the work for a page.
    taken: int
    #: False where the tenant's entries cannot be opened: what was told of it before may not be true any more.
    available: bool = True


def nothing(mark: Mark) -> Part:
    """Of a tenant that cannot be read now: it keeps its place."""
    return Part((), mark, more=False, taken=0, available=False)


def in_turn(mark: Mark, found: Sequence[Entry], room: int) -> Part:
    """Of a tenant that may be served. ``found``: up to ``room + 1`` entries behind ``mark.position``."""
    read = found[:room]
    moved = mark.read(read[-1]) if read else mark
    return Part([entry for entry in read if mark.tells(entry)], moved, len(found) > room, len(read))


def ahead(mark: Mark, found: Sequence[Entry], room: int) -> Part:
    """Of a tenant that may not be served: only what concerns it as a whole.

    ``found``: up to ``room + 1`` such entries behind ``mark.heard``. The position stays, so that nothing is
    lost when the tenant may be served again.
    """
    told = found[:room]
    for entry in told:
        mark = mark.notified(entry)
    return Part(told, mark, len(found) > room, len(told))
