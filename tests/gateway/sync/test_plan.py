from random import Random  # noqa: TID251  seeded by what is drawn
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from gateway.booking import BookingId
from gateway.sync.plan import BRAKE_FLOOR, plan_absence, plan_page


class Draft(NamedTuple):
    id: BookingId
    fingerprint: bytes


ids = st.sampled_from([BookingId(letter) for letter in "abcdef"])
fingerprints = st.sampled_from([b"one", b"two"])
drafts = st.lists(st.builds(Draft, ids, fingerprints), max_size=8)
some_ids = st.lists(ids, max_size=4)
stores = st.dictionaries(ids, st.none() | fingerprints)


@given(drafts, some_ids, stores)
def test_a_page_makes_the_store_equal_to_what_it_says(
    page: list[Draft], unclear: list[BookingId], known: dict[BookingId, bytes | None]
) -> None:
    plan = plan_page(page, unclear, known)
    after = dict(known)
    after.update({draft.id: draft.fingerprint for draft in plan.put})
    said = {draft.id: draft.fingerprint for draft in page}
    for booking in {*after, *said, *unclear}:
        assert after.get(booking) == said.get(booking, known.get(booking))


@given(drafts, some_ids, stores)
def test_nothing_is_written_that_is_there_already(
    page: list[Draft], unclear: list[BookingId], known: dict[BookingId, bytes | None]
) -> None:
    plan = plan_page(page, unclear, known)
    after = known | {draft.id: draft.fingerprint for draft in plan.put}
    assert all(known.get(draft.id) != draft.fingerprint for draft in plan.put)
    assert not plan_page(page, unclear, after).put


@given(drafts, some_ids, stores)
def test_whatever_stands_and_was_met_is_seen(
    page: list[Draft], unclear: list[BookingId], known: dict[BookingId, bytes | None]
) -> None:
    plan = plan_page(page, unclear, known)
    written = {draft.id for draft in plan.put}
    standing = {booking for booking in unclear if known.get(booking) is not None}
    assert {*plan.keep, *written} == {draft.id for draft in page} | standing


@given(drafts, some_ids, stores)
def test_what_was_removed_is_not_new(
    page: list[Draft], unclear: list[BookingId], known: dict[BookingId, bytes | None]
) -> None:
    plan = plan_page(page, unclear, known)
    assert plan.new == {draft.id for draft in plan.put if draft.id not in known}


@given(drafts, stores, st.randoms(use_true_random=False))
def test_the_order_of_a_page_is_not_told(
    page: list[Draft],
    known: dict[BookingId, bytes | None],
    chance: Random,
) -> None:
    once = list({draft.id: draft for draft in page}.values())
    shuffled = [*once]
    chance.shuffle(shuffled)
    assert plan_page(once, [], known).put == plan_page(shuffled, [], known).put


def test_the_last_word_of_a_page_counts() -> None:
    booking = BookingId("a")
    plan = plan_page([Draft(booking, b"one"), Draft(booking, b"two")], [], {})
    assert plan.put == [Draft(booking, b"two")]


@given(st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_the_brake_stops_what_is_much_once(count: int, others: int, braked: bool) -> None:  # noqa: FBT001  an example
    absent = [BookingId(str(number)) for number in range(count)]
    remove, brake = plan_absence(absent, standing=count + others, braked=braked)
    much = count > BRAKE_FLOOR and count > others
    assert brake == (much and not braked)
    assert remove == ([] if brake else absent)
