"""Changes to the rows of a page, whosever page it is. All change JSON in place."""

from collections.abc import Callable
from typing import Any

from connectors.sandbox.faults.fault import Body, Visit

Change = Callable[[Body, Visit], None]


def items_of(body: Body) -> list[Any] | None:
    """The rows of a page, in any of the providers' words."""
    rows = (body.get(name) for name in ("value", "items", "buildings", "users"))
    return next((row for row in rows if isinstance(row, list)), None)


def one(change: Change, *having: str) -> Change:
    """Change one event of a page that has these members, drawn by lot, the same one each time."""

    def changed(body: Body, visit: Visit) -> None:
        rows = [row for row in _events(body) if all(row.get(name) for name in having)]
        if (drawn := visit.drawn(rows)) is not None:
            change(drawn, visit)

    return changed


def every(change: Change) -> Change:
    """Change every row of a page."""

    def changed(body: Body, visit: Visit) -> None:
        for row in items_of(body) or ():
            change(row, visit)

    return changed


def beside(made: Callable[[Body], Body]) -> Change:
    """Tell one more item, made of one that is there."""

    def changed(body: Body, visit: Visit) -> None:
        rows = items_of(body)
        if rows is not None and (drawn := visit.drawn(_events(body))) is not None:
            rows.append(made(drawn))

    return changed


def where_told(**members: object) -> Change:
    """Other values for members that the request asked for."""
    return lambda row, _: row.update({name: new for name, new in members.items() if name in row})


def keep(row: Body, names: tuple[str, ...]) -> None:
    """Drop all other members."""
    for name in [name for name in row if name not in names]:
        del row[name]


def _events(body: Body) -> list[Body]:
    """Removals and tombstones tell no times, and are left as they are."""
    return [row for row in items_of(body) or () if "start" in row and "end" in row]
