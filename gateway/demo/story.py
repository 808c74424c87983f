"""The story: employers, one feed, one withdrawal. Every figure is measured while it is told."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console
from rich.text import Text

from connectors.sandbox.truth import World
from gateway.app.accountability.certificates import certificate, verdict
from gateway.app.accountability.transparency import NotProved, log_keys
from gateway.app.census import all_read_since, calendars_read, outcomes, read_again
from gateway.app.copies.readable import copy_of_database, readable
from gateway.app.previews.showing import show_event
from gateway.app.progress import reading_progress
from gateway.app.service import sync_once
from gateway.app.tenants import withdraw_tenant
from gateway.booking import TenantId
from gateway.client import FeedClient, FeedEntry
from gateway.demo.exhibits import Exhibit, exhibits, kept_out, parted, taken_out
from gateway.demo.stage import READERS, Stage, consumers, open_stage
from gateway.errors import GatewayError, KeyUnavailable
from gateway.store.copies import Readable
from gateway.tenant import Tenant

WAIT_SECONDS = 10
#: Whoever is fenced while a key is in hand tries once more after ten seconds.
PROOF_SECONDS = 30
LOOK_AGAIN_SECONDS = 0.2


async def tell(console: Console, world: World, data: Path | None) -> None:
    """Tell the whole story on a console. ``data`` keeps store and keys for whoever wants to look at them."""
    with TemporaryDirectory(prefix="gateway-demo-") as scratch:
        try:
            await _tell(console, world, data or Path(scratch), Path(scratch))
        finally:
            # A thread that makes a key goes on although nobody waits for it any more.
            await asyncio.get_running_loop().shutdown_default_executor()


async def _tell(console: Console, world: World, data: Path, scratch: Path) -> None:
    async with open_stage(world, data, scratch / "stand-ins") as stage:
        story = Story(console, stage, scratch / "copy.db")
        await story.read_calendars()
        async with consumers(stage) as (feed, screens):
            await story.read_feed(feed)
            await story.read_for_less(screens)
            await story.compare()
            await story.count_what_was_kept_out()
            await story.change_events(feed)
            await story.withdraw(feed)


class StoryFailed(GatewayError):
    """What was seen contradicts what the story claims."""


class Story:
    """The acts, in order; each tells what it saw."""

    def __init__(self, console: Console, stage: Stage, copy: Path) -> None:
        self._console = console
        self._stage = stage
        self._copy = copy
        self._told: list[FeedEntry] = []
        self._entries: dict[str, FeedEntry] = {}
        self._after: str | None = None

    async def read_calendars(self) -> None:
        """Act one: the real connectors read what the stand-ins serve."""
        self._title("Reading")
        for employer in self._stage.employers:
            choice, provider = employer.registration, employer.connection.provider
            self._say(f"{choice.name} authorized us: {provider}, policy {choice.policy}.")
        with reading_progress(self._stage.parts, self._console) as on_turn:
            await sync_once(self._stage.parts, on_turn)
        read, total = await calendars_read(self._stage.parts)
        self._say(f"{read} of {total} calendars read over TLS through the real connectors.")

    async def read_feed(self, feed: FeedClient) -> None:
        """Act two: the feed as the FlexO backend reads it, from nothing."""
        self._title("What FlexO reads")
        told = self._told = await self._read(feed)
        for kind, number in sorted(Counter(entry.type for entry in told).items()):
            self._say(f"{number:6,} {kind}")
        puts = [entry for entry in told if entry.type == "booking.put"]
        self._entries = {entry.subject: entry for entry in puts if entry.subject is not None}
        if self._entries:
            self._say("One of them, as it came over HTTP:")
            self._console.print_json(msgspec.json.encode(next(iter(self._entries.values()))).decode())

    async def read_for_less(self, screens: FeedClient) -> None:
        """The same feed for a purpose that shows less, whatever the employers allow."""
        told, _ = await _read_on(screens, None)
        shown = {entry.subject: entry.data["booking"] for entry in told if entry.type == "booking.put"}
        counted = [entry.data["booking"] for entry in self._entries.values()]
        counts = sum(booking["people"] is not None for booking in counted)
        (_, wide), (name, narrow) = READERS
        self._say(f"{name} read the same for {narrow}: of {counts:,} head counts that {wide} shows, none.")
        less = [booking | {"people": None} for booking in counted]
        self._check("a purpose hides what it does not show", holds=less == [shown[one["id"]] for one in less])

    async def compare(self) -> None:
        """Act three: the same event, at its provider and in the feed."""
        self._title("The same event, there and here")
        for employer in self._stage.employers:
            for exhibit in (await exhibits(self._stage, employer, self._entries))[:1]:
                title = f"{employer.registration.name}: * marks what is personal"
                show_event(self._console, exhibit.held, exhibit.entry.data["booking"], title)

    async def count_what_was_kept_out(self) -> None:
        """Act four: what stayed where, by kind and ring."""
        self._title("What was kept out")
        for name, tally in self._stage.sandbox.crossed.items():
            self._say(f"{name}: {tally.events:,} events, {tally.bytes:,} bytes over the wire")
            self._console.print(kept_out(tally))
        self._say(f"Ring 3, in memory: {_listed(taken_out(self._told))}.")
        without_place, unclear = parted(outcomes(self._stage.parts))
        self._say(f"Items that take no place at all: {_listed(without_place)}.")
        self._say(f"Items not understood, whose places are unknown and never free: {_listed(unclear)}.")

    async def change_events(self, feed: FeedClient) -> None:
        """Act five: what FlexO learns of changes, and what it does not."""
        self._title("Changes")
        for employer in self._stage.employers:
            shown = await exhibits(self._stage, employer, self._entries)
            if shown:
                await self._change(feed, shown[0])

    async def withdraw(self, feed: FeedClient) -> None:
        """Act six: the first employer withdraws; of a copy made before, nothing of it opens any more."""
        self._title("Withdrawal")
        leaving, *_ = self._stage.employers
        await copy_of_database(self._stage.parts, self._copy)
        before = await readable(self._stage.parts, self._copy)
        self._say("A copy of the database is put aside. Of its sealed bookings open now:")
        self._tell_readable(before)
        withdrawal = await withdraw_tenant(self._stage.parts, leaving.id)
        self._say(f"{leaving.registration.name} withdraws: fence, drop, shred, erase, notify, verify, prove.")
        told = await self._wait_for(feed, "tenant.erased")
        self._say(f"The feed says {told.type} for {told.source}.")
        await feed.acknowledge(withdrawal.id)
        self._say("FlexO acknowledges the erasure. The same reader on the same copy opens now:")
        after = await readable(self._stage.parts, self._copy)
        self._tell_readable(after)
        staying = self._stage.employers[1:]
        self._check("nothing of the one who withdrew opens", holds=after[leaving.id].opened == 0)
        self._check("all of the others opens", holds=all(after[one.id] == before[one.id] for one in staying))
        await self._verify_certificate(leaving)

    async def _verify_certificate(self, leaving: Tenant) -> None:
        async with asyncio.timeout(PROOF_SECONDS):
            while (file := await self._certificate(leaving)) is None:  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
        answer, holds = verdict(file.encode(), await log_keys(self._stage.parts), [])
        self._say(f"Its certificate, {len(file):,} bytes, is verified by one file that needs no gateway:")
        verdict_line, _, said = answer.partition("\n")
        self._say(f"    {verdict_line.removesuffix(' It says:')}")
        if holds:
            certified = msgspec.json.decode(said)
            self._say(
                f"    Inaccessible since {certified['inaccessible_since']}. It names "
                f"{len(certified['not_verified'])} things that nobody has verified."
            )
        self._check("the certificate holds", holds=holds)

    async def _certificate(self, leaving: Tenant) -> str | None:
        try:
            return await certificate(self._stage.parts, leaving.id)
        except (NotProved, KeyUnavailable):
            # What serves in this very process drops keys under whoever works with them, once the fence falls.
            return None

    async def _change(self, feed: FeedClient, exhibit: Exhibit) -> None:
        name = exhibit.employer.registration.name
        exhibit.move_by_an_hour()
        told = await self._told_after_reading(feed, exhibit.employer)
        self._say(f"{name} moves a meeting by an hour. The feed tells: {_types(told)}.")
        self._check("a moved meeting is one entry", holds=[entry.type for entry in told] == ["booking.put"])
        if exhibit.entry.data["booking"]["people"] is not None:
            return
        exhibit.invite_newcomer()
        told = await self._told_after_reading(feed, exhibit.employer)
        self._say(f"{name} changes only who is invited. The feed tells: {_types(told)}.")
        self._check("a change of guests is no entry", holds=not told)

    async def _told_after_reading(self, feed: FeedClient, employer: Tenant) -> list[FeedEntry]:
        """What the feed tells once all calendars of an employer were read again."""
        since = await read_again(self._stage.parts, employer.id)
        async with asyncio.timeout(WAIT_SECONDS):
            while not await all_read_since(self._stage.parts, employer.id, since):  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return await self._read(feed)

    async def _read(self, feed: FeedClient) -> list[FeedEntry]:
        told, self._after = await _read_on(feed, self._after)
        return told

    async def _wait_for(self, feed: FeedClient, kind: str) -> FeedEntry:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                page = await feed.read(self._after, wait_seconds=WAIT_SECONDS)
                self._after = page.next
                for entry in page.entries:
                    if entry.type == kind:
                        return entry

    def _tell_readable(self, counts: Mapping[TenantId, Readable]) -> None:
        for employer in self._stage.employers:
            opened, records = counts[employer.id]
            self._say(f"    {employer.registration.name}: {opened:,} of {records:,}")

    def _title(self, text: str) -> None:
        self._console.rule(f"[bold]{text}")

    def _say(self, text: str) -> None:
        # What is told holds names that a file may have brought: they are text, not markup.
        self._console.print(Text(text))

    def _check(self, claim: str, *, holds: bool) -> None:
        if not holds:
            raise StoryFailed(
                f"The demo saw something that must not be: it is not true that {claim}. Please report it."
            )


async def _read_on(feed: FeedClient, after: str | None) -> tuple[list[FeedEntry], str]:
    """All that is told behind a cursor, and the cursor behind that."""
    told: list[FeedEntry] = []
    while True:
        page = await feed.read(after)
        told += page.entries
        after = page.next
        if not page.more:
            return told, after


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items())) or "none"


def _types(entries: list[FeedEntry]) -> str:
    return ", ".join(f"one {entry.type}" for entry in entries) or "nothing"
