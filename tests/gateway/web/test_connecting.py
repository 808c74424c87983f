"""People on their way to their provider and back hold up nobody else."""

import asyncio

from gateway.web.connecting import RETURN_PATH, SIGN_INS_AT_ONCE, Begun
from gateway.web.notifications import GRAPH_PATH, WAITING_MAX
from tests.fakes.filled_store import FilledStore
from tests.gateway.web.served import serve, until

RINGING = {"value": [{"clientState": "north.calendar.forged", "resource": "Users/anna/Events/x"}]}


class SlowProvider:
    """Sign-ins that end once their provider answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = asyncio.Event()

    async def begin(self, secret: str) -> Begun:
        return Begun("https://provider.example/authorize", secret, secure=True)

    async def finish(self, state: str, session: str, code: str | None, error: str | None) -> str:  # noqa: ARG002
        self.asked += 1
        await self.answers.wait()
        return "Your calendar is connected."


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
