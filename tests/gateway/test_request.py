"""A request: what may become of it, and when it restricts."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import ConfigurationError
from gateway.request import OPEN, RESTRICTING, RequestKind, RequestState, RequestStep, SubjectRequest

ENDS_AT, LATER = 1_000, 3_000
CHANGES: dict[str, Callable[[SubjectRequest, int], SubjectRequest]] = {
    "extend": lambda request, at: request.extend(at, LATER, "many"),
    "carry out": SubjectRequest.carry_out,
    "refuse": lambda request, at: request.refuse(at, "no"),
    "close": SubjectRequest.close,
    "end": SubjectRequest.end,
}


def opened(kind: RequestKind = RequestKind.ACCESS) -> SubjectRequest:
    return SubjectRequest(
        id="req_1",
        kind=kind,
        received=date(2026, 3, 2),
        ends_at=ENDS_AT,
        executes_at=None,
        link=None,
        steps=(RequestStep(at=1, state=RequestState.OPENED),),
    )


@given(st.sampled_from(RequestKind), st.lists(st.sampled_from(sorted(CHANGES)), max_size=6))
def test_whatever_is_done_it_ends_once_and_restricts_while_it_is_open(
    kind: RequestKind, changes: list[str]
) -> None:
    request = opened(kind)
    for at, change in enumerate(changes, start=2):
        before = request
        try:
            request = CHANGES[change](before, at)
        except ConfigurationError:
            assert request is before
            continue
        if change == "end":
            assert request.steps[: len(before.steps)] == before.steps
            assert request.ended_at is not None
            assert request.end(at + 1) is request
            assert before.ended_at is None or request is before
            continue
        assert request.steps[:-1] == before.steps
        assert before.is_open or (before.restricts and change == "close")
        if change == "extend":
            assert before.state is RequestState.OPENED
    if kind in RESTRICTING and request.state in OPEN:
        assert request.restricts
    if kind not in RESTRICTING:
        assert not request.restricts
    assert (request.ended_at is None) == (request.is_open or request.restricts)


def test_what_was_granted_as_a_restriction_lasts_until_it_is_closed() -> None:
    granted = opened(RequestKind.RESTRICTION).carry_out(2)
    assert granted.restricts
    assert not granted.is_open
    with pytest.raises(ConfigurationError):
        granted.refuse(3, "late")
    assert not granted.close(3).restricts
    assert not opened(RequestKind.ERASURE).carry_out(2).restricts


@pytest.mark.parametrize("at", [ENDS_AT, ENDS_AT + 1])
def test_it_is_put_off_once_and_in_time(at: int) -> None:
    with pytest.raises(ConfigurationError, match="within the month"):
        opened().extend(at, LATER, "many")
    extended = opened().extend(ENDS_AT - 1, LATER, "many")
    assert extended.ends_at == LATER
    with pytest.raises(ConfigurationError, match="once"):
        extended.extend(ENDS_AT - 1, LATER, "more")
