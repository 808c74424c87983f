"""A journey: one installation from its first look at its providers to a withdrawal and a restored backup."""

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta

from connectors.sandbox.calendar import Guest
from connectors.sandbox.truth import World
from gateway.tenant import Mode
from tests.system.canaries import Canaries, Plot
from tests.system.canary_world import NOW
from tests.system.consumer import consumer_of
from tests.system.evidence import FEED, TERMINAL, Evidence
from tests.system.gateways import Alteration
from tests.system.house import Choice, House
from tests.system.standins import (
    Talkative,
    google_refusal,
    grant_refusal,
    graph_refusal,
)


class Journey:
    """Some employers: the last one loses its grant for a while, the first one leaves for good."""

    def __init__(self, house: House, world: World, canaries: Canaries) -> None:
        self.house = house
        self.world = world
        self.canaries = canaries
        self.evidence = Evidence()

    async def onboard(self, *modes: Mode) -> None:
        """Every company authorizes us, to be read in these modes, under the policy that shows the most."""
        pairs = zip(self.house.companies, modes, strict=True)
        choices = [Choice(company, "widest", mode) for company, mode in pairs]
        self.tenants, self.token = await self.house.onboard(*choices)

    async def meet_refusals(self, talkative: Talkative) -> None:
        """Read against every kind of error, until nothing is in the way any more."""
        later = {"Retry-After": "3600"}
        for kind, worded in (
            ("entra.token", grant_refusal(401, "invalid_client", error_codes=[700027])),
            ("google.token", grant_refusal(400, "invalid_grant", error_description="Invalid JWT Signature.")),
            ("graph.places", graph_refusal(429, "ApplicationThrottled", **later)),
            ("graph.places", graph_refusal(400, "BadRequest")),
            ("google.resources", google_refusal(503, "backendError", **later)),
            ("google.buildings", google_refusal(403, "quotaExceeded")),
            ("graph.view", graph_refusal(404, "ErrorItemNotFound")),
            ("graph.view", graph_refusal(400, "ErrorInvalidRequest")),
            ("graph.delta", graph_refusal(410, "syncStateNotFound")),
            ("graph.delta", graph_refusal(429, "TooManyRequests", **later)),
            ("google.events", google_refusal(404, "notFound")),
            ("google.events", google_refusal(400, "badRequest")),
            ("google.events", google_refusal(403, "forbidden")),
            ("google.events", google_refusal(410, "fullSyncRequired")),
        ):
            talkative.refuse(kind, worded)
        # In the first of them both providers refuse our own credential.
        for _ in range(4):
            self.house.make_due()
            await self.call("sync", "--once", code=2)

    async def lose_access(self, talkative: Talkative) -> None:
        """One employer's grant is refused: it is suspended, until an admin confirms that it stands."""
        talkative.refuse("google.token", grant_refusal(401, "unauthorized_client"))
        self.house.make_due()
        await self.call("sync", "--once", code=2)
        await self.call("status")
        await self.call("tenant", "show", self.tenants[-1].id)
        await self.call("tenant", "resume", self.tenants[-1].id)
        # Turns that the suspension cut off keep their leases for two minutes.
        self.house.move_clock(timedelta(minutes=3))

    async def call(self, *arguments: str, code: int = 0) -> None:
        done = await self.house.call(*arguments)
        assert done.code == code, done.complaint
        self.evidence.add(f"{TERMINAL} {arguments[0]}", done.output.encode())
        self.evidence.add(f"log of {arguments[0]}", done.complaint.encode())

    @asynccontextmanager
    async def serving(self, alteration: Alteration | None = None) -> AsyncIterator[None]:
        """Everything is read, and a consumer has read all of it. More may happen until it stops."""
        running = self.house.start("serve", alteration=alteration)
        async with consumer_of(await running.port(), self.token) as consumer:
            self.consumer = consumer
            await self.house.all_read(self.house.make_due())
            await consumer.read_on()
            yield
            metrics = f"http://127.0.0.1:{self.house.settings.listen.metrics_port}/metrics"
            async with consumer.session.get(metrics) as response:
                assert response.status == 200
                self.evidence.add("metrics", await response.read())
            self.evidence.add_files("while it serves", self.house.folder)
        stopped = await running.stop()
        assert stopped.code == 0
        self.evidence.add("log of serve", stopped.complaint.encode())
        self.evidence.add("log of serve", stopped.output.encode())

    async def look_around(self) -> None:
        """Everything that may be asked of it, by command and over HTTP."""
        address = str(self.consumer.session._base_url)
        token_file = self.house.folder / "token"
        token_file.write_text(self.token)
        read = await self.house.call_plain("feed", "--token-file", str(token_file), "--url", address)
        self.evidence.add(f"{FEED} as a command", read.output.encode())
        token_file.unlink()
        for arguments in (
            ("status",),
            ("tenant", "list"),
            ("tenant", "show", self.tenants[1].id),
            ("consumer", "list"),
        ):
            await self.call(*arguments)
        for path in ("/health/live", "/health/ready"):
            await self.consumer.ask("GET", path)

    async def provoke_problems(self) -> None:
        """Every error page, asked for in words that hold canaries."""
        plot, ask = Plot(self.canaries, "request"), self.consumer.ask
        word = plot.word
        statuses = [
            (await ask("GET", f"/v1/feed?after={word('cursor')}")).status,
            (await ask("GET", f"/v1/feed?unknown={word('unknown')}")).status,
            (await ask("GET", f"/v1/feed?limit={word('limit')}")).status,
            (await ask("GET", "/v1/feed", token=f"{word('id')}.{word('token')}")).status,
            (await ask("GET", f"/v1/erasures/{word('erasure')}/acknowledgement")).status,
            (await ask("POST", f"/v1/erasures/{word('erasure')}/acknowledgement")).status,
            (await ask("GET", f"/{word('path')}")).status,
            (await ask("PUT", "/v1/feed", data=word("body"))).status,
        ]
        assert statuses == [400, 400, 400, 401, 405, 404, 404, 405]
        for harm, repair, status in (
            ("ALTER TABLE entries RENAME TO hidden", "ALTER TABLE hidden RENAME TO entries", 503),
            ("UPDATE entries SET kind = 'no.' || kind", "UPDATE entries SET kind = substr(kind, 4)", 500),
        ):
            self.house.execute(harm)
            answer = await ask("GET", "/v1/feed")
            assert answer.status == status, (harm, answer)
            self.house.execute(repair)

    def back_up(self) -> None:
        """Copy the database as it is, as a backup would."""
        self.backup = self.house.folder / "backup.db"
        with (
            closing(sqlite3.connect(self.house.database)) as source,
            closing(sqlite3.connect(self.backup)) as copy,
        ):
            source.backup(copy)

    async def change(self) -> None:
        """Everything that may happen to an event, in every calendar."""
        plot = Plot(self.canaries, "change")
        addresses = {address for address, _ in self.world.events()}
        for number, address in enumerate(sorted(addresses)):
            calendar, guest = self.world.calendar(address), plot.below(str(number))
            moved, private, invited, cancelled, deleted, *_ = calendar.events
            calendar.move(moved, NOW, NOW.replace(hour=23))
            calendar.make_private(private)
            calendar.edit_attendees(invited, [Guest(guest.text("name"), guest.address("address"))])
            calendar.cancel(cancelled)
            calendar.delete(deleted)
        await self.house.all_read(self.house.make_due())
        told = Counter(await self.consumer.read_on())
        assert told["booking.removed"] >= len(addresses)

    async def withdraw(self) -> None:
        await self.call("tenant", "withdraw", self.tenants[0].id)
        await self.consumer.until_told("tenant.erased")
        (erasure,) = self.consumer.backend.erasures
        acknowledged = await self.consumer.ask("POST", f"/v1/erasures/{erasure}/acknowledgement")
        assert acknowledged.status == 204

    async def restore(self) -> None:
        """Serve the backup: its cursor is from a later time, and what was withdrawn since stays closed."""
        for path in self.house.database.parent.iterdir():
            path.unlink()
        self.backup.rename(self.house.database)
        running = self.house.start("serve")
        cursor, known = self.consumer.backend.cursor, self.consumer.answers
        async with consumer_of(await running.port(), self.token) as consumer:
            consumer.answers = known
            assert (await consumer.ask("GET", f"/v1/feed?after={cursor}")).status == 410
            await consumer.read_on()
            told = consumer.backend.view(self.tenants[0].id)
            assert not told.bookings
            assert not told.resources
        self.evidence.add("log of serve", (await running.stop()).complaint.encode())

    def conclude(self) -> Evidence:
        for source, content in self.consumer.answers.items():
            kind = FEED if source == "/v1/feed 200" else "answer"
            self.evidence.add(f"{kind} {source}", content)
        self.evidence.add_files("at the end", self.house.folder)
        return self.evidence
