"""Who was asked for when: each request that reached the stand-ins with a tenant's token, or a person's."""

import asyncio
from collections import defaultdict
from datetime import datetime


class Visits:
    """Requests by directory id, and by a person's address, on the clock that the gateway goes by."""

    def __init__(self) -> None:
        self._at = defaultdict[str, list[datetime]](list)
        self._came = asyncio.Condition()

    async def note(self, whom: str, at: datetime) -> None:
        self._at[whom].append(at)
        async with self._came:
            self._came.notify_all()

    def after(self, whom: str, moment: datetime) -> int:
        """How many came later than that."""
        return sum(at > moment for at in self._at[whom])

    async def come(self, whom: str, count: int) -> None:
        """Wait for so many more."""
        wanted = len(self._at[whom]) + count
        async with self._came:
            await self._came.wait_for(lambda: len(self._at[whom]) >= wanted)
