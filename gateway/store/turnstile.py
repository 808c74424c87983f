"""Turnstile: lets so many in at once, whoever is urgent before whoever came first."""

import asyncio
from collections import deque


class Turnstile:
    """One place each; whoever got one gives it back."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._urgent = deque[asyncio.Future[None]]()
        self._usual = deque[asyncio.Future[None]]()

    async def enter(self, *, urgent: bool) -> None:
        """Wait for a place; whoever is cancelled has none."""
        if self._free:
            self._free -= 1
            return
        waiting, queue = asyncio.get_running_loop().create_future(), self._urgent if urgent else self._usual
        queue.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if not waiting.cancelled():
                # Let in just as it gave up.
                self.leave()
            # Else it is passed over in its turn.
            raise

    def leave(self) -> None:
        """Give a place back, to whoever is next."""
        for queue in (self._urgent, self._usual):
            while queue:
                waiting = queue.popleft()
                if not waiting.done():
                    waiting.set_result(None)
                    return
        self._free += 1
