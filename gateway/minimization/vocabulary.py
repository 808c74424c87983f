"""The closed vocabulary: the only words of a title that may be told, in whatever language they stand.

One file of ``config/vocabulary`` is one language: a line is a phrase, its first spelling is what is told, the
others are ways to write it. What is told are phrases, never what somebody wrote.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from gateway.errors import ConfigurationError
from gateway.minimization.categories import CATEGORIES

#: A phrase is no longer than this, in words; of Chinese and Japanese each character counts as one.
WORDS_MAX = 8
LENGTH_MAX = 60
#: A title tells no more phrases.
TOLD_MAX = 12

# Scripts without spaces are read character by character.
WORD = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]|[^\W_぀-ヿ㐀-鿿豈-﫿]+(?:&[^\W_]+)?")

#: The spellings of a phrase, the one that is told first.
Phrase = Sequence[str]
#: The folded words of one.
Spelling = tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text, folded for look-up; every other sign only parts them."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


class Match(NamedTuple):
    """A phrase among words: from which word to which, and what is told of it."""

    start: int
    end: int
    told: str


class Vocabulary:
    """Phrases by their spellings. Of phrases that share one, the first counts, and the ``others`` last."""

    def __init__(self, phrases: Iterable[Phrase], others: Mapping[Spelling, str] | None = None) -> None:
        told = dict[Spelling, str]()
        for phrase in phrases:
            for spelling in phrase:
                told.setdefault(tuple(words_of(spelling)), phrase[0])
        self._told = {**(others or {}), **told}
        self._longest = max(map(len, self._told), default=0)
        #: Tells two vocabularies apart, wherever their phrases stand.
        self.digest = sha256(repr(sorted(self._told.items())).encode()).digest()

    def with_words(self, words: Iterable[str]) -> "Vocabulary":
        """With an employer's own words beside these, and before them."""
        own = [(word,) for word in words]
        return Vocabulary(own, self._told) if own else self

    def told_in(self, text: str) -> list[str]:
        """What of a text may be told: its phrases in order, each once, the longest where several fit."""
        told = (match.told for match in self.matches(words_of(text)))
        return list(dict.fromkeys(told))[:TOLD_MAX]

    def matches(self, words: Sequence[str]) -> Iterator[Match]:
        """Where phrases stand among folded words."""
        at = 0
        while at < len(words):
            match = self._match(words, at)
            if match is not None:
                yield match
            at = at + 1 if match is None else match.end

    def _match(self, words: Sequence[str], at: int) -> Match | None:
        for end in range(min(at + self._longest, len(words)), at, -1):
            told = self._told.get(tuple(words[at:end]))
            if told is not None:
                return Match(at, end, told)
        return None


#: Where nothing of any title may be told.
NO_WORDS = Vocabulary(())


def load_vocabulary(folder: Path) -> Vocabulary:
    """Every language of a folder. Raises ConfigurationError that names file, line and reason."""
    return Vocabulary([phrase for path in sorted(folder.glob("*.txt")) for phrase in _phrases_of(path)])


def parse_phrases(file_name: str, content: str) -> list[Phrase]:
    """The phrases of one file. Raises ConfigurationError that names file, line and reason."""
    lines = enumerate(content.splitlines(), start=1)
    return [
        _phrase(f"{file_name}, line {number}", line)
        for number, line in lines
        if line.partition("#")[0].strip()
    ]


def check_word(where: str, spelling: str) -> str:
    """A spelling that may be told. Raises ConfigurationError for one that is no word, or may be a contact."""
    words = words_of(spelling)
    is_one = 0 < len(words) <= WORDS_MAX and len(spelling) <= LENGTH_MAX
    if spelling in CATEGORIES:
        raise ConfigurationError(
            f"{where}: '{spelling}' is told of titles of which no words are told, so it cannot be one of "
            "them. Take it out."
        )
    if not is_one or any(map(str.isdecimal, spelling)) or "@" in spelling or not spelling.isprintable():
        raise ConfigurationError(
            f"{where}: a phrase of the vocabulary is one to {WORDS_MAX} words without digits, links or "
            "addresses, since it is told as it stands. Take it out or write it in words."
        )
    return spelling


def _phrase(where: str, line: str) -> Phrase:
    return [check_word(where, spelling.strip()) for spelling in line.partition("#")[0].split(",")]


def _phrases_of(path: Path) -> list[Phrase]:
    try:
        return parse_phrases(path.name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"{path.name} cannot be read as UTF-8 text. Give the gateway's user the right to read it, and "
            "save it as UTF-8."
        ) from None
