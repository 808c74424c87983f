"""Pushing: the feed, told to consumers at their webhooks, ordered by resource and at least once.

An endpoint is a reader whose place we keep. Each has a task of its own, in one process at a time: one that
hangs holds up no other. What is sent was read a moment before, in a transaction that looked at every fence.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

import structlog

from gateway.booking import TenantId
from gateway.clock import Clock, milliseconds
from gateway.errors import Fenced, KeyUnavailable, StoreBusy, Unreadable
from gateway.feed.batch import Batch, Message
from gateway.feed.delivery import Delivery, PauseReason
from gateway.feed.settling import Taken, settle
from gateway.stopping import stopped_within
from gateway.store.endpoints import ENDPOINTS, EndpointRows, Hold
from gateway.store.leases import LEASE_MILLISECONDS
from gateway.store.registry import Registry
from gateway.web.description import PUSHED
from gateway.web.looking import look
from gateway.web.parts import Parts
from gateway.web.push_reader import NothingToTell, PushReader, read_batch
from gateway.webhook import Webhook, signed_headers

#: So many endpoints, and no more, may be registered.
ENDPOINTS_MAX = 64
#: How often what no change tells of is looked at: new endpoints, and whether a lease ran out elsewhere.
LOOK_SECONDS = 10.0

log = structlog.get_logger()

#: Sends a body with its headers to an address, within bounds; raises nothing.
Send = Callable[[str, bytes, dict[str, str]], Awaitable[Taken]]


class Visited(NamedTuple):
    """What was sent, and until when the endpoint is ours."""

    hold: Hold
    batch: Batch


class Push:
    """Tells every endpoint. One of many: leases keep them apart."""

    def __init__(self, parts: Parts, send: Send, *, owner: str, chance: Callable[[], float]) -> None:
        self._parts = parts
        self._send = send
        self._owner = owner
        self._chance = chance
        self._clock: Clock = parts.clock

    async def run(self, stop: asyncio.Event) -> None:
        """Tell all there are until told to stop; what is being sent then is cut off, and sent again."""
        tasks = dict[str, asyncio.Task[None]]()
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                tasks = {consumer: task for consumer, task in tasks.items() if not task.done()}
                for consumer in await self._active():
                    if consumer not in tasks and len(tasks) < ENDPOINTS_MAX:
                        tasks[consumer] = group.create_task(self._tell(consumer, stop))
                await stopped_within(stop, LOOK_SECONDS)
            for task in tasks.values():
                task.cancel()

    async def _active(self) -> list[str]:
        """Endpoints that are not paused."""
        try:
            column = await self._parts.keyring.service(*ENDPOINTS)
            deliveries = await self._parts.store.read(
                lambda handle: _deliveries(EndpointRows(handle, column))
            )
        except (StoreBusy, KeyUnavailable) as error:
            log.warning("visit_delayed", code=type(error).__name__)
            return []
        readings = [reading for one in deliveries.values() for reading in one.readings.values()]
        self._parts.metrics.webhooks_paused.set(sum(one.paused is not None for one in deliveries.values()))
        self._parts.metrics.webhooks_waiting.set(sum(len(reading.waiting) for reading in readings))
        return [consumer for consumer, one in deliveries.items() if one.paused is None]

    async def _tell(self, consumer: str, stop: asyncio.Event) -> None:
        """Tell one endpoint for as long as it is ours and not paused."""
        try:
            hold = await self.claim(consumer)
            if hold is None:
                return
            try:
                await self._tell_all(hold, stop)
            finally:
                await self._release(hold)
        except (NothingToTell, Fenced):
            return
        except (StoreBusy, KeyUnavailable, Unreadable, TimeoutError) as error:
            log.warning("visit_delayed", consumer=consumer, code=type(error).__name__)

    async def _tell_all(self, hold: Hold, stop: asyncio.Event) -> None:
        last: TenantId | None = None
        while not stop.is_set():
            seen = self._parts.pulse.standings
            hold, batch = await self.visit(hold, last)
            if batch.messages:
                last = batch.messages[-1].tenant
            elif not batch.is_news and self._parts.pulse.standings is seen:
                await self._parts.pulse.changed(self._pause_seconds(batch.delivery))

    def _pause_seconds(self, delivery: Delivery) -> float:
        due, now = delivery.next_due(), milliseconds(self._clock())
        # What is due and cannot be told yet waits for the next look.
        return LOOK_SECONDS if due is None or due <= now else min(LOOK_SECONDS, (due - now) / 1000)

    async def claim(self, consumer: str) -> Hold | None:
        """Take an endpoint, if nobody tells it. Raises StoreBusy, KeyUnavailable."""
        column = await self._parts.keyring.service(*ENDPOINTS)

        def take(rows: Registry) -> Hold | None:
            return EndpointRows(rows.handle, column).claim(consumer, self._owner, rows.now)

        return await self._parts.store.administer(take)

    async def visit(self, hold: Hold, last: TenantId | None = None) -> Visited:
        """Read what comes next, send it, and write down what came of it.

        Raises NothingToTell where there is no such endpoint or it is paused, Fenced where it is not ours any
        more; StoreBusy, KeyUnavailable, Unreadable, TimeoutError.
        """
        reader = await PushReader.of(self._parts, hold.consumer)
        if milliseconds(reader.now) > hold.until - LEASE_MILLISECONDS // 2:
            hold = await self._parts.store.administer(
                lambda rows: EndpointRows(rows.handle, reader.deliveries).keep(hold, rows.now)
            )
        found = await look(self._parts, reader.standings, partial(read_batch, reader, last))
        if not found.batch.is_news:
            return Visited(hold, found.batch)
        outcomes = await self._send_all(found.webhook, found.batch.messages)

        def write(rows: Registry) -> tuple[Hold, PauseReason | None]:
            endpoints = EndpointRows(rows.handle, reader.deliveries)
            kept, record = endpoints.keep(hold, rows.now), endpoints.load(hold.consumer)
            delivery = Delivery.read(record or found.batch.delivery.written)
            if delivery.salt != found.batch.delivery.salt:
                raise Fenced("This endpoint was registered anew; nothing was written.")
            settle(delivery, found.batch, outcomes, now=rows.now, chance=self._chance)
            endpoints.write(hold.consumer, delivery.written)
            return kept, delivery.paused

        hold, paused = await self._parts.store.administer(write)
        self._tell_operators(hold.consumer, found.batch.messages, outcomes, paused)
        return Visited(hold, found.batch)

    async def _send_all(self, webhook: Webhook, messages: list[Message]) -> dict[str, Taken]:
        now = self._clock()
        keys = webhook.good(milliseconds(now))

        async def send(message: Message) -> Taken:
            headers = signed_headers(message.id, int(now.timestamp()), message.event, keys)
            return await self._send(webhook.url, message.event, {"content-type": PUSHED, **headers})

        async with asyncio.TaskGroup() as group:
            tasks = {message.id: group.create_task(send(message)) for message in messages}
        return {name: task.result() for name, task in tasks.items()}

    def _tell_operators(
        self,
        consumer: str,
        messages: list[Message],
        outcomes: dict[str, Taken],
        paused: PauseReason | None,
    ) -> None:
        for message in messages:
            failure = outcomes[message.id].failure
            self._parts.metrics.webhooks.labels(outcome=failure or "delivered").inc()
            if failure is not None:
                log.warning("webhook_not_taken", consumer=consumer, tenant=message.tenant, reason=failure)
        if paused is not None:
            log.error("webhook_paused", consumer=consumer, reason=paused)

    async def _release(self, hold: Hold) -> None:
        column = await self._parts.keyring.service(*ENDPOINTS)
        await self._parts.store.administer(lambda rows: EndpointRows(rows.handle, column).release(hold))


def _deliveries(rows: EndpointRows) -> dict[str, Delivery]:
    """How far all were told; one whose record does not open is told nothing, and holds up no other."""
    found = dict[str, Delivery]()
    for consumer in rows.names():
        try:
            record = rows.read(consumer)
        except Unreadable as error:
            log.warning("visit_delayed", consumer=consumer, code=type(error).__name__)
            continue
        if record is not None:
            found[consumer] = Delivery.read(record)
    return found
