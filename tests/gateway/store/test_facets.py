"""What is kept of facets: which of them moved, and a number that tells of no others."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.purpose import ALL_FACETS, FACETS
from gateway.store.facets import HASH_BYTES, LAST, ROOM, Trace, moved, revision, unmoved

# Some end in zeros, and some are nothing else.
hashes = st.lists(
    st.sampled_from([bytes(HASH_BYTES), b"a".ljust(HASH_BYTES, b"\0"), b"b" * HASH_BYTES]),
    min_size=1 + len(FACETS),
    max_size=1 + len(FACETS),
)
masks = st.integers(0, ALL_FACETS)


@given(hashes, hashes)
def test_what_differs_has_moved_and_all_of_it_with_the_first(one: list[bytes], other: list[bytes]) -> None:
    differing = sum(1 << number for number in range(1 + len(FACETS)) if one[number] != other[number])
    expected = ALL_FACETS if differing & 1 or not differing else differing
    assert moved(unmoved(one), unmoved(other)) == expected


@given(hashes, st.lists(hashes, max_size=6), masks)
def test_a_revision_moves_with_what_is_shown_and_with_nothing_else(
    first: list[bytes], later: list[list[bytes]], shown: int
) -> None:
    trace, before = Trace.anew(1, ROOM, unmoved(first)), first
    for number, hashed in enumerate(later):
        now = [first[0], *hashed[1:]]
        moves = [bit for bit in range(1 + len(FACETS)) if before[bit] != now[bit]]
        if not moves:
            continue
        after = trace.on(1, ROOM + 1 + number, unmoved(now))
        was, is_now = (revision(one.whole, one.facets, shown) for one in (trace, after))
        assert is_now - was == sum(shown >> bit & 1 for bit in moves)
        assert is_now < ROOM + LAST
        trace, before = after, now


def test_what_is_gone_moves_as_a_whole() -> None:
    assert moved(None, unmoved([b"a" * HASH_BYTES])) == ALL_FACETS
    assert revision(ROOM, None, ALL_FACETS) == ROOM


def test_a_count_that_is_full_stays() -> None:
    trace = Trace.anew(1, ROOM, unmoved([b"a" * HASH_BYTES, bytes(HASH_BYTES)]))
    for number in range(0xFFFF + 2):
        trace = trace.on(1, number, unmoved([b"a" * HASH_BYTES, bytes([number % 2]) * HASH_BYTES]))
    assert revision(trace.whole, trace.facets, ALL_FACETS) == ROOM + 0xFFFF
