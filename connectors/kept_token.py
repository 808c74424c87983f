"""An access token that is kept: had by one for all who wait, and renewed before its end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from connectors.transport import Grant

#: A token is renewed this long before its end, and kept no longer than a day.
MARGIN_SECONDS = 300
LIFETIME_SECONDS_MAX = 86_400


class FreshToken(NamedTuple):
    """What a provider has just given."""

    access_token: str
    lifetime_seconds: int


class KeptToken:
    """Shows one token until shortly before its end; ``renew`` has one request under way at a time.

    Raises what ``renew`` raises, and keeps nothing then.
    """

    def __init__(self, renew: Callable[[], Awaitable[FreshToken]]) -> None:
        self._renew = renew
        self._single_flight = asyncio.Lock()
        self._token = ""
        self._good_until = 0.0

    async def token(self) -> str:
        now = asyncio.get_running_loop().time
        async with self._single_flight:
            if self._token and now() < self._good_until:
                return self._token
            asked_at = now()
            fresh = await self._renew()
            lifetime = min(fresh.lifetime_seconds, LIFETIME_SECONDS_MAX) - MARGIN_SECONDS
            self._token, self._good_until = fresh.access_token, asked_at + lifetime
            return self._token

    def forget(self, token: str) -> None:
        if token == self._token:
            self._token = ""


_: type[Grant] = KeptToken
