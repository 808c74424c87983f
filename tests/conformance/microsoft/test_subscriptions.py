from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.subscription import Subscription

from connectors.sandbox.calendar import Calendar
from tests.conformance.microsoft.client import Graph
from tests.connectors.sandbox.callers import in_days
from tests.connectors.sandbox.receivers import Receiver


def _wanted(room: Calendar, url: str, until: datetime) -> Subscription:
    return Subscription(
        change_type="created,updated,deleted",
        resource=f"users/{room.address}/events",
        notification_url=f"{url}/notification",
        lifecycle_notification_url=f"{url}/lifecycle",
        expiration_date_time=until,
        client_state="a secret of ours",
    )


async def _made(graph: Graph, room: Calendar, receiver: Receiver) -> Any:
    return graph.checked(await graph.client.subscriptions.post(_wanted(room, receiver.url, in_days(1))))


async def test_a_subscription_is_made_after_both_handshakes(
    graph: Graph, room: Calendar, receiver: Receiver
) -> None:
    made = await _made(graph, room, receiver)
    assert len(receiver.tokens) == 2
    assert (made.expiration_date_time, made.client_state) == (in_days(1), "a secret of ours")
    found = graph.checked(await graph.client.subscriptions.by_subscription_id(made.id).get())
    assert (found.id, found.resource) == (made.id, made.resource)
    listed = graph.checked(await graph.client.subscriptions.get())
    assert [one.id for one in listed.value] == [made.id]


async def test_a_subscription_is_renewed_reauthorized_and_deleted(
    graph: Graph, room: Calendar, receiver: Receiver
) -> None:
    made = await _made(graph, room, receiver)
    one = graph.client.subscriptions.by_subscription_id(made.id)
    later = made.expiration_date_time + timedelta(days=3)
    renewed = graph.checked(await one.patch(Subscription(expiration_date_time=later)))
    assert renewed.expiration_date_time == later
    await one.reauthorize.post()
    await one.delete()
    with pytest.raises(ODataError) as refused:
        await one.get()
    assert refused.value.response_status_code == 404
    assert graph.checked(await graph.client.subscriptions.get()).value == []


async def test_a_receiver_that_does_not_answer_as_it_should_is_refused(
    graph: Graph, room: Calendar, receiver: Receiver
) -> None:
    receiver.echo = lambda _: web.Response(text="something else")
    with pytest.raises(ODataError) as refused:
        await graph.client.subscriptions.post(_wanted(room, receiver.url, in_days(1)))
    graph.checked(refused.value)
    assert (refused.value.response_status_code, refused.value.error.code) == (400, "InvalidRequest")
    assert refused.value.error.message.startswith("Subscription validation request failed.")


async def test_the_same_cannot_be_subscribed_to_twice(
    graph: Graph, room: Calendar, receiver: Receiver
) -> None:
    await _made(graph, room, receiver)
    with pytest.raises(ODataError) as refused:
        await _made(graph, room, receiver)
    assert (refused.value.response_status_code, refused.value.error.code) == (409, "ExtensionError")
