"""What two consumers of one purpose read of two histories, and that it is the same."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import msgspec

from gateway.booking import Booking, TenantId
from gateway.feed.cursor import CursorTooOld
from gateway.minimization.narrowing import lowered
from gateway.minimization.purposes import purpose
from gateway.web.authentication import Credentials
from gateway.web.feed_reader import read_page
from gateway.web.parts import Parts
from tests.fakes.filled_store import FilledStore, a_resource
from tests.fakes.strict_backend import StrictBackend
from tests.gateway.web.served import parts_of
from tests.properties.purpose_twins import ROOM, Look, Step, Tale, booking

NUMBERS = count(10_000)
READS_FOR = "drawn"


@dataclass
class Twin:
    """One of the two histories, and a consumer that follows it."""

    filled: FilledStore
    parts: Parts
    tale: Tale
    tenant: TenantId
    token: str
    number: int
    backend: StrictBackend = field(default_factory=StrictBackend)
    #: What stands, and as what it is shown.
    stored: dict[str, Booking] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    aged: set[str] = field(default_factory=set)

    @classmethod
    async def open(cls, filled: FilledStore, tale: Tale, number: int) -> "Twin":
        parts = parts_of(filled)
        shown = {READS_FOR: purpose(READS_FOR, tale.purpose)}
        tenant = await filled.add_tenant(str(next(NUMBERS)))
        await filled.put_resource(tenant, a_resource(ROOM))
        token = await filled.add_consumer(tenant, purpose=READS_FOR)
        return cls(filled, replace(parts, purposes=shown), tale, tenant, token, number)

    async def happens(self, step: Step) -> None:
        match step.kind:
            case "put":
                await self._put(step)
            case "hide" if step.number in {self.number, 2}:
                await self._put(step)
            case "remove" if step.name in self.stored:
                await self.filled.remove(self.tenant, ROOM, step.name)
                self._gone(step.name)
            case "age" if step.name in self.stored:
                await self.filled.forget(self.tenant, ROOM, step.name)
                self._gone(step.name)
                self.aged.add(step.name)
            case "room":
                await self.filled.put_resource(self.tenant, a_resource(ROOM, 4 + step.number))
            case "forget":
                await self.filled.forget_removed(self.tenant)
            case _:
                pass

    async def _put(self, step: Step) -> None:
        new = dict[str, Booking]()
        for name, shown, hidden in step.puts:
            # What is hidden is so behind what is shown.
            look = shown if step.kind == "put" else self.looks.get(name)
            if look is not None:
                self.looks[name] = look
                new[name] = booking(self.tale, name, look, hidden[self.number])
        changed = {name: one for name, one in new.items() if self.stored.get(name) != one}
        if changed:
            await self.filled.put(self.tenant, *changed.values(), made=self.tale.made, enrolled=True)
            self.stored |= changed
            self.aged -= changed.keys()

    def _gone(self, name: str) -> None:
        del self.stored[name], self.looks[name]

    async def read(self, limit: int, *, backend: StrictBackend | None = None) -> tuple[bytes, bool]:
        """All that can be told apart of a page, and whether more is to be read at once."""
        reader, before = backend or self.backend, (backend or self.backend).cursor
        try:
            page = await read_page(self.parts, Credentials(self.token), before, limit)
        except CursorTooOld:
            reader.restart()
            reader.revisions.clear()
            return b"too old", True
        more = reader.take(page.body)
        after = reader.cursor or ""
        told = page.body.replace(after.encode(), b"moved" if before != after else b"unmoved")
        told = told.replace(self.tenant.encode(), b"a tenant")
        return told + str((len(after), page.is_news)).encode(), more

    def holds_what_is_shown(self, backend: StrictBackend) -> None:
        """What was told comes to what stands, narrowed. Who knows what has aged out, drops it by itself."""
        shown = {
            name: msgspec.to_builtins(lowered(one, self.tale.purpose, self.tale.made))
            for name, one in self.stored.items()
        }
        held = backend.view(self.tenant).bookings
        assert {name: one for name, one in held.items() if name not in self.aged} == shown


async def play(filled: FilledStore, tale: Tale) -> None:
    """Let both histories happen, and compare all that is read of them."""
    twins = [await Twin.open(filled, tale, number) for number in range(2)]
    for step in tale.steps:
        for twin in twins:
            await twin.happens(step)
        if step.kind in {"minute", "forget"}:
            filled.clock.move(timedelta(minutes=2))
        if step.kind == "read":
            await _read_alike(twins, step.number)
    followers, newcomers = [twin.backend for twin in twins], [StrictBackend() for _ in twins]
    for limit, readers in ((2, followers), (1, newcomers)):
        while await _read_alike(twins, limit, readers):
            pass
        for twin, reader in zip(twins, readers, strict=True):
            twin.holds_what_is_shown(reader)
    assert not await _read_alike(twins, 3)


async def _read_alike(twins: list[Twin], limit: int, readers: list[StrictBackend] | None = None) -> bool:
    held = readers or [twin.backend for twin in twins]
    (one, more), (other, _) = [
        await twin.read(limit, backend=backend) for twin, backend in zip(twins, held, strict=True)
    ]
    assert one == other
    return more
