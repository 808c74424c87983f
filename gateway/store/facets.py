"""What the store keeps of a booking's facets, and where in the feed's log each of them moved last. Pure.

Kept is, for each facet, a keyed hash of what it shows, and how often it has moved since all of them did at
once; zeros at the end are left out. Which of them moved is one number, a bit for each.
"""

from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

from gateway.purpose import ALL_FACETS, FACETS

#: What no purpose may miss moves the log on by so much: between lies room for what only some are told.
ROOM = 1 << 20
#: The number of a removal: behind whatever was told of the booking since it moved as a whole.
LAST = ROOM - 1

#: A keyed hash, cut to what is kept of it.
HASH_BYTES = 8

_ONE = Struct(f">{HASH_BYTES}sH")
_BYTES = _ONE.size * (1 + len(FACETS))
_MOVES_MAX = 0xFFFF


class Trace(NamedTuple):
    """Where a booking stands in the log.

    ``moved``: its facets that moved last at ``position``; where the others did stands in rows of their own.
    ``whole``: where all of it moved last, at once. Without ``facets`` it is gone.
    """

    minute: int
    position: int
    whole: int
    moved: int
    facets: bytes | None

    @classmethod
    def anew(cls, minute: int, position: int, facets: bytes) -> "Trace":
        """All of it moves at once."""
        return cls(minute, position, position, ALL_FACETS, facets)

    @classmethod
    def silent(cls, facets: bytes) -> "Trace":
        """Of a booking that is known, and told by another copy."""
        return cls(0, 0, 0, 0, facets)

    def on(self, minute: int, position: int, facets: bytes) -> "Trace":
        """Some of it moves on."""
        pairs = zip(_unpacked(self.facets), _unpacked(facets), strict=True)
        kept = [
            (now, number if now == before else min(number + 1, _MOVES_MAX))
            for (before, number), (now, _) in pairs
        ]
        return Trace(minute, position, self.whole, moved(self.facets, facets), _packed(kept))


def unmoved(hashes: Sequence[bytes]) -> bytes:
    """What is kept of facets that have not moved yet, by their keyed hashes."""
    return _packed([(one, 0) for one in hashes])


def unmoved_again(kept: bytes | None) -> bytes:
    """The same facets, as if none had moved yet."""
    return unmoved([one for one, _ in _unpacked(kept)])


def moved(kept: bytes | None, facets: bytes) -> int:
    """Which facets are not what they were: all of them where the first is not."""
    if kept is None or _first(kept) != _first(facets):
        return ALL_FACETS
    pairs = zip(_unpacked(kept), _unpacked(facets), strict=True)
    bits = sum(1 << number for number, ((before, _), (now, _)) in enumerate(pairs) if before != now)
    return bits or ALL_FACETS


def revision(whole: int, kept: bytes | None, shown: int) -> int:
    """A number that moves when, and only when, one of the facets shown does, and never falls.

    It counts their moves since all of them moved at once, so that it tells of no others.
    """
    # Without a second facet none has moved alone.
    if not kept or len(kept) <= HASH_BYTES:
        return whole
    return whole + sum(number for bit, (_, number) in enumerate(_unpacked(kept)) if shown >> bit & 1)


def _first(kept: bytes) -> bytes:
    return kept[:HASH_BYTES].ljust(HASH_BYTES, b"\0")


def _packed(facets: Sequence[tuple[bytes, int]]) -> bytes:
    return b"".join([_ONE.pack(*one) for one in facets]).rstrip(b"\0")


def _unpacked(kept: bytes | None) -> list[tuple[bytes, int]]:
    return [(one, number) for one, number in _ONE.iter_unpack((kept or b"").ljust(_BYTES, b"\0"))]
