"""When consumers were last here: remembered by the minute, for whoever writes it down now and then."""

from collections.abc import Mapping

from gateway.clock import MINUTE_MILLISECONDS


class Uses:
    """By consumer, in epoch milliseconds, whole minutes: when it last showed credentials that are good."""

    def __init__(self) -> None:
        self._noted = dict[str, int]()
        self._taken = dict[str, int]()

    def note(self, consumer: str, now: int) -> None:
        self._noted[consumer] = now - now % MINUTE_MILLISECONDS

    def take(self) -> Mapping[str, int]:
        """What is news since it was last taken."""
        news = {
            consumer: at for consumer, at in self._noted.copy().items() if self._taken.get(consumer) != at
        }
        self._taken |= news
        return news
