"""Seeded chance: the same names draw the same lots on every machine and Python."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Option = TypeVar("Option")


class Chance:
    """A row of lots that belongs to a seed and a name."""

    def __init__(self, *names: object) -> None:
        self._stem = "/".join(map(str, names))
        self._drawn = 0

    def below(self, bound: int) -> int:
        self._drawn += 1
        lot = blake2b(f"{self._stem}#{self._drawn}".encode(), digest_size=8).digest()
        return int.from_bytes(lot, "big") % bound

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def once_in(self, times: int) -> bool:
        return self.below(times) == 0

    def pick(self, options: Sequence[Option]) -> Option:
        return options[self.below(len(options))]

    def several(self, options: Sequence[Option], count: int) -> list[Option]:
        """``count`` different options, or all if there are fewer."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]

    def identifier(self, length: int) -> str:
        """Letters and digits of both cases."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return "".join(self.pick(alphabet) for _ in range(length))
