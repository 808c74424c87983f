"""Reveal: shows raw values to a person who asked for it, on a console that the caller hands in.

The one door of its kind: only the composition root may import it. Values come from strangers, so control and
formatting characters are replaced before a terminal sees them, and everything has a bound.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.booking import Booking
from gateway.minimization.contract import Party
from gateway.minimization.grounds import Grounds, Ring
from gateway.minimization.lattice import WIDEST
from gateway.minimization.outcome import Reason
from gateway.minimization.preview import Previewed, Result

#: More is for a program to read, and a terminal takes its time.
ITEMS_MAX = 200
LINES_MAX = 40
DEPTH_MAX = 4
LINE_CHARACTERS_MAX = 60
PERSONAL = "bold red"

#: Members of an event, at either provider, that say nothing of a person. All others are marked as personal.
IMPERSONAL = {
    "@removed", "attendeesOmitted", "end", "isAllDay", "isCancelled", "isOnlineMeeting", "kind",
    "originalStart", "originalStartTime", "recurrence", "start", "status", "transparency", "type",
}  # fmt: skip

DECIDED_BY = {
    Party.CONTRACT: "the contract",
    Party.POLICY: "the employer's policy",
    Party.LEGAL_BASIS: "the legal basis",
    Party.PLACE: "a place for one person",
    Party.ROOM_MAILBOX: "Microsoft's room mailboxes, where names stand for subjects",
    Party.PRIVACY: "a private event",
    Party.OCCURRENCE: "an occurrence without its series",
    Party.NOT_UNDERSTOOD: "an event not fully understood",
    Party.SUBJECT: "an organizer who is not enrolled, or has objected",
    Party.PROVIDER: "the provider, who did not tell all",
    Party.VOCABULARY: "the vocabulary, which holds no word of it that is nobody's name",
    Reason.CANCELLED: "cancelled",
    Reason.DECLINED: "declined by the resource",
    Reason.SERIES: "a series, whose occurrences count",
    Reason.EVENT_TYPE: "a type of event that takes no place",
    Reason.NO_RESOURCE: "names no resource of the tenant",
    Reason.ZERO_LENGTH: "takes no time",
    Reason.OUTSIDE_WINDOW: "outside the window",
    Reason.BEFORE_TODAY: "before today, in a place for one person",
    Reason.WITHHELD: "time or place is not disclosed",
    Reason.NO_ID: "no id: the resource becomes unknown, never free",
    Reason.NO_START: "no start: the resource becomes unknown, never free",
    Reason.NO_END: "no end: the resource becomes unknown, never free",
    Reason.BAD_RANGE: "ends before it starts: the resource becomes unknown, never free",
    Reason.FAULT: "a fault of ours: the resource becomes unknown, never free",
    Reason.BAD_ITEM: "not understood: the resource becomes unknown, never free",
}

STOPPED = {
    Ring.ASK_FOR_LESS: "the rest is never asked for",
    Ring.PARSE_LESS: "the rest is skipped while parsing",
    Ring.KEEP_LESS: "the rest is taken out in memory",
}


def reveal(console: Console, previews: Sequence[Previewed]) -> None:
    """Print items side by side with what would reach FlexO, and why no more; of many, the first."""
    if not previews:
        console.print(Text("There are no events in it."))
        return
    console.print(Text("* marks what is personal", style=PERSONAL))
    for number, previewed in enumerate(previews[:ITEMS_MAX], start=1):
        result = previewed.result
        title = f"preview-{number}: {result.outcome}"
        console.print(
            side_by_side(console, previewed.sent, result.booking, title=title, left="what was sent")
        )
        console.print(Text("\n".join(_reasons(result)), style="dim"))
    if len(previews) > ITEMS_MAX:
        console.print(Text(f"{len(previews) - ITEMS_MAX} more are not shown. Use --json for all results."))


def tell(console: Console, heading: str, results: Sequence[Result]) -> None:
    """Print what would reach FlexO of a calendar's events, and why no more: nothing else of them."""
    title = Text(_printable(heading, console.encoding))
    table = Table(title=title, expand=True, show_lines=True)
    table.add_column("what reaches FlexO", ratio=1)
    table.add_column("why no more", ratio=1)
    for result in results[:ITEMS_MAX]:
        table.add_row(_received(result.booking), Text("\n".join(_reasons(result))))
    console.print(table if results else title.append(": there are no events."))


def side_by_side(
    console: Console, sent: Mapping[str, object], booking: Booking | None, *, title: str, left: str
) -> Table:
    """An event as it was before, under the heading ``left``, beside what FlexO gets of it."""
    table = Table(title=title, expand=True)
    table.add_column(left, ratio=1)
    table.add_column("what reaches FlexO", ratio=1)
    table.add_row(_sent(sent, console.encoding), _received(booking))
    return table


def _sent(sent: Mapping[str, object], encoding: str) -> Text:
    leaves = list(islice(_leaves(sent), LINES_MAX + 1))
    lines = [_line(path, value, encoding) for path, value in leaves[:LINES_MAX]]
    if len(leaves) > LINES_MAX:
        lines.append(Text("* ... and more", style=PERSONAL))
    return Text("\n").join(lines)


def _line(path: tuple[str, ...], value: object, encoding: str) -> Text:
    personal = path[0] not in IMPERSONAL
    line = f"{'*' if personal else ' '} {'.'.join(path)}: {value}"
    return Text(_printable(line, encoding), style=PERSONAL if personal else "")


def _leaves(sent: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Paths and plain values in order. Without recursion: who wrote this also chose how deep it nests."""
    waiting: list[tuple[tuple[str, ...], object]] = [((), sent)]
    while waiting:
        path, value = waiting.pop()
        members = _members(value)
        if members and len(path) < DEPTH_MAX:
            waiting.extend(reversed([((*path, name), member) for name, member in members]))
        elif path:
            yield path, "..." if members else value


def _members(value: object) -> list[tuple[str, object]]:
    if isinstance(value, Mapping):
        return [(str(name), member) for name, member in islice(value.items(), LINES_MAX)]
    if isinstance(value, list):
        return [(str(index), member) for index, member in enumerate(value[:LINES_MAX])]
    return []


def _printable(text: str, encoding: str) -> str:
    """The text cut short, without what could steer a terminal or what it cannot write."""
    cut = text if len(text) <= LINE_CHARACTERS_MAX else text[: LINE_CHARACTERS_MAX - 3] + "..."
    shown = "".join(character if character.isprintable() else "?" for character in cut)
    return shown.encode(encoding, "replace").decode(encoding)


def _received(booking: Booking | None) -> Text:
    if booking is None:
        return Text("nothing")
    members = msgspec.to_builtins(booking).items()
    return Text("\n").join(
        Text(f"{name}: -", style="dim") if value is None else Text(f"{name}: {value}")
        for name, value in members
    )


def _reasons(result: Result) -> list[str]:
    if result.booking is None:
        return sorted({DECIDED_BY[reason.by] for reason in result.reasons.values()})
    return [_reason(field, reason) for field, reason in result.reasons.items()]


def _reason(field: str, reason: Grounds) -> str:
    return f"{field} at level {reason.level}, set by {DECIDED_BY[reason.by]}; {_rest(field, reason)}"


def _rest(field: str, reason: Grounds) -> str:
    if reason.level == getattr(WIDEST, field) and reason.ring is not Ring.KEEP_LESS:
        return "no more can be shown"
    return STOPPED[reason.ring]
