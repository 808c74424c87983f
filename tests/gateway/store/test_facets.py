"""What is kept of facets: which of them moved, and a number that tells of no others."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.purpose import ALL_FACETS, FACETS
from gateway.store.facets import HASH_BYTES, LAST, ROOM, Trace, hashes_of, moved, revision

NUMBER = 1 + len(FACETS)
# Some end in zeros, and some are nothing else.
hashes = st.lists(
    st.sampled_from([bytes(HASH_BYTES), b"a".ljust(HASH_BYTES, b"\0"), b"b" * HASH_BYTES]),
    min_size=NUMBER,
    max_size=NUMBER,
)
masks = st.integers(0, ALL_FACETS)


@given(hashes, hashes)
def test_what_differs_has_moved_and_all_of_it_with_the_first(one: list[bytes], other: list[bytes]) -> None:
    differing = sum(1 << number for number in range(NUMBER) if one[number] != other[number])
    expected = ALL_FACETS if differing & 1 or not differing else differing
    assert moved(one, other) == expected
    kept = [Trace.anew(1, ROOM, hashes).facets for hashes in (one, other)]
    assert moved(*map(hashes_of, kept)) == expected


@given(st.lists(masks, max_size=6), masks, hashes)
def test_a_revision_moves_with_what_is_shown_and_with_nothing_else(
    moves: list[int], shown: int, copied: list[bytes]
) -> None:
    for kept in ([], copied):
        trace = Trace.anew(1, ROOM, kept)
        for number, mask in enumerate(moves):
            after = trace.on(1, ROOM + 1 + number, mask, kept)
            was, is_now = (revision(one.whole, one.facets, shown) for one in (trace, after))
            assert is_now - was == (mask & shown).bit_count()
            assert ROOM <= is_now < ROOM + LAST
            assert hashes_of(after.facets) == (kept or [bytes(HASH_BYTES)] * NUMBER)
            trace = after


def test_nothing_is_kept_of_what_moved_as_a_whole() -> None:
    assert Trace.anew(1, ROOM).facets is None
    assert revision(ROOM, None, ALL_FACETS) == ROOM


def test_a_count_that_is_full_stays() -> None:
    trace = Trace.anew(1, ROOM)
    for number in range(0xFFFF + 2):
        trace = trace.on(1, ROOM + number, 2)
    assert revision(trace.whole, trace.facets, ALL_FACETS) == ROOM + 0xFFFF
