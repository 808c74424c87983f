"""Answers: what a tenant has said to what was announced to it, and what follows once its time is over. Pure.

Nothing takes effect by silence, and nothing that was objected to. Where an answer was lost with a store that
was put back, silence is what is left: it stops, and widens nothing.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from gateway.authorization import State
from gateway.clock import DAY_MILLISECONDS
from gateway.intended import ChangeId, Intended, Kind, Said
from gateway.store.history import Happened, HistoryRow
from gateway.withdrawal.deadlines import days_to_tell

#: Days before the end at which it is told again that an answer is waited for, or what an objection brings.
CHANGE_NOTICES = (7, 1)


class Step(StrEnum):
    """What time alone makes of a change."""

    TELL = "tell"
    SUSPEND = "suspend"
    WITHDRAW = "withdraw"
    APPLY = "apply"


class Told(NamedTuple):
    """That so many days are left; ``at`` is in epoch milliseconds."""

    at: int
    days: int


class Announced(NamedTuple):
    """A change, what was said to it, and what was told of it. ``answer`` is None while nothing was said."""

    intended: Intended
    at: int
    answer: Happened | None = None
    answered_at: int = 0
    withdraws: bool = False
    is_in_effect: bool = False
    #: The same was announced anew, and only that counts: it was not objected to, or the newer was accepted.
    is_superseded: bool = False
    told: tuple[Told, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing can be said to it any more."""
        return self.is_in_effect or self.is_superseded

    @property
    def is_objected_to(self) -> bool:
        return self.answer is Happened.OBJECTED

    @property
    def awaits(self) -> int | None:
        """When the next thing follows, in epoch milliseconds; None: nothing does."""
        if self.is_over or (self.answer is None and not self.intended.needs_answer):
            return None
        if self.answer is None:
            return self.intended.object_by
        stays = self.is_objected_to and self.intended.kind.spares_who_objects and not self.withdraws
        return None if stays else self.intended.effective_at

    def bars(self, now: int) -> bool:
        """Whether nothing may be read or served for its sake: it was not answered in time, or objected to."""
        ends = self.awaits
        if ends is None or ends > now:
            return False
        return self.answer is None or self.is_objected_to

    def days_to_tell(self, now: int) -> int | None:
        """How many days are left, where that has to be told by now and was not."""
        if self.awaits is None or self.answer is Happened.ACCEPTED:
            return None
        begun = max(self.at, self.answered_at)
        # Who objects when it would have taken effect already is told at once.
        ends = max(self.awaits, begun)
        told = [one.days for one in self.told if one.at >= begun]
        whole = (ends - begun) // DAY_MILLISECONDS
        return days_to_tell((whole, *CHANGE_NOTICES), told, begun=begun, ends=ends, now=now)

    def was_told(self, now: int) -> bool:
        """Whether it was told a day ago that the last day has come."""
        begun = max(self.at, self.answered_at)
        return any(one.days <= 1 and begun <= one.at <= now - DAY_MILLISECONDS for one in self.told)

    def due(self, state: State, now: int) -> Step | None:
        """What has to be done by now, of a tenant in this state."""
        if self.bars(now):
            if self.withdraws and self.was_told(now):
                return Step.WITHDRAW
            # A machine that was off, or believed in another year, tells first. Who objected has answered.
            if state.may_read and (self.is_objected_to or self.was_told(now)):
                return Step.SUSPEND
        elif self.answer is Happened.ACCEPTED and state.may_read and self._has_come(now):
            return Step.APPLY
        return Step.TELL if self.days_to_tell(now) is not None else None

    def _has_come(self, now: int) -> bool:
        return self.awaits is not None and self.awaits <= now


def announced(rows: Iterable[HistoryRow], details: Mapping[int, bytes]) -> list[Announced]:
    """Everything that was announced to a tenant, the first first, by its history and what is sealed there."""
    known = dict[ChangeId, Announced]()
    for row in rows:
        if row.number not in details:
            continue
        if row.what is Happened.ANNOUNCED:
            intended = msgspec.json.decode(details[row.number], type=Intended)
            # An objection stands, however often the same is announced, until that is accepted.
            known |= {name: _beside(one, intended) for name, one in known.items() if not one.is_objected_to}
            known[intended.id] = Announced(intended, row.at)
            continue
        said = msgspec.json.decode(details[row.number], type=Said)
        known[said.change] = _after(known[said.change], row, said)
        if row.what is Happened.ACCEPTED:
            accepted = known[said.change]
            known |= {
                name: _beside(one, accepted.intended) for name, one in known.items() if one.at <= accepted.at
            }
    return list(known.values())


def named_changes(details: Mapping[int, bytes]) -> dict[int, Intended]:
    """Which change each row of history is about, by its number."""
    found, known = dict[int, Intended](), dict[ChangeId, Intended]()
    for number, text in sorted(details.items()):
        said = msgspec.json.decode(text, type=Said | Intended)
        if isinstance(said, Intended):
            known[said.id] = said
        found[number] = said if isinstance(said, Intended) else known[said.change]
    return found


def _beside(one: Announced, newer: Intended) -> Announced:
    """What becomes of an announcement with another one, or with that being accepted."""
    same = (one.intended.kind, one.intended.name) == (newer.kind, newer.name)
    is_other = one.intended.id != newer.id and not one.is_in_effect
    return one._replace(is_superseded=True) if same and is_other else one


def _after(one: Announced, row: HistoryRow, said: Said) -> Announced:
    if row.what is Happened.CHANGE_NOTICE:
        return one._replace(told=(*one.told, Told(row.at, row.days or 0)))
    if row.what is Happened.IN_EFFECT:
        return one._replace(is_in_effect=True)
    return one._replace(answer=row.what, answered_at=row.at, withdraws=said.withdraws)


def refused_recipients(changes: Iterable[Announced]) -> frozenset[str]:
    """Consumers who may not read what a tenant was told of and has not let happen: by name, case folded."""
    newest = {one.intended.name.casefold(): one for one in changes if one.intended.kind is Kind.RECIPIENT}
    return frozenset(name for name, one in newest.items() if not one.is_in_effect)
