"""What somebody is called: the names in a display name and in an address, without titles and affixes."""

import re
from typing import Final, NamedTuple

from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.reading import UNSPACED, spoken
from gateway.minimization.texts.words import ORDINARY

#: Beyond these a display name says nothing more of a person.
NAME_LENGTH_MAX = 256
NAMES_MAX = 6

#: Words that belong to a family name and say nothing alone.
PARTICLES: Final = frozenset(
    """
    von vom van der den de del della dela la le les los las du da di do dos das af av zu zum zur ter ten
    te het el al bin ibn ben bint abu y e i und of st san santa mac mc o d l
    """.split()
)
#: Words that announce a name.
HONORIFICS: Final = frozenset(
    """
    dr drs prof professor mr mrs ms miss mx herr herrn frau hr fr mme mlle monsieur madame sr sra srta
    senor senora don dona sir dame lady lord rev hon dipl ing mag
    """.split()
)
_SUFFIXES: Final = frozenset(
    """
    phd md msc bsc mba llm jr ii iii iv dr prof mag dipl ing ext extern external externe guest gast contractor
    cons consultant intern admin team group info sales support office service
    """.split()
)
TITLES: Final = HONORIFICS | _SUFFIXES
_BRACKETED: Final = re.compile(r"[(\[{<][^)\]}>]{0,99}[)\]}>]")
_AFTERWARDS: Final = re.compile(
    r"\s?(?:[|/@;:]|\s[-\u2013\u2014]\s|\s(?:via|at|on behalf of)\s).*", re.DOTALL
)
_COMPOUND_FAMILIES: Final = frozenset(
    """
    欧阳 司马 诸葛 上官 夏侯 司徒 慕容 南宫 歐陽 司馬 諸葛 南宮 皇甫 尉迟 公孙 令狐 남궁 황보 제갈 선우
    독고
    """.split()
)
_UNSPACED_LENGTH_MAX = 12
#: So many signs are a Japanese name, of two and two.
_LONG_LENGTH = 4
#: What follows an initial in a handle is a name if it has as many letters.
_NAME_LENGTH_MIN = 5
_LETTERS: Final = re.compile("[a-z]+")


class Called(NamedTuple):
    """Folded: names, given first; ``whole``, several of them in one word; initials, in order."""

    names: list[str]
    whole: list[str]
    initials: list[str]
    particles: frozenset[str]


def called(shown: str) -> Called:
    """What a display name says of a person."""
    words = _words(shown)
    kept = [word for index, word in enumerate(words) if not _is_particle(words, index)]
    names = [part for word in kept for part in word.parts if len(part) > 1 and not _is_prefix(part, word)]
    return Called(
        names[:NAMES_MAX],
        ["".join(word.parts) for word in kept if len(word.parts) > 1] + _family_with_particles(words),
        _initials(kept),
        frozenset(part for word in words for part in word.parts if part in PARTICLES).union(_signs(shown)),
    )


def called_by_handle(handle: str) -> Called:
    """What the local part of an address says of a person."""
    parts = _LETTERS.findall(spoken(handle).lower())
    if len(parts) == 1:
        parts = _split_at_given_name(parts[0])
    names = [part for part in parts if len(part) > 1 and part not in ORDINARY]
    # The rest of aschmidt is a name as well as it is one.
    rest = names[0][1:] if len(parts) == 1 and len(parts[0]) > _NAME_LENGTH_MIN and names else ""
    return Called(
        [*names, rest] if rest else names, ["".join(parts)], ["".join(part[0] for part in parts)], frozenset()
    )


class _Word(NamedTuple):
    """One word of a display name, at its hyphens and apostrophes apart."""

    parts: list[str]
    is_lower: bool


def _initials(words: list[_Word]) -> list[str]:
    """Of each word, of each part of it, and of a double given name alone."""
    rows = [word.parts[0][0] for word in words], [part[0] for word in words for part in word.parts]
    double = [part[0] for word in words[:1] for part in word.parts]
    return sorted({"".join(row) for row in (*rows, double)})


def _words(shown: str) -> list[_Word]:
    shown = _AFTERWARDS.sub("", _BRACKETED.sub(_unbracketed, shown[:NAME_LENGTH_MAX]))
    family, comma, given = shown.partition(",")
    if comma:
        # What follows the family name may be titles alone: Anna Schmidt, PhD.
        titles = _SUFFIXES.issuperset(_LETTERS.findall(spoken(given).lower()))
        shown = family if titles else f"{given.replace(',', ' ')} {family}"
    written = shown.replace(".", " ").split()
    if UNSPACED.fullmatch("".join(written)) and len("".join(written)) <= _UNSPACED_LENGTH_MAX:
        written = _given_first(written)
    words = [_Word(_LETTERS.findall(spoken(word).lower()), word.islower()) for word in written]
    words = [word for word in words if word.parts]
    named = [word for word in words if not TITLES.issuperset(word.parts)]
    # Where too little is left, what stands last is no title: Ing and Don are names as well.
    return named if len(named) > 1 or words[-1:] == named[-1:] else [*named, words[-1]]


def _unbracketed(match: re.Match[str]) -> str:
    """Of what stands in brackets, only what somebody is called."""
    inner = match[0][1:-1]
    return f" {inner} " if inner.lower() in NICKNAMES else " "


def _given_first(written: list[str]) -> list[str]:
    """A name of a script without spaces, whose family name comes first and has one or two signs."""
    if len(written) == 1:
        whole = written[0]
        size = 2 if whole[:2] in _COMPOUND_FAMILIES or len(whole) == _LONG_LENGTH else 1
        written = [whole[:size], whole[size:]]
    return written[::-1]


def _is_particle(words: list[_Word], index: int) -> bool:
    """Whether a word is part of a family name: first or last it is a name, unless written small."""
    word = words[index]
    inside = 0 < index < len(words) - 1
    first = index == 0 and word.is_lower and word.parts[0] not in NICKNAMES
    return len(word.parts) == 1 and word.parts[0] in PARTICLES and (inside or first)


def _signs(shown: str) -> set[str]:
    """What the signs of a name say one by one, which alone says nothing."""
    return {
        said
        for sign in UNSPACED.findall(shown)
        for char in sign
        for said in _LETTERS.findall(spoken(char).lower())
    }


def _is_prefix(part: str, word: _Word) -> bool:
    """Whether it is what Al-Sharif or O'Brien begins with."""
    return len(word.parts) > 1 and part in PARTICLES


def _family_with_particles(words: list[_Word]) -> list[str]:
    """Van der Berg in one word."""
    for index in range(len(words) - 1):
        if _is_particle(words, index):
            return ["".join(part for word in words[index:] for part in word.parts)]
    return []


def _split_at_given_name(handle: str) -> list[str]:
    """A handle after the longest given name that it begins with; whole if it begins with none."""
    for size in range(len(handle) - 3, 2, -1):
        if handle[:size] in NICKNAMES:
            return [handle[:size], handle[size:]]
    return [handle]
