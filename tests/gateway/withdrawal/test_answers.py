"""What follows from an answer, and from none: worked out from history alone."""

from dataclasses import dataclass, field

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.authorization import State
from gateway.clock import DAY_MILLISECONDS
from gateway.intended import ChangeId, Intended, Kind, Said
from gateway.store.history import Happened, HistoryRow
from gateway.withdrawal.answers import Announced, Step, Told, announced, named_changes, refused_recipients

BEGUN = 1_000 * DAY_MILLISECONDS
HOUR = DAY_MILLISECONDS // 24
KINDS = st.sampled_from(Kind)
STATES = st.sampled_from(State)
#: Hours after the announcement.
HOURS = st.integers(0, 60 * 24)
#: What is said: when, and whether it is an objection that withdraws.
ANSWERS = st.tuples(HOURS, st.sampled_from((Happened.ACCEPTED, Happened.OBJECTED)), st.booleans())


def change(name: str, kind: Kind, *, days: int = 30, later: int = 0, needs_answer: bool = True) -> Intended:
    """To object to for so many days, and in effect so many later."""
    object_by = BEGUN + days * DAY_MILLISECONDS
    return Intended(
        id=ChangeId(f"chg_{name}"),
        kind=kind,
        name="example",
        what="It is another one.",
        object_by=object_by,
        effective_at=object_by + later * DAY_MILLISECONDS,
        needs_answer=needs_answer,
    )


@dataclass
class Tale:
    """What history tells, written as the gateway writes it."""

    rows: list[HistoryRow] = field(default_factory=list)
    details: dict[int, bytes] = field(default_factory=dict)

    def tell(self, what: Happened, at: int, about: Intended | Said, days: int | None = None) -> None:
        number = len(self.rows) + 1
        self.rows.append(HistoryRow(number, at, what, "active", None, 1, days))
        self.details[number] = msgspec.json.encode(about)

    def of(self, intended: Intended) -> Announced:
        return next(one for one in announced(self.rows, self.details) if one.intended.id == intended.id)


def announcement(intended: Intended) -> Tale:
    tale = Tale()
    tale.tell(Happened.ANNOUNCED, BEGUN, intended)
    return tale


class Life:
    """Time passes hour by hour, and what is due is done."""

    def __init__(self, intended: Intended, answers: list[tuple[int, Happened, bool]]) -> None:
        self.tale, self.intended, self.state = announcement(intended), intended, State.ACTIVE
        self.taken: list[tuple[int, Step]] = []
        self._answers = sorted(answers, key=lambda one: one[0])

    def live(self, hours: int, looks: set[int] | None = None) -> "Life":
        for hour in range(hours):
            now = BEGUN + hour * HOUR
            while self._answers and self._answers[0][0] <= hour:
                _, what, withdraws = self._answers.pop(0)
                said = Said(change=self.intended.id, withdraws=withdraws and what is Happened.OBJECTED)
                if not self.tale.of(self.intended).is_over:
                    self.tale.tell(what, now, said)
            if looks is None or hour in looks:
                self._look(now)
        return self

    def _look(self, now: int) -> None:
        one = self.tale.of(self.intended)
        step = one.due(self.state, now)
        if step is None or self.state is State.WITHDRAWN:
            return
        self.taken.append((now, step))
        if step is Step.TELL:
            said = Said(change=self.intended.id)
            self.tale.tell(Happened.CHANGE_NOTICE, now, said, one.days_to_tell(now))
        elif step is Step.APPLY:
            self.tale.tell(Happened.IN_EFFECT, now, Said(change=self.intended.id))
        else:
            self.state = State.SUSPENDED if step is Step.SUSPEND else State.WITHDRAWN

    def days_of(self, *steps: Step) -> list[float]:
        return [(at - BEGUN) / DAY_MILLISECONDS for at, step in self.taken if step in steps]


def test_silence_is_told_at_its_start_a_week_and_a_day_before_and_then_all_stops() -> None:
    life = Life(change("one", Kind.PROCESSOR), []).live(40 * 24)
    assert life.days_of(Step.TELL) == [0, 23, 29]
    assert life.days_of(Step.SUSPEND) == [30]
    assert life.days_of(Step.APPLY, Step.WITHDRAW) == []


def test_what_was_accepted_takes_effect_on_its_day_and_is_told_of_no_more() -> None:
    life = Life(change("one", Kind.CONTROL, later=5), [(24, Happened.ACCEPTED, False)]).live(60 * 24)
    assert life.days_of(Step.APPLY) == [35]
    assert life.days_of(Step.TELL) == [0]
    assert life.state is State.ACTIVE


def test_whom_nothing_can_spare_stops_on_the_day_and_not_before() -> None:
    life = Life(change("one", Kind.CONTROL, later=5), [(24, Happened.OBJECTED, False)]).live(60 * 24)
    assert life.days_of(Step.SUSPEND) == [35]
    assert life.days_of(Step.TELL) == [0, 1, 28, 34]


