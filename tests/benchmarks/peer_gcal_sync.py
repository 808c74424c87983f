"""gcal_sync, as its documentation shows it: a store in memory, rounds by sync token, our number at a time."""

import asyncio
import ssl

import aiohttp
from gcal_sync.api import GoogleCalendarService
from gcal_sync.auth import AbstractAuth
from gcal_sync.sync import CalendarEventSyncManager

from tests.benchmarks.peer import rounds, told

AT_ONCE = 10


class Given(AbstractAuth):  # type: ignore[misc]  # its types are not installed beside ours
    """A token that is there already."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        super().__init__(session, f"{url}/calendar/v3")
        self._token = token

    async def async_get_access_token(self) -> str:
        return self._token


async def main() -> None:
    task = told()
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=task.authority))
    async with aiohttp.ClientSession(connector=connector) as session:
        managers = [
            CalendarEventSyncManager(GoogleCalendarService(Given(session, task.url, token)), address)
            for token, addresses in task.rooms.items()
            for address in addresses
        ]
        turns = asyncio.Semaphore(AT_ONCE)

        async def run(manager: CalendarEventSyncManager) -> None:
            async with turns:
                await manager.run()

        async def take() -> None:
            await asyncio.gather(*map(run, managers))

        await rounds(take)


if __name__ == "__main__":
    asyncio.run(main())
