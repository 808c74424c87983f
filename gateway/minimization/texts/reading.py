"""A text as it is read: in Latin letters, without what is invisible, each traced back to where it stands."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

from anyascii import anyascii

from gateway.minimization.texts.lookalikes import LOOKALIKES

WORD: Final = re.compile("[A-Za-z]++")
#: Letters of scripts other than Latin.
FOREIGN: Final = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2c80-\u2dff\u3005-\u9fff\ua500-\ua6ff\ua840-\ud7ff\uf900-\ufaff\ufb13-\ufeff\uff66-\uffdc]"
)
#: Scripts that are written without spaces between words, or with endings that are glued on.
UNSPACED: Final = re.compile("[\u3005-\u318f\u31f0-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc]++")
_SMALL_KANA: Final = frozenset("ぁぃぅぇぉゃゅょァィゥェォャュョ")

#: Where a letter alone sounds otherwise than its transliteration, or opens a word with a vowel.
_SOUNDS: Final = (
    dict.fromkeys("اأإآعאע", "a")
    | {"ッ": "", "っ": "", "ं": "n", "ー": "", "ё": "yo", "Ё": "Yo"}
    # What stands for a letter that was lost.
    | dict.fromkeys("\ufffd\u25a1\u25af\u00bf", "?")
    # An ordinal number's: 1ºAnna, Mª José.
    | dict.fromkeys("ªº", " ")
    # Pictures that look like a letter, and are none.
    | dict.fromkeys("✓✗✘", " ")
    # Pictures that announce a number.
    | dict.fromkeys("☎☏✆📞📱📲📟📠🕿🕾🖀", " tel ")
)
_WIDTH_MAX = 3

#: Digits and signs that stand for letters; words of them, and words in which some do among letters.
_MASKS: Final = str.maketrans("0134578@$!", "oieastbasi")
#: Digits that stand for what Latin letters have no sign for, in Arabic names.
_CHATTED: Final = str.maketrans("2356789", "aakthks")
_MASKABLE: Final = re.compile("(?<![A-Za-z0-9])[A-Za-z0134578@$!]{2,32}(?![A-Za-z0-9])")
_MIXED: Final = re.compile("[0134578@$!](?:(?=[A-Za-z])|(?<=[A-Za-z].))")
_CHATTABLE: Final = re.compile(
    "(?<![A-Za-z0-9])(?=[A-Za-z]{0,12}[235-9])(?:[235-9]?[A-Za-z]){4,12}[2689]?(?![A-Za-z0-9])"
)
#: Shorter ones are seldom more than a number and its unit.
_MASKED_LENGTH_MIN = 4


class Reading:
    """Latin letters for a text. ``letters`` keeps capitals, digits and what stands between words.

    ``words`` are folded, ``said`` is what they say without order.
    """

    __slots__ = ("_offsets", "letters", "lower", "said", "words")

    def __init__(self, letters: str, pieces: Sequence[str] | None = None) -> None:
        self.letters = letters
        self.lower = letters.lower()
        self.words = WORD.findall(self.lower)
        self.said = frozenset(self.words)
        self._offsets = None if pieces is None else [*accumulate(map(len, pieces), initial=0)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a range of the letters stands in the text, with what is not read on either side."""
        offsets = self._offsets
        if offsets is None:
            return start, end
        first = min(bisect_left(offsets, start), bisect_right(offsets, start) - 1)
        return first, max(bisect_right(offsets, end - 1), bisect_right(offsets, end) - 1)

    def unmasked(self) -> "list[Reading]":
        """With letters in place of the digits and signs that stand for them within words; none if none do."""
        words = _MASKABLE.findall(self.letters) if _MIXED.search(self.letters) is not None else ()
        is_masked = any(len(word) >= _MASKED_LENGTH_MIN and _MIXED.search(word) for word in words)
        found = [self._translated(_MASKABLE, _MASKS)] if is_masked else []
        if _CHATTABLE.search(self.letters) is not None:
            found.append(self._translated(_CHATTABLE, _CHATTED))
        return found

    def _translated(self, words: re.Pattern[str], table: dict[int, int]) -> "Reading":
        bare = Reading(words.sub(lambda word: word[0].translate(table), self.letters))
        bare._offsets = self._offsets
        return bare

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Where a range of the text stands in the letters."""
        return (start, end) if self._offsets is None else (self._offsets[start], self._offsets[end])


def readings(text: str) -> list[Reading]:
    """By sound; and by look, where a letter looks like one of another script."""
    if text.isascii() and text.isprintable():
        return [Reading(text)]
    sounds = _spoken(text)
    read = [Reading("".join(sounds), sounds)]
    if not LOOKALIKES.keys().isdisjoint(text):
        looks = [LOOKALIKES.get(char) or sound for char, sound in zip(text, sounds, strict=True)]
        read.append(Reading("".join(looks), looks))
    return read


def spoken(text: str) -> str:
    """A text in Latin letters, by sound."""
    return text if text.isascii() and text.isprintable() else "".join(_spoken(text))


def _spoken(text: str) -> list[str]:
    sounds = [*map(_sound, text)]
    if not _SMALL_KANA.isdisjoint(text):
        for index in range(1, len(text)):
            if text[index] in _SMALL_KANA and UNSPACED.match(text, index - 1) is not None:
                _join(sounds, index)
    return sounds


def _join(sounds: list[str], index: int) -> None:
    """A small kana takes the place of the vowel before it."""
    before, small = sounds[index - 1], sounds[index]
    if before[-1:] in {"a", "e", "i", "o", "u"}:
        sounds[index - 1] = before[:-1]
        if before in {"shi", "chi", "ji"}:
            sounds[index] = small.removeprefix("y")


@lru_cache(maxsize=4096)
def _sound(char: str) -> str:
    """One character in Latin letters: nothing if it is invisible, a space if it says nothing."""
    if char in _SOUNDS:
        return _SOUNDS[char]
    category = unicodedata.category(char)
    if category in {"Cc", "Cf"} and not char.isspace():
        return ""
    if category[0] in "CZ":
        return " "
    latin = anyascii(char)
    if category[0] in "LMN":
        return "".join(letter for letter in latin if letter.isalnum() or letter == " ")
    return latin if len(latin) <= _WIDTH_MAX and latin.isprintable() else " "
