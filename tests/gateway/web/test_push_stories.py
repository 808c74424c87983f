"""However changes, failures and restarts interleave, a webhook's consumer ends with the truth, in order."""

from datetime import timedelta
from itertools import count, cycle
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.changes import STORIES, Change, Truth
from tests.fakes.filled_store import FilledStore
from tests.fakes.pushed import Pushed, a_tenant, open_pushed
from tests.fakes.webhook_target import resource_of, takes_all
from tests.gateway.web.test_feed_stories import apply, assert_true

NUMBERS = count()
FAULTS = st.lists(
    st.sampled_from(["none", "north", "south", "whole", "all", "killed", "restart"]), min_size=1, max_size=9
)


class Killed(Exception):
    """The process ends behind what it sent, and before it wrote that down."""


def fail(pushed: Pushed, fault: str) -> None:
    """Let everything of a sort fail from now on."""

    def says(event: dict[str, Any]) -> int:
        resource = resource_of(event) or "whole"
        return 500 if fault in (resource, "all") else 204

    pushed.target.says = takes_all if fault in ("none", "killed", "restart") else says


async def visit(pushed: Pushed, fault: str) -> None:
    fail(pushed, fault)
    if fault == "restart":
        pushed.restart()
    if fault == "killed":
        await killed_visit(pushed)
    else:
        await pushed.visit()


async def killed_visit(pushed: Pushed) -> None:
    taken = pushed.target.send

    async def killed(url: str, body: bytes, headers: dict[str, str]) -> Any:
        await taken(url, body, headers)
        raise Killed

    pushed.push._send = killed
    try:
        await pushed.visit()
    except* Killed:
        pushed.restart()
    else:
        pushed.push._send = taken


def assert_in_order(pushed: Pushed) -> None:
    """What was told of a booking never goes back."""
    revisions = dict[str, int]()
    for _, event in pushed.target.said:
        if event["type"] == "feed.reset":
            revisions.clear()
        if event["type"] == "booking.put":
            booking, revision = event["data"]["booking"]["id"], event["data"]["revision"]
            assert revision >= revisions.get(booking, 0)
            revisions[booking] = revision


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STORIES, FAULTS)
async def test_a_webhook_ends_with_what_is_true(
    filled: FilledStore, story: tuple[list[Change], bool], faults: list[str]
) -> None:
    (changes, erased), truth, coming = story, Truth(), cycle(faults)
    tenant = await filled.add_tenant(f"pushed{next(NUMBERS)}")
    pushed = await open_pushed(filled, tenant)
    for change in filter(truth.allows, changes):
        truth.apply(change)
        await apply(filled, tenant, change)
        if change.kind == "read":
            before = len(pushed.target.said)
            for _ in range(change.number):
                await visit(pushed, next(coming))
            filled.clock.move(timedelta(minutes=20))
            told = pushed.target.told[before:]
            assert not truth.suspended or all(kind.startswith("tenant.") for kind in told)
    fail(pushed, "none")
    if truth.suspended:
        await pushed.visit_past_pauses()
        assert pushed.target.backend.view(tenant).hidden
        await filled.resume(tenant)
    await pushed.visit_past_pauses()
    assert_true(pushed.target.backend, tenant, truth)
    assert_in_order(pushed)
    if erased:
        erasure = await filled.withdraw(tenant)
        await pushed.visit_past_pauses()
        assert pushed.target.backend.view(tenant).erasure == erasure
        assert not pushed.target.backend.view(tenant).bookings


async def test_what_is_removed_after_a_crash_is_told_to_who_was_told_of_it(filled: FilledStore) -> None:
    tenant = await a_tenant(filled, "crash", "north", "south")
    pushed = await open_pushed(filled, tenant)
    while not pushed.target.said:
        await killed_visit(pushed)
    assert "resource.put" in pushed.target.told
    await filled.remove_resource(tenant, "north")
    await pushed.visit_all()
    assert set(pushed.target.backend.view(tenant).resources) == {"south"}
    assert set(pushed.target.backend.view(tenant).bookings) == {"south-one"}
