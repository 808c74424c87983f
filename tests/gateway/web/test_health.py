from datetime import date

import pytest

from gateway.clock import milliseconds
from gateway.request import RequestKind, RequestState, RequestStep, SubjectRequest
from tests.fakes.filled_store import FilledStore, a_resource
from tests.gateway.web.served import Served, watch


async def test_a_process_that_answers_is_live(served: Served) -> None:
    assert (await served.ask("GET", "/health/live")).json == {"status": "live"}


async def test_it_is_ready_once_the_pulse_beats(served: Served) -> None:
    before = await served.ask("GET", "/health/ready")
    assert (before.status, before.json["type"]) == (503, "/v1/problems/unavailable")
    await served.parts.pulse.beat()
    ready = await served.ask("GET", "/health/ready")
    assert (ready.status, ready.json) == (200, {"status": "ready"})


async def test_it_is_not_ready_when_the_pulse_has_stopped(served: Served) -> None:
    await served.parts.pulse.beat()
    served.parts.pulse._looked_at -= 6
    assert (await served.ask("GET", "/health/ready")).status == 503


async def test_metrics_count_entries_and_name_no_tenant(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    await filled.put_resource(tenant, a_resource("north"))
    await served.page(token)
    async with watch(served.parts) as client, client.get("/metrics") as answer:
        body = await answer.read()
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert b"gateway_entries_served_total 2.0" in body
    assert tenant.encode() not in body


@pytest.mark.parametrize(
    ("state", "told"), [(RequestState.OPENED, (b"1.0", b"-3")), (RequestState.REFUSED, (b"0.0", b"+Inf"))]
)
async def test_what_people_wait_for_is_counted(
    filled: FilledStore, served: Served, state: RequestState, told: tuple[bytes, bytes]
) -> None:
    tenant, now = await filled.add_tenant("harbour"), milliseconds(filled.clock())
    request = SubjectRequest(
        id="req_1",
        kind=RequestKind.ACCESS,
        received=date(2026, 2, 2),
        ends_at=now - 3_000,
        executes_at=None,
        link=None,
        steps=(RequestStep(at=1, state=state),),
    )
    await filled.turn(tenant, lambda to: to.requests.put(request, ["finder"]))
    async with watch(served.parts) as client, client.get("/metrics") as answer:
        body = await answer.read()
    number, seconds = told
    assert b"gateway_subject_requests_ahead " + number in body
    assert b"gateway_next_subject_request_seconds " + seconds in body


async def test_a_consumer_cannot_read_the_metrics(served: Served) -> None:
    """They move with edits that the feed keeps silent."""
    assert (await served.ask("GET", "/metrics")).status == 404
