"""The Merkle tree of a log (RFC 6962, section 2.1): roots, and proofs of what it holds and what it extends.

Leaves are hashes already; a proof is a list of hashes, from the leaves towards the root.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gateway.proof.offline import sha256


class Frontier(NamedTuple):
    """What of a tree decides how it goes on: its size, and the roots of its full parts, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return sha256()
        *larger, found = self.peaks
        for peak in reversed(larger):
            found = sha256(b"\1", peak, found)
        return found

    def grown(self, leaves: Iterable[bytes]) -> "Frontier":
        """The same with more leaves."""
        size, peaks = self.size, [*self.peaks]
        for leaf in leaves:
            full, part = size, leaf
            # As many parts are as large as the new one as there are ones at the end of the size.
            while full & 1:
                part, full = sha256(b"\1", peaks.pop(), part), full >> 1
            peaks.append(part)
            size += 1
        return Frontier(size, tuple(peaks))


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\0", entry)


def root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256()
    left, right = _halves(leaves)
    return sha256(b"\1", root(left), root(right))


def inclusion(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """What leads from the leaf at a position to the root (section 2.1.1)."""
    if len(leaves) <= 1:
        return []
    left, right = _halves(leaves)
    if position < len(left):
        return [*inclusion(left, position), root(right)]
    return [*inclusion(right, position - len(left)), root(left)]


def consistency(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """What shows that the tree extends that of its first ``old`` leaves (section 2.1.2)."""
    return _extension(leaves, old, known=True) if 0 < old < len(leaves) else []


def _extension(leaves: Sequence[bytes], old: int, *, known: bool) -> list[bytes]:
    """``known``: whoever verifies has the root of the first leaves already."""
    if old == len(leaves):
        return [] if known else [root(leaves)]
    left, right = _halves(leaves)
    if old <= len(left):
        return [*_extension(left, old, known=known), root(right)]
    return [*_extension(right, old - len(left), known=False), root(left)]


def is_extension(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree, told by size and root, extends another (RFC 9162, 2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size in {0, new_size}:
        return not proof and (old_size == 0 or old_root == new_root)
    steps = [old_root, *proof] if old_size & (old_size - 1) == 0 else [*proof]
    if not proof or old_size > new_size:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_head = new_head = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_head, new_head = sha256(b"\1", step, old_head), sha256(b"\1", step, new_head)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new_head = sha256(b"\1", new_head, step)
        node, last = node >> 1, last >> 1
    return last == 0 and (old_head, new_head) == (old_root, new_root)


def _halves(leaves: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """The left one is the largest power of two that leaves something for the right one."""
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return leaves[:half], leaves[half:]
