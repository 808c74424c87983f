from typing import Any

import pytest
from kiota_abstractions.request_option import RequestOption
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.server import Sandbox
from tests.conformance.microsoft.client import AT_ONCE, ONCE, Graph, asking
from tests.conformance.microsoft.complaints import complaints
from tests.connectors.sandbox.callers import in_days


async def _rooms(graph: Graph, *options: RequestOption) -> Any:
    return await graph.client.places.graph_room.get(asking(None, *options))


async def _refused(graph: Graph, *options: RequestOption) -> Any:
    with pytest.raises(ODataError) as refused:
        await _rooms(graph, *options)
    return graph.checked(refused.value)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("resource-not-found", 404, "ResourceNotFound"),
        ("access-denied", 403, "ErrorAccessDenied"),
        ("invalid-token", 401, "InvalidAuthenticationToken"),
        ("not-implemented", 501, "NotImplemented"),
        ("internal-error", 500, "InternalServerError"),
        ("gateway-timeout", 504, "GatewayTimeout"),
    ],
)
async def test_refusals_are_read_in_full(
    graph: Graph, sandbox: Sandbox, fault: str, status: int, code: str
) -> None:
    sandbox.faults.ask(f"graph.{fault}")
    error = await _refused(graph, ONCE)
    assert (error.response_status_code, error.error.code) == (status, code)
    assert error.error.inner_error.request_id


async def test_what_is_not_there_is_refused_without_any_fault(graph: Graph, room: Calendar) -> None:
    with pytest.raises(ODataError) as refused:
        await graph.client.users.by_user_id(room.address).events.by_event_id("nothing").get()
    graph.checked(refused.value)
    assert (refused.value.response_status_code, refused.value.error.code) == (404, "ErrorItemNotFound")


async def test_a_lost_delta_state_says_where_to_begin(graph: Graph, sandbox: Sandbox, room: Calendar) -> None:
    builder = graph.client.users.by_user_id(room.address).calendar_view.delta
    query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
        start_date_time=in_days(0).isoformat(), end_date_time=in_days(1).isoformat()
    )
    page = await builder.get(asking(query, Prefer="odata.maxpagesize=200"))
    sandbox.expire_sync_tokens()
    with pytest.raises(ODataError) as refused:
        await builder.with_url(page.odata_delta_link).get()
    graph.checked(refused.value)
    assert (refused.value.response_status_code, refused.value.error.code) == (410, "syncStateNotFound")
    assert refused.value.response_headers["Location"].endswith("/delta()?$deltatoken=")


async def test_throttling_tells_how_long_to_wait(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.faults.ask("graph.throttled")
    error = await _refused(graph, ONCE)
    assert (error.response_status_code, error.error.code) == (429, "ApplicationThrottled")
    assert error.response_headers["Retry-After"] == "5"


async def test_members_that_the_models_do_not_know_are_seen(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.faults.ask("graph.throttled-details")
    with pytest.raises(ODataError) as refused:
        await _rooms(graph, ONCE)
    unknown = {f"answer.error.inner_error.{name} is not known" for name in ("code", "status")}
    assert set(complaints(refused.value, graph.answers[-1])) == unknown


@pytest.mark.parametrize("fault", ["mailbox-concurrency", "throttled-no-wait"])
async def test_the_client_asks_again_by_itself(graph: Graph, sandbox: Sandbox, fault: str) -> None:
    sandbox.faults.ask(f"graph.{fault}@1-1")
    assert (await _rooms(graph, AT_ONCE)).value
    assert sandbox.requests["graph.places"] == 2


async def test_the_client_does_not_wait_for_a_day(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.faults.ask("graph.throttled-long")
    assert (await _refused(graph)).response_status_code == 429
    assert sandbox.requests["graph.places"] == 1


async def test_a_challenge_is_answered_with_another_token(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.faults.ask("graph.claims-challenge")
    assert (await _rooms(graph)).value
    assert sandbox.requests["entra.token"] == 2
