"""Settling: what came of a batch that was sent, written into how far its webhook was told. Pure."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gateway.entry import EntryKind
from gateway.feed.batch import Batch, Message
from gateway.feed.delivery import WHOLE, Delivery, Failure, PauseReason, Waiting
from gateway.webhook import PAUSES_SECONDS

#: What an endpoint asks us to wait, at most.
RETRY_AFTER_SECONDS_MAX = 24 * 3600
#: A pause is longer by up to so much, so that not all come back at once.
JITTER = 0.1


class Taken(NamedTuple):
    """What came of sending one message. ``failure``: None if it was taken."""

    failure: Failure | None = None
    retry_after_seconds: float = 0.0


def settle(
    delivery: Delivery,
    batch: Batch,
    outcomes: Mapping[str, Taken],
    *,
    now: int,
    chance: Callable[[], float],
) -> None:
    """Write down what came of a batch, by the ids of its messages, in what is stored by then."""
    before = delivery.delivered_at
    held = {one.tenant for one in batch.messages if one.resource == WHOLE and outcomes[one.id].failure}
    for tenant, (reading, mark) in batch.moved.items():
        known = delivery.readings.setdefault(tenant, reading)
        if known.number == reading.number and tenant not in held:
            known.mark = mark
    for tenant, resource in batch.caught_up:
        if tenant in delivery.readings:
            delivery.readings[tenant].waiting.pop(resource, None)
    for message in batch.messages:
        taken = outcomes[message.id]
        if message.tenant not in delivery.readings:
            continue
        if taken.failure is None:
            delivery.delivered_at = now
            _delivered(delivery, message)
        else:
            _failed(delivery, message, taken, now, chance)
    if delivery.delivered_at != before:
        _try_once_more(delivery, before or 0, now)


def _try_once_more(delivery: Delivery, before: int, now: int) -> None:
    """Of an endpoint that takes something again, try what has failed since it took anything last."""
    for reading in delivery.readings.values():
        for waiting in reading.waiting.values():
            if before < waiting.since < now:
                waiting.due_at = min(waiting.due_at, now)


def _delivered(delivery: Delivery, message: Message) -> None:
    reading = delivery.readings[message.tenant]
    if message.resource == WHOLE:
        reading.waiting.pop(WHOLE, None)
    if message.kind is EntryKind.FEED_RESET:
        # What is told of the tenant from here on is told under other ids: those before are void.
        delivery.begun += 1
        del delivery.readings[message.tenant]
    elif message.kind is EntryKind.TENANT_ERASED:
        reading.waiting.clear()
    elif message.kind is EntryKind.SUBJECT_ERASED and reading.waiting:
        # Of what waits the consumer has older revisions alone, which may tell of them: it drops those too.
        reading.purpose = b""
    elif message.resource in reading.waiting:
        waiting = reading.waiting[message.resource]
        waiting.position, waiting.tries, waiting.due_at = message.position + 1, 0, 0


def _failed(
    delivery: Delivery, message: Message, taken: Taken, now: int, chance: Callable[[], float]
) -> None:
    reading, failure = delivery.readings[message.tenant], taken.failure or Failure.REFUSED
    known = reading.waiting.get(message.resource)
    if known is None or not known.tries:
        known = Waiting(message.position, 0, now, now, failure)
    pause = PAUSES_SECONDS[min(known.tries, len(PAUSES_SECONDS) - 1)] * (1 + JITTER * chance())
    pause = max(pause, min(taken.retry_after_seconds, RETRY_AFTER_SECONDS_MAX))
    waiting = Waiting(message.position, known.tries + 1, known.since, now + int(pause * 1000), failure)
    reading.waiting[message.resource] = waiting
    if failure is Failure.GONE:
        delivery.pause(PauseReason.GONE, now)
    elif waiting.is_dead and (delivery.delivered_at or 0) < waiting.since:
        delivery.pause(PauseReason.UNDELIVERED, now)
