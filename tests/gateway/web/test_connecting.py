"""People on their way to their provider and back hold up nobody else, and may close their browser."""

import asyncio
from functools import partial

import pytest
from aiohttp import web

from gateway.web import lasting
from gateway.web.connecting import RETURN_PATH, SIGN_INS_AT_ONCE, Begun
from gateway.web.lasting import LASTING
from gateway.web.notifications import GRAPH_PATH, WAITING_MAX, Desk
from gateway.web.server import application
from tests.fakes.filled_store import FilledStore
from tests.gateway.web.served import Served, parts_of, serve, until

RINGING = {"value": [{"clientState": "north.calendar.forged", "resource": "Users/anna/Events/x"}]}


class SlowProvider:
    """Sign-ins that end once their provider answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.ended = 0
        self.answers = asyncio.Event()

    async def begin(self, secret: str) -> Begun:
        return Begun("https://provider.example/authorize", secret, secure=True)

    async def finish(self, state: str, session: str, code: str | None, error: str | None) -> str:  # noqa: ARG002
        self.asked += 1
        await self.answers.wait()
        self.ended += 1
        return "Your calendar is connected."


async def come_and_go(served: Served, provider: SlowProvider, people: int) -> None:
    """So many come back from their provider, and close their browsers while it is asked."""
    async with asyncio.TaskGroup() as browsers:
        coming = [browsers.create_task(served.ask("GET", RETURN_PATH)) for _ in range(people)]
        await until(lambda: provider.asked == people)
        for task in coming:
            task.cancel()
    # By the end of a later request it is known here that they have gone.
    assert (await served.ask("GET", "/health/live")).status == 200


async def test_notifications_do_not_wait_for_a_provider_that_signs_people_in(filled: FilledStore) -> None:
    provider = SlowProvider()
    async with serve(filled, provider) as served, asyncio.TaskGroup() as people:
        coming = [people.create_task(served.ask("GET", RETURN_PATH)) for _ in range(WAITING_MAX)]
        await until(lambda: provider.asked == SIGN_INS_AT_ONCE)
        assert (await served.ask("POST", GRAPH_PATH, json=RINGING)).status == 202
        # So many and no more may wait.
        desk = served.sign_ins
        assert desk is not None
        await until(lambda: desk.waiting == WAITING_MAX)
        assert (await served.ask("GET", RETURN_PATH)).status == 503
        provider.answers.set()
    assert {task.result().status for task in coming} == {200}


async def test_a_sign_in_ends_as_it_would_have_though_the_browser_was_closed(filled: FilledStore) -> None:
    provider = SlowProvider()
    async with serve(filled, provider) as served:
        await come_and_go(served, provider, 1)
        provider.answers.set()
        await until(lambda: provider.ended == 1)


async def test_whoever_has_gone_still_counts_among_those_who_sign_in_at_once(filled: FilledStore) -> None:
    provider = SlowProvider()
    async with serve(filled, provider) as served, asyncio.TaskGroup() as people:
        await come_and_go(served, provider, SIGN_INS_AT_ONCE)
        desk = served.sign_ins
        assert desk is not None
        assert desk.waiting == SIGN_INS_AT_ONCE
        late = people.create_task(served.ask("GET", RETURN_PATH))
        await until(lambda: desk.waiting == SIGN_INS_AT_ONCE + 1)
        assert provider.asked == SIGN_INS_AT_ONCE
        provider.answers.set()
    assert late.result().status == 200
    assert desk.waiting == 0


async def test_a_server_that_stops_lets_sign_ins_end(filled: FilledStore) -> None:
    provider = SlowProvider()
    site = application(parts_of(filled), provider)
    site.on_startup.freeze()
    await site.startup()
    site.freeze()
    async with asyncio.TaskGroup() as group:
        finish = partial(provider.finish, "", "", None, None)
        coming = group.create_task(site[LASTING].run(Desk(1).turn(), finish))
        await until(lambda: provider.asked == 1)
        coming.cancel()
    async with asyncio.TaskGroup() as group:
        stopped = group.create_task(_stop(site, provider))
        # The provider answers only while the server stops.
        await asyncio.sleep(0)
        provider.answers.set()
    assert stopped.result() == 1


async def _stop(site: web.Application, provider: SlowProvider) -> int:
    """Stop what serves; how many sign-ins had ended by then."""
    await site.cleanup()
    return provider.ended


async def test_a_sign_in_without_end_is_ended(filled: FilledStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "SECONDS_MAX", 0.01)
    provider = SlowProvider()
    async with serve(filled, provider) as served:
        answer = await served.ask("GET", RETURN_PATH)
    assert (answer.status, provider.ended) == (503, 0)
    assert b"Follow the invitation again" in answer.body
