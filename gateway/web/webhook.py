"""GET /v1/webhook: how it stands with a consumer's webhook."""

from typing import NamedTuple

import msgspec
from aiohttp import web

from gateway.booking import TenantId
from gateway.clock import moment
from gateway.feed.contract import Undelivered, WebhookStanding
from gateway.feed.delivery import WHOLE, Delivery, Waiting
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.endpoints import ENDPOINTS, EndpointRows
from gateway.store.handle import Handle
from gateway.web.authentication import authenticate, credentials_of
from gateway.web.emission import emit
from gateway.web.parameters import given_parameters
from gateway.web.parts import PARTS
from gateway.web.problems import NOT_FOUND, Problem


async def get_webhook(request: web.Request) -> web.StreamResponse:
    """Nothing secret: neither its address nor its keys."""
    parts, credentials = request.app[PARTS], credentials_of(request)
    given_parameters(request, frozenset())
    records, deliveries = [await parts.keyring.service(*column) for column in (RECORDS, ENDPOINTS)]

    def find(handle: Handle) -> Delivery:
        consumer = authenticate(ConsumerRows(handle, records), credentials, parts.clock())
        record = EndpointRows(handle, deliveries).read(consumer.id)
        if record is None:
            raise Problem(NOT_FOUND)
        return Delivery.read(record)

    return await emit(request, msgspec.json.encode(standing(await parts.store.read(find))))


def standing(delivery: Delivery) -> WebhookStanding:
    """What is told of it."""
    delivered_at = delivery.delivered_at
    return WebhookStanding(
        state="active" if delivery.paused is None else "paused",
        reason=None if delivery.paused is None else delivery.paused.value,
        since=moment(delivery.since),
        delivered_at=None if delivered_at is None else moment(delivered_at),
        undelivered=[_undelivered(*one) for one in waiting_of(delivery)],
    )


class Held(NamedTuple):
    """What waits, and of whom."""

    tenant: TenantId
    resource: str
    waiting: Waiting


def waiting_of(delivery: Delivery) -> list[Held]:
    """All that an endpoint has yet to take, by tenant and resource."""
    return [
        Held(tenant, resource, waiting)
        for tenant, reading in sorted(delivery.readings.items())
        for resource, waiting in sorted(reading.waiting.items())
        # What was taken, and is followed by more that is read at once, waits for nobody.
        if waiting.tries
    ]


def _undelivered(tenant: TenantId, resource: str, waiting: Waiting) -> Undelivered:
    return Undelivered(
        tenant=tenant,
        resource=None if resource == WHOLE else resource,
        reason=waiting.reason.value,
        tries=waiting.tries,
        since=moment(waiting.since),
        next_try_at=None if waiting.is_dead else moment(waiting.due_at),
    )
