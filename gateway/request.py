"""Request: what a person asks about their own data (Art. 15 to 21 GDPR), and what becomes of it."""

from datetime import date
from enum import StrEnum
from typing import Self

import msgspec

from gateway.authorization import AuthorizationId
from gateway.errors import ConfigurationError

#: How ids begin.
REQUEST = "req_"


class RequestKind(StrEnum):
    """What is asked for."""

    #: What is kept of them: for themselves (Art. 15), or to be handed on (Art. 20).
    ACCESS = "access"
    PORTABILITY = "portability"
    #: To be read anew, from where it is wrong no more (Art. 16).
    RECTIFICATION = "rectification"
    #: To be left alone, and not to be erased (Art. 18).
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    ERASURE = "erasure"


class RequestState(StrEnum):
    """Where a request stands."""

    OPENED = "opened"
    #: It is answered later, and the person was told why (Art. 12(3)).
    EXTENDED = "extended"
    CARRIED_OUT = "carried_out"
    REFUSED = "refused"
    #: The person took it back, or was told that a restriction ends; or there is nothing more to be done of.
    CLOSED = "closed"


#: In these it waits for an answer.
OPEN = frozenset({RequestState.OPENED, RequestState.EXTENDED})
#: Those that restrict at once, while they are open.
RESTRICTING = frozenset({RequestKind.RESTRICTION, RequestKind.OBJECTION, RequestKind.ERASURE})
#: Of these, those that the tenant's standing instruction carries out, unless they are refused before.
EXECUTED = frozenset({RequestKind.OBJECTION, RequestKind.ERASURE})
#: What is kept is handed out.
HANDED_OUT = frozenset({RequestKind.ACCESS, RequestKind.PORTABILITY})


def restricts(kind: RequestKind, state: RequestState) -> bool:
    """Whether nothing may be told of the person now. A granted restriction lasts until it is closed."""
    if kind is RequestKind.RESTRICTION and state is RequestState.CARRIED_OUT:
        return True
    return kind in RESTRICTING and state in OPEN


def keeps(kind: RequestKind, state: RequestState) -> bool:
    """Whether no clock may erase anything of the person: it is to be kept, and left alone (Art. 18(2))."""
    return kind is RequestKind.RESTRICTION and restricts(kind, state)


class By(StrEnum):
    """Who or what took a step."""

    OFFICER = "officer"
    #: The tenant's standing instruction: it was not refused in time.
    INSTRUCTION = "instruction"
    #: The tenant's own withdrawal: nothing is kept of anybody any more.
    WITHDRAWAL = "withdrawal"


class RequestStep(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request, when (epoch milliseconds), by whom, and why, in an officer's words."""

    at: int
    state: RequestState
    reason: str | None = None
    by: By = By.OFFICER


class SubjectRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request and its history. Every change returns a new one, or raises ConfigurationError.

    ``ends_at``: until when it is to be answered; ``executes_at``: when it is carried out by itself. Both in
    epoch milliseconds. ``link``: a calendar of their own that it is about as well.
    """

    id: str
    kind: RequestKind
    received: date
    ends_at: int
    executes_at: int | None
    link: AuthorizationId | None
    steps: tuple[RequestStep, ...]

    @property
    def state(self) -> RequestState:
        return self.steps[-1].state

    @property
    def opened_at(self) -> int:
        return self.steps[0].at

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def restricts(self) -> bool:
        return restricts(self.kind, self.state)

    @property
    def ended_at(self) -> int | None:
        """Since when nothing is to be done, epoch milliseconds; None while it is open, or restricts."""
        return None if self.is_open or self.restricts else self.steps[-1].at

    def extend(self, at: int, ends_at: int, reason: str) -> Self:
        """Once, while the time to answer is not over."""
        if self.state is not RequestState.OPENED or at >= self.ends_at:
            raise ConfigurationError(
                "A request is extended once, and within the month in which it was to be answered, since the "
                "person has to be told by then (Art. 12(3) GDPR). Nothing was changed."
            )
        return msgspec.structs.replace(self._after(at, RequestState.EXTENDED, reason), ends_at=ends_at)

    def carry_out(self, at: int, by: By = By.OFFICER) -> Self:
        self._refuse_ended()
        return self._after(at, RequestState.CARRIED_OUT, by=by)

    def refuse(self, at: int, ground: str) -> Self:
        self._refuse_ended()
        return self._after(at, RequestState.REFUSED, ground)

    def close(self, at: int) -> Self:
        if not (self.is_open or self.restricts):
            self._refuse_ended()
        return self._after(at, RequestState.CLOSED)

    def end(self, at: int) -> Self:
        """What the tenant's withdrawal makes of it, as of when all was erased; itself where it had ended.

        What was to be stopped or erased is; what was to be answered from what was kept cannot be any more.
        """
        at = max(at, self.steps[-1].at)
        if self.is_open and self.kind in RESTRICTING:
            # Of a restriction nothing is left that could be restricted.
            return self.carry_out(at, By.WITHDRAWAL).end(at)
        if self.is_open or self.restricts:
            return self._after(at, RequestState.CLOSED, by=By.WITHDRAWAL)
        return self

    def _refuse_ended(self) -> None:
        if not self.is_open:
            raise ConfigurationError(
                "That request was answered, refused or closed before, and stays so. Open another one if the "
                "person asks again; nothing was changed."
            )

    def _after(self, at: int, state: RequestState, reason: str | None = None, by: By = By.OFFICER) -> Self:
        step = RequestStep(at=at, state=state, reason=reason, by=by)
        return msgspec.structs.replace(self, steps=(*self.steps, step))
