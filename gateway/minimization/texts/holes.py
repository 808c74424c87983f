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
#: A letter that hides others: Axxx Sxxxxxx.
_CROSSED: Final = re.compile("(?<=[A-Za-z])([xX])\\1{2,31}")
#: What hides nearly all: each sign one letter, of a name of so many letters at least.
_HIDDEN: Final = re.compile("[A-Za-z]{1,3}[*#._]{2,32}[A-Za-z]{0,3}")
_HIDDEN_LENGTH_MIN = 4
#: One sign, of a name in signs: however many letters.
_ANY: Final = "#*"


def holed(letters: str, people: Iterable[Forms]) -> Iterator[tuple[int, int, Forms]]:
    """Where words stand that are somebody's name but for some letters, and whose."""
    if _CROSSED.search(letters) is not None:
        letters = _CROSSED.sub(_starred, letters)
    if _HOLE.search(letters) is None:
        return
    people = list(people)
    for match in islice(filter(_is_hole, _HOLED.finditer(letters)), WORDS_MAX):
        fills = _filled(match[0]).fullmatch
        for person in people:
            if any(map(fills, person.compounds if _ANY in match[0] else person.names)):
                yield *match.span(), person


def _is_hole(match: re.Match[str]) -> bool:
    is_of_signs = _ANY in match[0] and len(_HOLE.sub("", match[0])) >= LETTERS_MIN
    return is_of_signs or _is_telling(match) or _is_hidden(match[0])


def _is_hidden(word: str) -> bool:
    """Whether little more than the first letter is left, and how many there were."""
    return len(word) >= _HIDDEN_LENGTH_MIN and _HIDDEN.fullmatch(word) is not None


def _filled(word: str) -> re.Pattern[str]:
    """The names that a word may be."""
    if _ANY in word:
        return re.compile(
            word.lower().replace(_ANY, "[a-z]{1,6}").replace("*", ".").replace("#", ".").replace("?", ".")
        )
    if _is_hidden(word):
        exact = _HOLE.sub(lambda hole: f"[a-z]{{{len(hole[0])}}}", word)
        loose = _HOLE.sub(_filling, word.strip("._"))
        return re.compile(
            f"{exact}|{loose}".lower() if 2 * len(_HOLE.sub("", word)) >= len(word) else exact.lower()
        )
    return re.compile(_HOLE.sub(_filling, word.strip("._").lower()))


def _starred(match: re.Match[str]) -> str:
    return "*" * len(match[0])


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
