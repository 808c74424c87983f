"""python-o365, as its documentation shows it: one request after the other, and all events in each round."""

import asyncio

from O365 import Account, MSGraphProtocol
from O365.calendar import Schedule

from tests.benchmarks.peer import Task, rounds, told


async def main() -> None:
    task = told()
    places = [schedule for token in task.rooms for schedule in schedules(task, token)]

    async def take() -> None:
        for place in places:
            list(place.get_events(limit=None, start_recurring=task.start, end_recurring=task.end))

    await rounds(take)


def schedules(task: Task, token: str) -> list[Schedule]:
    """One employer's calendars."""

    class StandIn(MSGraphProtocol):  # type: ignore[misc]  # its types are not installed beside ours
        _protocol_url = f"{task.url}/"

    account = Account(
        ("client", "unused"),
        protocol=StandIn(timezone="UTC"),
        auth_flow_type="credentials",
        tenant_id="unused",
        verify_ssl=task.authority,
        # Its own rest of 200 ms between two requests would hide all else.
        requests_delay=0,
    )
    account.con.session = account.con.get_session()
    # Else the environment chooses whom to trust and which proxy to ask.
    account.con.session.trust_env = False
    account.con.update_session_auth_header(access_token=token)
    return [account.schedule(resource=address) for address in task.rooms[token]]


if __name__ == "__main__":
    asyncio.run(main())
