"""Canaries: words that occur nowhere else, each planted in one place, so that a find tells what leaked."""

from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

#: Begins every canary. Letters and digits alone, so that one fits into an address, an id or a link.
MARK = "qzv7w"
SERIAL_LENGTH = 7

# An odd factor runs through all 35-bit numbers before it repeats one: serials differ from end to end.
_FACTOR, _SERIALS = 0x5DEECE66D, 1 << 5 * SERIAL_LENGTH
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
#: Of two digits each number: words are made by the hundred thousand.
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


class Fate(Enum):
    """Where a canary may be found."""

    #: Nowhere.
    SECRET = auto()
    #: In what a consumer reads, and nowhere else.
    DISCLOSED = auto()
    #: On the terminal of whoever administers, and nowhere else.
    ADMINISTRATIVE = auto()


class Planted(NamedTuple):
    """Where a canary was planted, such as ``room-1/event-4/subject``."""

    where: str
    fate: Fate


class Canaries:
    """Makes canaries, and knows where each of them was planted."""

    def __init__(self) -> None:
        self.planted: dict[str, Planted] = {}

    def word(self, where: str, fate: Fate = Fate.SECRET) -> str:
        number = (len(self.planted) + 1) * _FACTOR % _SERIALS
        pairs = _PAIRS[number >> 20 & 1023] + _PAIRS[number >> 10 & 1023] + _PAIRS[number & 1023]
        word = MARK + _DIGITS[number >> 30] + pairs
        self.planted[word] = Planted(where, fate)
        return word

    def of(self, fate: Fate) -> set[str]:
        return {word for word, planted in self.planted.items() if planted.fate is fate}


class Plot:
    """Plants canaries below one place, in whatever form a field takes."""

    def __init__(self, canaries: Canaries, place: str) -> None:
        self._canaries = canaries
        self._place = place

    def below(self, name: str) -> "Plot":
        return Plot(self._canaries, f"{self._place}/{name}")

    def word(self, name: str, fate: Fate = Fate.SECRET) -> str:
        return self._canaries.word(f"{self._place}/{name}", fate)

    def text(self, name: str, fate: Fate = Fate.SECRET) -> str:
        """With everything in it that some encoding escapes."""
        return f'{self.word(name, fate)} Zoë & "Söhne" <会議/{self.word(name, fate)}>'

    def address(self, name: str, fate: Fate = Fate.SECRET) -> str:
        return f"{self.word(name, fate)}@{self.word(name, fate)}.example"

    def link(self, name: str) -> str:
        return f"https://{self.word(name)}.example/{self.word(name)}?{self.word(name)}={self.word(name)}"

    def each(self, *names: str, by: "Callable[[Plot, str], str] | None" = None) -> dict[str, str]:
        """A member for each name, a text or what else is asked for."""
        plant = by or Plot.text
        return {name: plant(self, name) for name in names}