def test_who_can_be_spared_goes_on_and_hears_no_more_of_it() -> None:
    for kind in (Kind.POLICY, Kind.TEXT, Kind.RECIPIENT):
        life = Life(change("one", kind), [(24, Happened.OBJECTED, False)]).live(60 * 24)
        assert life.days_of(Step.SUSPEND, Step.WITHDRAW, Step.APPLY) == []
        assert life.state is State.ACTIVE


def test_who_chose_to_withdraw_does_so_once_it_was_told_a_day_before() -> None:
    life = Life(change("one", Kind.TEXT), [(24, Happened.OBJECTED, True)]).live(60 * 24)
    assert life.days_of(Step.WITHDRAW) == [30]
    # Nobody looked until the day: it stops at once, is told with the next look, and is erased a day later.
    late = Life(change("one", Kind.TEXT), [(24, Happened.OBJECTED, True)]).live(60 * 24, {*range(720, 1440)})
    assert (late.days_of(Step.SUSPEND), late.days_of(Step.WITHDRAW)) == ([30], [31 + 1 / 24])


def test_who_chooses_to_withdraw_when_all_has_stopped_is_told_and_erased_a_day_later() -> None:
    life = Life(change("one", Kind.CONTROL), [(31 * 24, Happened.OBJECTED, True)]).live(60 * 24)
    assert life.days_of(Step.SUSPEND, Step.WITHDRAW) == [30, 32]


def test_what_tells_no_more_asks_nothing() -> None:
    life = Life(change("one", Kind.POLICY, needs_answer=False), []).live(60 * 24)
    assert life.taken == []


def test_what_was_announced_anew_counts_alone() -> None:
    first, second = change("one", Kind.CONTROL), change("two", Kind.CONTROL, days=60)
    tale = announcement(first)
    tale.tell(Happened.ANNOUNCED, BEGUN + 2 * HOUR, second)
    assert tale.of(first).due(State.ACTIVE, BEGUN + 400 * DAY_MILLISECONDS) is None
    assert tale.of(second).bars(second.object_by)


def test_an_objection_stands_however_often_the_same_is_announced_until_that_is_accepted() -> None:
    first, second = change("one", Kind.CONTROL), change("two", Kind.CONTROL, days=60)
    tale, later = announcement(first), BEGUN + 40 * DAY_MILLISECONDS
    tale.tell(Happened.OBJECTED, BEGUN + HOUR, Said(change=first.id))
    tale.tell(Happened.ANNOUNCED, BEGUN + 2 * HOUR, second)
    assert tale.of(first).bars(later)
    # What was said to the first is no answer to the second.
    assert tale.of(second).answer is None
    tale.tell(Happened.ACCEPTED, BEGUN + 3 * HOUR, Said(change=second.id))
    assert not tale.of(first).bars(later)
    tale.tell(Happened.ANNOUNCED, BEGUN + 4 * HOUR, change("three", Kind.TEXT))
    assert tale.of(second).answer is Happened.ACCEPTED
    assert tale.of(second).due(State.ACTIVE, second.effective_at) is Step.APPLY


def test_who_may_not_read_yet_is_known_by_the_newest_announcement() -> None:
    first, second = change("one", Kind.RECIPIENT), change("two", Kind.RECIPIENT)
    tale = announcement(first)
    assert refused_recipients(announced(tale.rows, tale.details)) == {"example"}
    tale.tell(Happened.ACCEPTED, BEGUN + HOUR, Said(change=first.id))
    assert refused_recipients(announced(tale.rows, tale.details)) == {"example"}
    tale.tell(Happened.IN_EFFECT, BEGUN + HOUR, Said(change=first.id))
    assert refused_recipients(announced(tale.rows, tale.details)) == set()
    tale.tell(Happened.ANNOUNCED, BEGUN + 2 * HOUR, second)
    assert refused_recipients(announced(tale.rows, tale.details)) == {"example"}


@given(KINDS, st.lists(ANSWERS, max_size=3), st.integers(1, 30), st.integers(0, 20), st.sets(HOURS))
def test_nothing_takes_effect_by_silence_and_nothing_is_erased_that_nobody_chose(
    kind: Kind, answers: list[tuple[int, Happened, bool]], days: int, later: int, looks: set[int]
) -> None:
    intended = change("one", kind, days=days, later=later)
    life = Life(intended, answers).live(60 * 24, looks)
    for at, step in life.taken:
        said = [one for one in answers if BEGUN + one[0] * HOUR <= at]
        last = max(said, key=lambda one: one[0], default=None)
        if step is Step.APPLY:
            assert at >= intended.effective_at
            assert any(what is Happened.ACCEPTED for _, what, _ in said)
        if step is Step.SUSPEND:
            assert at >= intended.object_by
            assert last is None or any(what is Happened.OBJECTED for _, what, _ in said)
        if step is Step.WITHDRAW:
            assert at >= intended.effective_at
            assert any(what is Happened.OBJECTED and withdraws for _, what, withdraws in said)
            notices = [told for told, other in life.taken if other is Step.TELL]
            assert any(told <= at - DAY_MILLISECONDS for told in notices)


