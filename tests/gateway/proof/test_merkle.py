"""The tree of a log: known roots, and whatever does not follow from it is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.proof.merkle import Frontier, consistency, inclusion, is_extension, leaf_hash, root
from gateway.proof.offline import root_over, sha256

SIZES_UP_TO = 64
LEAVES = [leaf_hash(number.to_bytes(2)) for number in range(SIZES_UP_TO)]

#: The test data of RFC 6962's own logs: entries, and the root of the first so many.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

sizes = st.integers(1, SIZES_UP_TO)


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_those_of_the_standard(size: int) -> None:
    assert root(KNOWN[:size]).hex() == ROOTS[size]


@given(size=st.integers(0, SIZES_UP_TO), more=st.integers(0, SIZES_UP_TO))
def test_what_grows_is_the_same_tree(size: int, more: int) -> None:
    seen = Frontier().grown(LEAVES[:size])
    grown = seen.grown(LEAVES[size : size + more])
    assert (seen.size, seen.root) == (size, root(LEAVES[:size]))
    assert (grown.size, grown.root) == (len(LEAVES[: size + more]), root(LEAVES[: size + more]))
    assert len(grown.peaks) == grown.size.bit_count()


def test_proofs_are_those_of_the_standard() -> None:
    assert [step.hex() for step in inclusion(KNOWN, 5)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        ROOTS[4],
    ]
    assert [step.hex() for step in consistency(KNOWN, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        ROOTS[4],
    ]
    assert [step.hex() for step in consistency(KNOWN[:5], 2)] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


@pytest.mark.parametrize("size", range(1, SIZES_UP_TO + 1))
def test_every_leaf_has_its_path_and_no_other_place_has_it(size: int) -> None:
    leaves, top = LEAVES[:size], root(LEAVES[:size])
    for position in range(size):
        path = inclusion(leaves, position)
        fitting = [at for at in range(size + 2) if root_over(at, size, leaves[position], path) == top]
        assert fitting == [position]


@pytest.mark.parametrize("size", range(1, SIZES_UP_TO + 1))
def test_every_tree_extends_every_smaller_one(size: int) -> None:
    new = size, root(LEAVES[:size])
    for old in range(size + 1):
        assert is_extension((old, root(LEAVES[:old])), new, consistency(LEAVES[:size], old))


def flipped(hashes: list[bytes], bit: int) -> list[bytes]:
    joined = bytearray(b"".join(hashes))
    joined[bit // 8 % len(joined)] ^= 1 << bit % 8
    return [bytes(joined[at : at + 32]) for at in range(0, len(joined), 32)]


@given(size=sizes, place=st.integers(0), bit=st.integers(0, 32 * 8 * 8))
def test_a_path_with_any_bit_flipped_leads_elsewhere(size: int, place: int, bit: int) -> None:
    leaves, position = LEAVES[:size], place % size
    leaf, *path = flipped([leaves[position], *inclusion(leaves, position)], bit)
    assert root_over(position, size, leaf, path) != root(leaves)


@given(size=sizes, place=st.integers(0), change=st.sampled_from(["longer", "shorter", "larger"]))
def test_a_path_of_another_length_leads_nowhere(size: int, place: int, change: str) -> None:
    leaves, position = LEAVES[:size], place % size
    path = inclusion(leaves, position)
    if change == "shorter" and not path:
        return
    changed = {"longer": [*path, sha256()], "shorter": path[:-1], "larger": path}[change]
    size_told = 2 * size if change == "larger" else size
    assert root_over(position, size_told, leaves[position], changed) != root(leaves)


@settings(max_examples=300)
@given(size=sizes, some=st.integers(0), bit=st.integers(0, 32 * 8 * 10))
def test_what_does_not_extend_is_not_taken_for_it(size: int, some: int, bit: int) -> None:
    old = 1 + some % size
    new_root, old_root = root(LEAVES[:size]), root(LEAVES[:old])
    new_root, old_root, *proof = flipped([new_root, old_root, *consistency(LEAVES[:size], old)], bit)
    assert not is_extension((old, old_root), (size, new_root), proof)


@given(size=st.integers(2, SIZES_UP_TO), some=st.integers(0), other=st.integers(0))
def test_an_altered_leaf_shows(size: int, some: int, other: int) -> None:
    old = 1 + some % (size - 1)
    altered = list(LEAVES[:size])
    altered[other % old] = leaf_hash(b"another")
    new = size, root(altered)
    assert not is_extension((old, root(LEAVES[:old])), new, consistency(altered, old))


def test_a_proof_is_as_long_as_it_has_to_be() -> None:
    one, two, three, four, five = (root(LEAVES[:size]) for size in range(1, 6))
    assert not is_extension((3, three), (3, three), [sha256()])
    assert not is_extension((0, sha256()), (3, three), [sha256()])
    assert not is_extension((2, two), (3, three), [])
    assert not is_extension((3, three), (5, five), [])
    # Of a tree that is smaller than it says.
    assert not is_extension((1, one), (3, two), [LEAVES[1]])
    # Of trees that are higher than they say.
    over = [sha256(b"\1", sha256(), head) for head in (three, four)]
    proof = consistency(LEAVES[:4], 3)
    assert is_extension((3, three), (4, four), proof)
    assert not is_extension((3, over[0]), (4, over[1]), [*proof, sha256()])
    assert root_over(0, 1, LEAVES[0], [LEAVES[1]]) is None


def test_nothing_is_extended_by_what_is_smaller() -> None:
    head = LEAVES[0]
    assert not is_extension((3, head), (2, sha256(b"\1", head, LEAVES[1])), [head, LEAVES[1]])
    assert not is_extension((4, root(LEAVES[:4])), (3, root(LEAVES[:3])), [])
