"""A consumer with a webhook over a filled store, told by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.booking import TenantId
from gateway.clock import moment
from gateway.feed.delivery import Delivery, PauseReason
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.endpoints import ENDPOINTS, EndpointRows, Hold
from gateway.store.registry import Registry
from gateway.web.parts import Parts
from gateway.web.pushing import Push, Send
from gateway.webhook import Signature, SigningKey, Webhook
from tests.fakes.filled_store import ALL_OF_IT, FilledStore, a_booking, a_resource
from tests.fakes.webhook_target import Target
from tests.gateway.web.served import parts_of

KEY = SigningKey(Signature.HMAC, bytes(range(32)))
#: More than any test needs.
VISITS = 200
PAST_A_LEASE = timedelta(minutes=3)


@dataclass
class Pushed:
    """``last``: of which tenant it was told last."""

    filled: FilledStore
    parts: Parts
    token: str
    target: Target
    push: Push
    hold: Hold | None = None
    last: TenantId | None = None

    @property
    def consumer(self) -> str:
        return self.token.partition(".")[0]

    async def visit(self) -> int:
        """Send what comes next; how much that was."""
        if self.hold is None:
            self.hold = await self.push.claim(self.consumer)
            assert self.hold is not None
        self.hold, batch = await self.push.visit(self.hold, self.last)
        if batch.messages:
            self.last = batch.messages[-1].tenant
        return len(batch.messages) + batch.is_news

    async def visit_all(self) -> None:
        for _ in range(VISITS):
            if not await self.visit():
                return
        raise AssertionError("It never ends.")

    async def visit_past_pauses(self) -> None:
        """Until all is taken, however long that has to wait."""
        await self.visit_all()
        while pauses := await self._pauses():
            self.filled.clock.now = min(pauses)
            await self.visit_all()

    async def _pauses(self) -> list[datetime]:
        """When what waits is tried. What is due and not told waits for the tenant to be served again."""
        readings = (await self.delivery()).readings.values()
        alive = [one for reading in readings for one in reading.waiting.values() if not one.is_dead]
        return [at for one in alive if (at := moment(one.due_at)) > self.filled.clock.now]

    async def delivery(self) -> Delivery:
        column = await self.filled.keyring.service(*ENDPOINTS)
        record = await self.filled.store.read(lambda handle: EndpointRows(handle, column).read(self.consumer))
        assert record is not None
        return Delivery.read(record)

    async def change(self, name: str) -> None:
        """Resume or replay, as an admin does."""
        await self.edit(lambda delivery, now: getattr(delivery, name)(now))

    async def edit(self, change: Callable[[Delivery, int], object]) -> None:
        """Write what becomes of it at that time."""
        column = await self.filled.keyring.service(*ENDPOINTS)

        def write(rows: Registry) -> None:
            endpoints = EndpointRows(rows.handle, column)
            delivery = Delivery.read(endpoints.load(self.consumer) or b"")
            change(delivery, rows.now)
            endpoints.write(self.consumer, delivery.written)

        await self.filled.store.administer(write)

    async def pause(self) -> None:
        """As an admin does."""
        await self.edit(lambda delivery, now: delivery.pause(PauseReason.ASKED, now))

    def restart(self, owner: str = "another") -> None:
        """The process ends, and another one takes over once the lease is over."""
        self.push = Push(self.parts, self.target.send, owner=owner, chance=lambda: 0.0)
        self.hold = None
        self.filled.clock.move(PAST_A_LEASE)


async def open_pushed(
    filled: FilledStore,
    *scope: TenantId,
    send: Send | None = None,
    keys: tuple[SigningKey, ...] = (KEY,),
    purpose: str = ALL_OF_IT,
) -> Pushed:
    """``send``: what carries it instead of a call."""
    token = await filled.add_consumer(*scope, purpose=purpose)
    consumer, target, parts = token.partition(".")[0], Target(keys[0].shown), parts_of(filled)
    records = await filled.keyring.service(*RECORDS)
    deliveries = await filled.keyring.service(*ENDPOINTS)

    def write(rows: Registry) -> None:
        ConsumerRows(rows.handle, records).hook(consumer, Webhook(f"https://flexo.example/{consumer}", keys))
        EndpointRows(rows.handle, deliveries).add(consumer, Delivery(b"salt", rows.now).written)

    await filled.store.administer(write)
    push = Push(parts, send or target.send, owner="me", chance=lambda: 0.0)
    return Pushed(filled, parts, token, target, push)


async def a_tenant(filled: FilledStore, name: str = "one", *rooms: str) -> TenantId:
    tenant = await filled.add_tenant(name)
    for room in rooms or ("north", "south"):
        await filled.put_resource(tenant, a_resource(room, 1))
        await filled.put(tenant, a_booking(f"{room}-one", room, 1))
    return tenant
