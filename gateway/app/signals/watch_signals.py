"""Watch signals: that a provider's promises to tell end, or have ended, stands among what signals did.

What has to be done about it is done as it is told: the channel is renewed or opened anew, and its calendar
read, which shows whether we still may (``web/notifications.py``). A tenant's day has one row of each sort.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.errors import GatewayError
from gateway.signals.notification import Told
from gateway.signals.signal import WATCH, Claim, Signal
from gateway.withdrawal.door import Door

#: How it came: by a provider that was asked to tell of changes.
CHANNEL = "notifications"
#: Who tells: the provider that calendars are read from, of which a tenant has one.
ISSUER = "provider"
CLAIMS: Mapping[Told, Claim] = {Told.ENDING: Claim.WATCH_ENDING, Told.ENDED: Claim.WATCH_LOST}

#: One sort of news of one tenant's watches.
News = tuple[TenantId, Told]


class WatchSignals:
    """``take`` tells what was heard since it was last asked. One of many: a day has one id."""

    def __init__(self, parts: Parts, door: Door, take: Callable[[], Iterable[News]]) -> None:
        self._parts = parts
        self._door = door
        self._take = take
        self._waiting = set[News]()
        #: What has stood there since which day: of who tells it all the time nothing is asked.
        self._stands = dict[News, int]()

    async def visit(self) -> None:
        """Hand over what is news today. What cannot be now is handed over the next time."""
        self._waiting.update(self._take())
        now = milliseconds(self._parts.clock())
        day = now // DAY_MILLISECONDS
        self._stands = {news: on for news, on in self._stands.items() if on == day}
        for news in sorted(self._waiting, key=_order):
            if news not in self._stands:
                with suppress(GatewayError):
                    await self._tell(news, now, day)
            if news in self._stands:
                self._waiting.discard(news)

    async def _tell(self, news: News, now: int, day: int) -> None:
        tenant, told = news
        signal = Signal(ISSUER, f"{told.value} {day}", WATCH, CLAIMS[told], now)
        await self._door.receive(tenant, CHANNEL, [signal])
        self._stands[news] = day


def _order(news: News) -> tuple[str, str]:
    return news[0], news[1].value
