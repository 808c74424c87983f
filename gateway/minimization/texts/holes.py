"""Holes: words of which some letters are hidden or were lost, and whose name fills them."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from gateway.minimization.texts.forms import Forms

#: With fewer letters left a word may be anything; and no more letters may be lost than are left.
LETTERS_MIN = 3
#: Each is compared with every name: no title has more.
WORDS_MAX = 8
#: Of a sign that stands in every text, more letters must be left.
_DOUBTFUL_MIN = 4

_HOLED: Final = re.compile(r"(?<![A-Za-z0-9])(?=[?*#]|[A-Za-z]{1,32}[?*#_.])[A-Za-z?*#_.]{3,40}")
_HOLE: Final = re.compile(r"[?*#_.]{1,40}")
_SIGNS: Final = "?*#"


def holed(letters: str, people: Iterable[Forms]) -> Iterator[tuple[int, int, Forms]]:
    """Where words stand that are somebody's name but for some letters, and whose."""
    if _HOLE.search(letters) is None:
        return
    for match in islice(filter(_is_telling, _HOLED.finditer(letters)), WORDS_MAX):
        fills = re.compile(_HOLE.sub(_filling, match[0].strip("._").lower())).fullmatch
        for person in people:
            if any(map(fills, person.names)):
                yield *match.span(), person


def _is_telling(match: re.Match[str]) -> bool:
    word = match[0].strip("._")
    signs = sum(word.count(sign) for sign in _SIGNS)
    doubtful = word.count("_") + word.count(".")
    left = len(word) - signs - doubtful
    if doubtful:
        return not signs and doubtful == 1 and left >= _DOUBTFUL_MIN
    return 0 < signs <= left and left >= LETTERS_MIN


def _filling(match: re.Match[str]) -> str:
    """A letter for each sign; fewer where it took two signs to write one, more where one is read as two."""
    size = len(match[0])
    return f"[a-z]{{{(size + 1) // 2},{size + 1}}}"
