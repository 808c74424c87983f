"""Faults that were asked for, and the requests that they meet."""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.chance import Chance
from connectors.sandbox.door import Answering
from connectors.sandbox.faults.acts import refused
from connectors.sandbox.faults.catalogue import CATALOGUE, asked, check_name
from connectors.sandbox.faults.fault import Fault, Memory, Visit, named_by
from connectors.sandbox.faults.marks import is_marked
from connectors.sandbox.faults.when import ALWAYS, When, when
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.refusal import Refusal, google_refusal, graph_refusal
from connectors.sandbox.signals.fault_names import SIGNAL_FAULTS

_GRAPH_CODES = {429: "ApplicationThrottled", 503: "ServiceUnavailable", 504: "GatewayTimeout"}
_GOOGLE_REASONS = {429: ("rateLimitExceeded", "usageLimits"), 403: ("rateLimitExceeded", "usageLimits")}


class Faults:
    """What goes wrong, as it was ordered. What is met by lot follows from the seed."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self._seed = seed
        self._clock = clock
        self._orders: list[_Order] = []
        #: Of push: they happen to no request in particular.
        self.push = NotificationFaults(seed)
        #: Of what a transmitter of signals tells.
        self.signals = NotificationFaults(seed, SIGNAL_FAULTS)

    def ask(self, text: str) -> None:
        """Order ``NAME[@WHEN]``. Raises InvalidFault."""
        name, at = asked(text)
        self._order(name, at, None)

    def order(self, name: str, when_: str = "1", times: int | None = None) -> None:
        """Order a fault by name; at most ``times`` requests meet it. Raises InvalidFault."""
        check_name(name)
        self._order(name, when(when_), times)

    def refuse(self, kind: str, status: int, times: int, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next ``times`` requests of a kind with a status, such as 429 with ``Retry-After``.

        Kinds are those of ``Sandbox.requests``, or a prefix such as ``graph``.
        """
        act = refused(lambda _: _worded(kind, status, headers or {}))
        self._put(Fault(f"{kind}.{status}", "Refused on demand.", (kind,), act), ALWAYS, times)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._orders.clear()
        self.push.clear()
        self.signals.clear()

    def __len__(self) -> int:
        return len(self._orders)

    async def __call__(self, kind: str, handler: Answering, request: web.Request) -> web.StreamResponse:
        """Answer a request, with the handler or without. The first order comes first."""
        self._orders = [order for order in self._orders if not order.is_over]
        # All count before any acts: what one refuses is still a request to the next.
        turns = [(order, order.counted(kind, request)) for order in self._orders]
        answering = handler
        for order, is_its_turn in reversed(turns):
            answering = order.before(answering, kind, self._clock, is_its_turn=is_its_turn)
        return await answering(request)

    def _order(self, name: str, at: When, times: int | None) -> None:
        if name in CATALOGUE:
            self._put(CATALOGUE[name], at, times)
        else:
            (self.signals if name in SIGNAL_FAULTS else self.push).plan(name, times, at)

    def _put(self, one: Fault, at: When, times: int | None = None) -> None:
        self._orders.append(_Order(one, at, times, self._seed))


class _Order:
    """One fault that was asked for, and how often it was met."""

    def __init__(self, one: Fault, at: When, times: int | None, seed: int) -> None:
        self._fault = one
        self._when = at
        self._left = times
        self._seed = seed
        self._matching = 0
        self._memory = Memory()

    @property
    def is_over(self) -> bool:
        return self._left == 0 and not self._fault.follows

    def counted(self, kind: str, request: web.Request) -> bool:
        """Whether it is this request's turn. One that a fault itself led to is none of its own."""
        if is_marked(request) or not self._fault.concerns(kind, request):
            return False
        self._matching += 1
        lots = Chance(self._seed, self._fault.name, self._matching)
        return self._when.comes(self._matching, lots)

    def before(self, rest: Answering, kind: str, clock: Clock, *, is_its_turn: bool) -> Answering:
        """The rest of the way with this fault in front of it."""

        async def answering(request: web.Request) -> web.StreamResponse:
            now = clock()
            is_met = is_its_turn and self._is_spent_on(now)
            if not is_met and not (self._memory.began and named_by(self._fault.follows, kind)):
                return await rest(request)
            name, memory = self._fault.name, self._memory
            return await self._fault.act(Visit(name, self._seed, kind, request, rest, is_met, now, memory))

        return answering

    def _is_spent_on(self, now: datetime) -> bool:
        if self._left == 0:
            return False
        if self._left is not None:
            self._left -= 1
        self._memory.began = self._memory.began or now
        return True


def _worded(kind: str, status: int, headers: Mapping[str, str]) -> Refusal:
    if not kind.startswith("google"):
        code = _GRAPH_CODES.get(status, "UnknownError")
        return graph_refusal(status, code, "Application is over its MailboxConcurrency limit.", headers)
    reason, domain = _GOOGLE_REASONS.get(status, ("backendError", "global"))
    refusal = google_refusal(status, reason, "Rate Limit Exceeded", domain)
    refusal.headers.update(headers)
    return refusal
