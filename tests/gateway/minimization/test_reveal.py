"""The one door for raw values: on a console handed in, personal parts marked, no steering of terminals."""

import io
from collections.abc import Mapping
from typing import Literal

from rich.console import Console

from connectors.raw import Unclear
from gateway.minimization.contract import CONTRACT, Party
from gateway.minimization.grounds import Ring
from gateway.minimization.lattice import Disclosure
from gateway.minimization.outcome import Reason
from gateway.minimization.preview import Assumptions, Item, preview
from gateway.minimization.reveal import DECIDED_BY, ITEMS_MAX, LINES_MAX, STOPPED, reveal
from tests.gateway.minimization.made_up import NOW, OCCUPANCY, event

SENT = {
    "id": "AAMk-1",
    "subject": "Oncology with Anna",
    "start": {"dateTime": "2027-03-04T12:00:00", "timeZone": "UTC"},
    "attendees": [{"emailAddress": {"name": "Anna Schmidt", "address": "anna@rival.example"}}],
    "isAllDay": False,
    "body": None,
}


def revealed(
    sent: Mapping[str, object],
    item: Item,
    encoding: str = "utf-8",
    color_system: Literal["standard"] | None = None,
    policy: Disclosure = OCCUPANCY,
) -> str:
    return printed([(sent, item)], encoding, color_system, policy)


def printed(
    items: list[tuple[Mapping[str, object], Item]],
    encoding: str = "utf-8",
    color_system: Literal["standard"] | None = None,
    policy: Disclosure = OCCUPANCY,
) -> str:
    page = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(
        file=page, width=160, color_system=color_system, force_terminal=color_system is not None
    )
    reveal(console, preview(items, Assumptions(policy=policy), now=NOW))
    page.seek(0)
    return page.read()


def test_both_sides_and_the_reasons() -> None:
    shown = revealed(SENT, event())
    assert "* subject: Oncology with Anna" in shown
    assert "* attendees.0.emailAddress.name: Anna Schmidt" in shown
    assert "* id: AAMk-1" in shown
    assert "  start.dateTime: 2027-03-04T12:00:00" in shown
    assert "  isAllDay: False" in shown
    assert "start: 2027-03-04T12:00:00Z" in shown
    assert "people: -" in shown
    assert "people at level 0, set by the employer's policy; the rest is never asked for" in shown


def test_where_all_is_shown_nothing_is_said_to_be_withheld() -> None:
    shown = revealed(SENT, event())
    assert "time at level 2, set by the contract; no more can be shown" in shown
    assert "place at level 2, set by the contract; no more can be shown" in shown
    full = revealed(SENT, event(attendees=(), conference=True, organizer=None), policy=CONTRACT)
    assert "never asked for" not in full
    # Names and addresses of those who are counted.
    assert "people at level 2, set by the contract; the rest is taken out in memory" in full


def test_of_many_items_the_first_are_shown_and_the_others_counted() -> None:
    many = printed([({"id": "x"}, event())] * (ITEMS_MAX + 3))
    assert many.count(": put") == ITEMS_MAX
    assert many.endswith("3 more are not shown. Use --json for all results.\n")
    assert "not shown" not in printed([({"id": "x"}, event())] * ITEMS_MAX)


def test_a_file_without_events_says_so() -> None:
    assert printed([]) == "There are no events in it.\n"


def test_what_is_personal_stands_out() -> None:
    shown = revealed(SENT, event(), color_system="standard")
    assert "\x1b[1;31m* subject: Oncology" in shown
    assert "\x1b[1;31m  isAllDay" not in shown


def test_what_is_personal_is_on_the_left_only() -> None:
    for line in revealed(SENT, event()).splitlines():
        cells = line.split("│")
        if len(cells) == 4:
            assert "*" not in cells[2]
            assert "Anna" not in cells[2]


def test_an_item_that_is_no_booking() -> None:
    shown = revealed({"id": "AAMk-1"}, Unclear("AAMk-1", "no_end"))
    assert "preview-1: unknown" in shown
    assert "nothing" in shown
    assert "no end: the resource becomes unknown, never free" in shown
    assert "at level" not in shown


def test_an_unknown_member_counts_as_personal() -> None:
    assert "* somethingNew: 7" in revealed({"somethingNew": 7}, event())


def test_a_terminal_is_not_steered() -> None:
    shown = revealed({"subject": "\x1b[2Jcleared\u202e\ud800\r\n"}, event())
    assert "* subject: ?[2Jcleared????" in shown
    assert not {"\x1b", "\u202e", "\r"} & set(shown)


def test_markup_is_no_markup() -> None:
    assert "[red]plain[/red]" in revealed({"subject": "[red]plain[/red]"}, event())


def test_a_console_that_cannot_write_it() -> None:
    assert "* subject: ??lu" in revealed({"subject": "Ọ\u0300lu"}, event(), encoding="ascii")


def test_everything_has_a_bound() -> None:
    deep: object = "core"
    for _ in range(5_000):
        deep = {"shell": deep}
    many = {f"member{number}": number for number in range(500)}
    shown = revealed({"deep": deep, "list": list(range(500)), "long": "x" * 5_000, **many}, event())
    assert "* deep.shell.shell.shell: ..." in shown
    assert "core" not in shown
    assert shown.count("* list.") <= LINES_MAX
    assert max(len(line) for line in shown.splitlines()) <= 160
    assert "..." in revealed({"long": "x" * 5_000}, event())
    assert "member400" not in shown
    assert "* ... and more" in shown
    assert "and more" not in revealed(SENT, event())


def test_every_reason_has_words() -> None:
    assert set(DECIDED_BY) == {*Party, *Reason}
    assert set(STOPPED) == set(Ring)


def test_an_item_without_members() -> None:
    assert "id: preview-1" in revealed({}, event())