@given(KINDS, st.lists(ANSWERS, max_size=2), st.sets(HOURS))
def test_what_is_told_is_no_less_than_what_is_left_and_never_told_twice(
    kind: Kind, answers: list[tuple[int, Happened, bool]], looks: set[int]
) -> None:
    life = Life(change("one", kind, later=9), answers).live(60 * 24, looks)
    begun, told = BEGUN, list[int]()
    for row in life.tale.rows:
        if row.what in {Happened.ACCEPTED, Happened.OBJECTED}:
            begun, told = row.at, []
        if row.what is Happened.CHANGE_NOTICE:
            assert row.days is not None
            assert row.days >= 0
            told.append(row.days)
    assert told == sorted(set(told), reverse=True)
    assert begun >= BEGUN


@given(KINDS, STATES, HOURS)
def test_who_is_not_read_is_neither_suspended_nor_put_under_anything(
    kind: Kind, state: State, hour: int
) -> None:
    tale, now = announcement(change("one", kind)), BEGUN + hour * HOUR
    tale.tell(Happened.CHANGE_NOTICE, BEGUN, Said(change=ChangeId("chg_one")), 1)
    silent = tale.of(change("one", kind)).due(state, now)
    tale.tell(Happened.ACCEPTED, BEGUN, Said(change=ChangeId("chg_one")))
    accepted = tale.of(change("one", kind)).due(state, now)
    assert state.may_read or (silent in {None, Step.TELL} and accepted in {None, Step.TELL})
    is_over = hour >= 30 * 24
    assert not state.may_read or (silent is Step.SUSPEND) == (accepted is Step.APPLY) == is_over


def test_nothing_is_erased_before_a_day_has_passed_since_its_last_was_told() -> None:
    objected = Announced(
        change("one", Kind.CONTROL, later=5), BEGUN, Happened.OBJECTED, BEGUN + HOUR, withdraws=True
    )
    now = objected.intended.effective_at

    def is_erased(at: int, days: int, *, answered_at: int = BEGUN + HOUR) -> bool:
        one = objected._replace(told=(Told(at, days),), answered_at=answered_at)
        assert one.due(State.SUSPENDED, now) in {Step.WITHDRAW, Step.TELL, None}
        assert (one.due(State.SUSPENDED, now) is Step.WITHDRAW) is one.was_told(now)
        return one.was_told(now)

    day_ago = now - DAY_MILLISECONDS
    assert [is_erased(day_ago, days) for days in (0, 1, 2, 7)] == [True, True, False, False]
    assert [is_erased(day_ago + beside, 1) for beside in (-1, 1)] == [True, False]
    # What was told before the answer, or the announcement, was of something else.
    assert [is_erased(day_ago, 1, answered_at=day_ago + beside) for beside in (0, 1)] == [True, False]
    assert not is_erased(BEGUN - 1, 1, answered_at=0)
    assert is_erased(BEGUN, 1, answered_at=0)


def test_of_two_announced_at_once_the_one_that_is_accepted_counts_alone() -> None:
    first, second = change("one", Kind.CONTROL), change("two", Kind.CONTROL)
    tale = announcement(first)
    tale.tell(Happened.OBJECTED, BEGUN, Said(change=first.id))
    tale.tell(Happened.ANNOUNCED, BEGUN, second)
    assert not tale.of(first).is_over
    tale.tell(Happened.ACCEPTED, BEGUN, Said(change=second.id))
    assert tale.of(first).is_over
    # What is accepted supersedes nothing that was announced after it, or that is of another kind.
    others = [change("three", Kind.CONTROL), change("four", Kind.PROCESSOR)]
    for later, other in enumerate(others, 1):
        tale.tell(Happened.ANNOUNCED, BEGUN + later, other)
    tale.tell(Happened.ACCEPTED, BEGUN + 3, Said(change=second.id))
    assert [tale.of(other).is_over for other in others] == [False, False]


def test_each_row_names_the_change_that_it_is_about() -> None:
    first, second = change("one", Kind.CONTROL), change("two", Kind.TEXT)
    tale = announcement(first)
    tale.tell(Happened.ANNOUNCED, BEGUN, second)
    tale.tell(Happened.OBJECTED, BEGUN, Said(change=first.id))
    tale.tell(Happened.ACCEPTED, BEGUN, Said(change=second.id))
    named = {number: one.id for number, one in named_changes(tale.details).items()}
    assert named == {1: first.id, 2: second.id, 3: first.id, 4: second.id}
