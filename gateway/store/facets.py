"""Where in the feed's log each facet of a booking moved last, and what is kept to tell it. Pure.

Which facets moved is one number, a bit for each. Kept of each is how often it has moved since all of them did
at once; of a copy in a person's calendar also a keyed hash of what it shows, since copies are compared
without their keys. Zeros at the end are left out.
"""

from collections.abc import Iterable, Sequence
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
_NO_HASHES = (bytes(HASH_BYTES),) * (1 + len(FACETS))


class Trace(NamedTuple):
    """Where a booking stands in the log.

    ``moved``: its facets that moved last at ``position``; where the others did stands in rows of their own.
    ``whole``: where all of it moved last, at once. ``facets``: what is kept of them; None: nothing.
    """

    minute: int
    position: int
    whole: int
    moved: int
    facets: bytes | None

    @classmethod
    def anew(cls, minute: int, position: int, hashes: Sequence[bytes] = ()) -> "Trace":
        """All of it moves at once."""
        return cls(minute, position, position, ALL_FACETS, _unmoved(hashes) if hashes else None)

    @classmethod
    def silent(cls, hashes: Sequence[bytes]) -> "Trace":
        """Of a booking that is known, and told by another copy."""
        return cls(0, 0, 0, 0, _unmoved(hashes) if hashes else None)

    def on(self, minute: int, position: int, moved: int, hashes: Sequence[bytes] = ()) -> "Trace":
        """Some of it moves on."""
        numbers = [
            min(number + (moved >> bit & 1), _MOVES_MAX) for bit, number in enumerate(_moves(self.facets))
        ]
        kept = _packed(zip(hashes or _NO_HASHES, numbers, strict=True))
        return Trace(minute, position, self.whole, moved, kept)


def moved(before: Iterable[bytes], now: Iterable[bytes]) -> int:
    """Which facets are not what they were: all of them where the first is not, or no difference shows."""
    bits = 0
    for number, (one, other) in enumerate(zip(before, now, strict=True)):
        if one != other:
            if not number:
                return ALL_FACETS
            bits |= 1 << number
    return bits or ALL_FACETS


def revision(whole: int, kept: bytes | None, shown: int) -> int:
    """A number that moves when, and only when, one of the facets shown does, and never falls.

    It counts their moves since all of them moved at once, so that it tells of no others.
    """
    if not kept:
        return whole
    return whole + sum(number for bit, number in enumerate(_moves(kept)) if shown >> bit & 1)


def hashes_of(kept: bytes | None) -> list[bytes]:
    """The keyed hashes of all facets."""
    return [one for one, _ in _unpacked(kept)]


def _moves(kept: bytes | None) -> list[int]:
    return [number for _, number in _unpacked(kept)]


def _unmoved(hashes: Sequence[bytes]) -> bytes:
    return _packed([(one, 0) for one in hashes])


def _packed(facets: Iterable[tuple[bytes, int]]) -> bytes:
    return b"".join([_ONE.pack(*one) for one in facets]).rstrip(b"\0")


def _unpacked(kept: bytes | None) -> Iterable[tuple[bytes, int]]:
    return _ONE.iter_unpack((kept or b"").ljust(_BYTES, b"\0"))
