"""Fetching: one visit to a stream that is polled (RFC 8936)."""

from gateway.app.signals.asking import Asker, NotAnswered, TooLong
from gateway.app.signals.hearing import Hearing
from gateway.clock import Clock, milliseconds
from gateway.signals.refusal import NotHeard, SetRefused
from gateway.signals.stream import POLLED_BYTES_MAX, SETS_MAX, Polled, first_of, poll_request
from gateway.signals.transmitter import Caller

#: Of one visit: who has more is visited again.
POLLS_MAX = 10
NO_KEYS, BLOCKED = "no_keys", "blocked"


class Fetching:
    """Takes all there is, and takes nothing back that is not remembered here."""

    def __init__(self, hearing: Hearing, asker: Asker, caller: Caller, clock: Clock) -> None:
        self._hearing = hearing
        self._asker = asker
        self._caller = caller
        self._clock = clock
        self._most = SETS_MAX
        self._seen = set[str]()
        #: What the next poll is to say of those before.
        self._taken, self._refused = list[str](), dict[str, str]()
        self._why: str | None = None

    async def run(self) -> str | None:
        """Why some of it was not taken, if any was not. Raises NotAnswered, GatewayError."""
        for _ in range(POLLS_MAX):
            found = await self._poll(self._most)
            came_at = milliseconds(self._clock())
            # What comes again within a visit has to wait for another: it would go on for ever.
            new = {name: token for name, token in found.sets.items() if name not in self._seen}
            if not new:
                break
            for name, token in new.items():
                await self._take(name, token, came_at)
        if self._taken or self._refused:
            await self._poll(0)
        return self._why

    async def _take(self, name: str, token: str, came_at: int) -> None:
        self._seen.add(name)
        try:
            await self._hearing.hear(self._caller, token.encode("ascii", "replace"), came_at)
        except SetRefused as error:
            self._refused[name] = error.code
            self._why = self._why or error.code
        except NotHeard:
            # It comes again, and holds up none of the others.
            self._why = self._why or NO_KEYS
        else:
            self._taken.append(name)

    async def _poll(self, most: int) -> Polled:
        """Say what became of those before, and ask for so many more. Raises NotAnswered."""
        agreed, token = self._caller.transmitter.agreed, self._caller.transmitter.token
        address = (agreed and agreed.delivery.endpoint_url) or ""
        asked = poll_request(self._taken, self._refused, most)
        try:
            found = Polled.read(await self._asker.post(address, asked, token, POLLED_BYTES_MAX))
        except TooLong as error:
            if most > 1:
                # Not all of them are too long, or none of them alone.
                self._most = 1
                return await self._poll(1)
            first = first_of(error.beginning)
            if first is None:
                # What cannot be named can be neither taken nor refused, and stands before all others.
                raise NotAnswered(BLOCKED) from None
            # Whether it has heard what became of those before is not known: it is told once more.
            return first
        if found is None:
            raise NotAnswered("no_sets")
        self._taken, self._refused = [], {}
        return found
