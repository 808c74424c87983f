from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gateway.authorization import (
    READING,
    TRANSITIONS,
    Authorization,
    AuthorizationId,
    AuthorizationKind,
    Change,
    State,
    SuspensionReason,
    TransitionForbidden,
)
from gateway.booking import TenantId

#: The design's sentence on states, arrow by arrow.
ARROWS = {
    State.PENDING: {State.TRIAL, State.ACTIVE, State.WITHDRAWN},
    State.TRIAL: {State.ACTIVE, State.SUSPENDED, State.WITHDRAWN},
    State.ACTIVE: {State.DEGRADED, State.SUSPENDED, State.WITHDRAWN},
    State.DEGRADED: {State.ACTIVE, State.SUSPENDED, State.WITHDRAWN},
    State.SUSPENDED: {State.ACTIVE, State.WITHDRAWN},
    State.WITHDRAWN: {State.ERASED},
    State.ERASED: set(),
}

reasons = st.sampled_from(SuspensionReason)


def authorization(state: State = State.PENDING, epoch: int = 1) -> Authorization:
    reason = SuspensionReason.EXPIRED if state is State.SUSPENDED else None
    return Authorization(
        tenant=TenantId("tenant"),
        id=AuthorizationId("authorization"),
        kind=AuthorizationKind.EMPLOYER,
        state=state,
        epoch=epoch,
        reason=reason,
    )


def changed(before: Authorization, change: Change) -> Authorization:
    """The method that is named after the change."""
    arguments = [SuspensionReason.RESTRICTED] if change is Change.SUSPEND else []
    after: Any = getattr(before, change.value)(*arguments)
    assert isinstance(after, Authorization)
    return after


def test_the_arrows_are_the_designs() -> None:
    drawn: dict[State, set[State]] = {state: set() for state in State}
    for (before, _), after in TRANSITIONS.items():
        if after is not before:
            drawn[before].add(after)
    assert drawn == ARROWS


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("change", Change)
def test_a_change_follows_the_table_or_is_forbidden(state: State, change: Change) -> None:
    before = authorization(state)
    if (state, change) in TRANSITIONS:
        assert changed(before, change).state is TRANSITIONS[state, change]
    elif (state, change) != (State.WITHDRAWN, Change.WITHDRAW):
        with pytest.raises(TransitionForbidden, match=state.value):
            changed(before, change)


@pytest.mark.parametrize(
    ("state", "change", "rise"),
    [
        (State.ACTIVE, Change.SUSPEND, 1),
        (State.SUSPENDED, Change.RESUME, 1),
        (State.SUSPENDED, Change.WITHDRAW, 1),
        (State.ACTIVE, Change.DEGRADE, 0),
        (State.DEGRADED, Change.RECOVER, 0),
        (State.PENDING, Change.BEGIN_TRIAL, 0),
        (State.TRIAL, Change.ACTIVATE, 0),
        (State.WITHDRAWN, Change.ERASE, 0),
        (State.WITHDRAWN, Change.WITHDRAW, 0),
        (State.ACTIVE, Change.AMEND, 1),
        (State.DEGRADED, Change.AMEND, 1),
        (State.ACTIVE, Change.DISCONNECT, 1),
        (State.SUSPENDED, Change.DISCONNECT, 1),
        (State.DEGRADED, Change.RECONNECT, 1),
    ],
)
def test_what_stops_or_reopens_raises_the_epoch(state: State, change: Change, rise: int) -> None:
    assert changed(authorization(state, epoch=5), change).epoch == 5 + rise


@pytest.mark.parametrize("state", sorted(READING))
def test_to_live_by_other_rules_moves_no_state(state: State) -> None:
    assert changed(authorization(state), Change.AMEND).state is state


def test_without_credentials_it_is_degraded_until_it_is_given_new_ones() -> None:
    without = authorization(State.ACTIVE).disconnect()
    assert (without.state, without.is_disconnected) == (State.DEGRADED, True)
    assert without.amend().is_disconnected
    with pytest.raises(TransitionForbidden):
        without.recover()
    again = without.reconnect()
    assert (again.state, again.reason) == (State.DEGRADED, None)
    assert again.recover().state is State.ACTIVE


def test_what_is_suspended_stays_so_for_the_same_reason_with_and_without_credentials() -> None:
    suspended = authorization(State.SUSPENDED)
    for after in (suspended.disconnect(), suspended.disconnect().reconnect()):
        assert (after.state, after.reason) == (State.SUSPENDED, suspended.reason)


def test_withdrawing_twice_is_withdrawing_once() -> None:
    withdrawn = authorization(State.ACTIVE).withdraw()
    assert withdrawn.withdraw() == withdrawn


def test_a_change_leaves_the_one_before_as_it_was() -> None:
    before = authorization(State.ACTIVE)
    assert before.suspend(SuspensionReason.ACCESS_LOST) != before == authorization(State.ACTIVE)


def test_what_each_state_allows() -> None:
    assert {state for state in State if not state.is_open} == {State.WITHDRAWN, State.ERASED}
    assert {state for state in State if state.may_read} == {State.TRIAL, State.ACTIVE, State.DEGRADED}
    assert {state for state in State if state.may_serve} == {State.ACTIVE, State.DEGRADED}


class Life(RuleBasedStateMachine):
    """Any changes in any order, of which the forbidden ones change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.before = authorization()

    @initialize(kind=st.sampled_from(AuthorizationKind))
    def begin(self, kind: AuthorizationKind) -> None:
        self.now = self.before = Authorization(tenant=TenantId("t"), id=AuthorizationId("a"), kind=kind)

    @rule(change=st.sampled_from(Change), reason=reasons)
    def change(self, change: Change, reason: SuspensionReason) -> None:
        self.before = self.now
        try:
            self.now = self.now.suspend(reason) if change is Change.SUSPEND else changed(self.now, change)
        except TransitionForbidden:
            self.now = self.before

    @invariant()
    def the_epoch_never_falls(self) -> None:
        assert self.now.epoch >= self.before.epoch

    @invariant()
    def reading_and_serving_never_begin_or_end_within_an_epoch_once_active(self) -> None:
        stopped = self.before.state.may_serve and not self.now.state.may_serve
        reopened = self.before.state is State.SUSPENDED and self.now.state.may_serve
        assert not (stopped or reopened) or self.now.epoch > self.before.epoch

    @invariant()
    def erased_is_final(self) -> None:
        assert self.before.state is not State.ERASED or self.now == self.before

    @invariant()
    def withdrawn_leads_to_erased_only(self) -> None:
        if self.before.state is State.WITHDRAWN:
            assert self.now.state in {State.WITHDRAWN, State.ERASED}

    @invariant()
    def erased_comes_from_withdrawn_only(self) -> None:
        if self.now.state is State.ERASED:
            assert self.before.state in {State.WITHDRAWN, State.ERASED}

    @invariant()
    def it_can_be_withdrawn_from_wherever_it_is_not_erased(self) -> None:
        if self.now.state is State.ERASED:
            with pytest.raises(TransitionForbidden):
                self.now.withdraw()
        else:
            assert self.now.withdraw().state is State.WITHDRAWN

    @invariant()
    def a_reason_stands_exactly_while_suspended_or_without_credentials(self) -> None:
        has_reason = self.now.state is State.SUSPENDED or self.now.is_disconnected
        assert (self.now.reason is not None) == has_reason

    @invariant()
    def who_and_whose_never_change(self) -> None:
        names = [(one.tenant, one.id, one.kind) for one in (self.before, self.now)]
        assert names[0] == names[1]


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=20)
