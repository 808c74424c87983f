"""Noninterference: what is not disclosed moves nothing that anybody can see."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.raw import RawEvent, Response
from gateway.booking import ResourceKind, canonical
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Disclosure, meet
from gateway.minimization.outcome import Put, Removed
from tests.properties.minimization_twins import Twins, disclosures, events, minimizer, observed, twins

#: Of so many, here; ``make silence`` looks at as many as there is time for.
PAIRS = 5_000


def seen(disclosure: Disclosure, kind: ResourceKind, event: RawEvent) -> bytes:
    return observed(minimizer(disclosure, kind).minimize(event))


@pytest.mark.parametrize("half", [1, 2])
@given(pair=twins())
@settings(max_examples=PAIRS // 2, deadline=None)
def test_one_permitted_view_gives_the_same_bytes(half: int, pair: Twins) -> None:
    assert seen(pair.disclosure, pair.kind, pair.one) == seen(pair.disclosure, pair.kind, pair.other)


@given(twins(), disclosures)
@settings(max_examples=200, deadline=None)
def test_who_sees_less_cannot_tell_more_apart(pair: Twins, other: Disclosure) -> None:
    less = meet(pair.disclosure, other)
    assert seen(less, pair.kind, pair.one) == seen(less, pair.kind, pair.other)


@given(
    events(), events(), disclosures, st.sampled_from([{"cancelled": True}, {"response": Response.DECLINED}])
)
@settings(max_examples=50, deadline=None)
def test_a_removal_tells_nothing_but_the_id(
    one: RawEvent, other: RawEvent, disclosure: Disclosure, gone: dict[str, object]
) -> None:
    rooms = minimizer(disclosure, ResourceKind.ROOM)
    removed = rooms.minimize(replace(one, **gone))
    assert isinstance(removed, Removed)
    assert removed == rooms.minimize(replace(other, **gone))


@given(events(), disclosures)
@settings(max_examples=100, deadline=None)
def test_no_address_of_anybody_leaves(event: RawEvent, disclosure: Disclosure) -> None:
    for policy in (disclosure, CONTRACT):
        text = seen(policy, ResourceKind.ROOM, event)
        assert b"@" not in text
        assert b"example" not in text


@given(events(), disclosures)
@settings(max_examples=100, deadline=None)
def test_the_bytes_are_the_same_every_time(event: RawEvent, disclosure: Disclosure) -> None:
    first = minimizer(disclosure, ResourceKind.ROOM).minimize(event)
    again = minimizer(disclosure, ResourceKind.ROOM).minimize(replace(event))
    assert first == again
    if isinstance(first, Put) and isinstance(again, Put):
        assert canonical(first.booking) == canonical(again.booking)
