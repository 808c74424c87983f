"""The words under which a person may be written, from what a name and an address say."""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum, auto
from functools import cache
from itertools import permutations
from typing import Final

from gateway.minimization.texts.eastern import spelt_otherwise
from gateway.minimization.texts.familiar import called_out, declined, owned, respelt
from gateway.minimization.texts.handles import called_by_handle, is_role
from gateway.minimization.texts.japanese import read_aloud
from gateway.minimization.texts.names import NAME_LENGTH_MAX, Called, called
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.reading import FOREIGN, spoken
from gateway.minimization.texts.romanizations import romanizations
from gateway.minimization.texts.unspaced import halves, in_brackets
from gateway.minimization.texts.words import WORDS

PREFIX_LENGTH_MIN = 3
#: Shorter names may be those of others, shortened.
NAMESAKE_LENGTH_MIN = 5
SHORT_NAME = 2
#: Shorter names say nothing backwards.
TURNED_LENGTH_MIN = 4
#: Of more names only these are looked for in one word.
NAMES_JOINED_MAX = 4
_THREE: Final = 3

_TWO_LETTERS: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"}
_EXPANDED: Final = str.maketrans(_TWO_LETTERS | {one.upper(): two for one, two in _TWO_LETTERS.items()})
_LETTERS: Final = re.compile("[a-z]+")
_CONTRACTED: Final = re.compile(r"(?<=[aouAOU])e|(?<=[aA])a")
_LOST: Final = re.compile("[^\x00-\x7f]")
#: Letters with marks as other languages spell their sound, or as they look.
_ALOUD: Final = {
    "ç": "ch", "ş": "sh", "ğ": "", "č": "ch", "ć": "ch", "š": "sh", "ś": "sh", "ž": "zh", "ż": "zh",
    "ź": "zh", "ł": "w", "ą": "on", "ę": "en", "ñ": "ny", "ß": "b", "ij": "y",
}  # fmt: skip
_HEARD: Final = re.compile("|".join(_ALOUD), re.IGNORECASE)


class Form(Enum):
    """How a person is written, the weakest first: what it takes until it counts is the reader's to say."""

    TURNED = auto()
    INITIALS = auto()
    PREFIX = auto()
    ORDINARY = auto()
    COMPANY = auto()
    SHORT = auto()
    NAME = auto()


def said(shown: str, local: str) -> Iterator[Called]:
    """What the name and the address say, in each way in which the name may be spelt."""
    shown = unicodedata.normalize("NFC", shown[:NAME_LENGTH_MAX])
    is_address = "@" in shown and " " not in shown.strip()
    if is_address:
        yield called_by_handle(shown.partition("@")[0], is_alone=True)
    else:
        yield from _called(shown)
        if (other := in_brackets(shown)) is not None:
            yield from _called(other)
    handle = "" if is_role(local) else local.partition("+")[0]
    if handle:
        yield called_by_handle(handle, is_alone=is_address or not shown)


def _called(shown: str) -> Iterator[Called]:
    yield called(shown)
    others = {shown.translate(_EXPANDED), _CONTRACTED.sub("", shown), _HEARD.sub(_aloud, shown)}
    others.update(romanizations(shown), {shown.replace("ą", "e")})
    if FOREIGN.search(shown) is None:
        others.add(_LOST.sub("", shown))
    for other in others - {shown}:
        one = called(other)
        # Coen may be spelt with another letter, but not so that it is a word.
        yield one._replace(names=[name for name in one.names if name not in WORDS])
    yield from map(_half, halves(shown))
    if aloud := read_aloud(shown.partition("(")[0].strip()):
        yield Called(
            aloud, ["".join(aloud), "".join(aloud[::-1])], ["".join(name[0] for name in aloud)], frozenset()
        )


def _aloud(match: re.Match[str]) -> str:
    # Some letters fold into two, and match what they are no spelling of.
    return _ALOUD.get(match[0].lower(), match[0])


def _half(name: str) -> Called:
    return Called(_LETTERS.findall(spoken(name).lower()), [], [], frozenset())


def whole(one: Called) -> set[str]:
    """One word made of several names."""
    words = {first + second for first, second in permutations(one.names[:NAMES_JOINED_MAX], 2)}
    return words.union(one.whole, ["".join(one.names), "".join([*one.names[-1:], *one.names[:-1]])])


def _last(one: Called) -> tuple[str, ...]:
    """The last of several names, and how it begins."""
    return (one.names[-1], one.names[-1][0]) if len(one.names) > 1 else ()


def keys(said: list[Called], names: set[str], whole: set[str], firm: str | None) -> dict[str, Form]:
    """Each word under which the person may be written, by its strongest form."""
    keys = dict.fromkeys((word[::-1] for one in said for word in _initials(one)), Form.TURNED)
    keys |= dict.fromkeys((word for one in said for word in _codes(one)), Form.TURNED)
    keys |= dict.fromkeys((word for one in said for word in _initials(one)), Form.INITIALS)
    keys |= dict.fromkeys((name[::-1] for name in names if _is_turnable(name)), Form.NAME)
    for name in names:
        prefixes = (name[:size] for size in range(PREFIX_LENGTH_MIN, len(name)))
        keys |= dict.fromkeys((prefix for prefix in prefixes if _is_telling(prefix)), Form.PREFIX)
    for one in said:
        keys |= _nicknames(one)
    if firm is not None:
        keys[firm] = Form.COMPANY
    keys |= dict.fromkeys(whole, Form.NAME)
    keys |= {name: Form.SHORT if len(name) <= SHORT_NAME else Form.NAME for name in names}
    return {word: form for word, form in keys.items() if len(word) >= SHORT_NAME}


def _nicknames(one: Called) -> dict[str, Form]:
    """What friends call somebody, and other spellings of the name."""
    listed = [name for name in one.names[:-1] or one.names if name in NICKNAMES]
    ended = (word for name in one.names for word in declined(name) if _is_own(word))
    found = dict.fromkeys(ended, Form.ORDINARY)
    for at in (0, 1):
        for name in listed:
            found |= _of_the_table(name)[at]
    more = {short + last for name in listed for short in NICKNAMES[name] for last in _last(one)}
    more |= spelt_otherwise(tuple(one.names)) | {name + "s" for name in one.names}
    return found | {word: _familiar(word) for word in more}


@cache
def _of_the_table(name: str) -> tuple[dict[str, Form], dict[str, Form]]:
    """What a name of the table of nicknames is called there, weakly and surely."""
    listed = NICKNAMES[name]
    weak = dict.fromkeys(
        (word for short in listed for word in called_out(short) if _is_own(word)), Form.PREFIX
    )
    weak |= dict.fromkeys((word for short in listed for word in owned(short) if _is_own(word)), Form.ORDINARY)
    familiar = listed.union(*map(respelt, listed))
    return weak, {word: _familiar(word) for word in (*familiar, *(short + "s" for short in familiar))}


def _is_telling(prefix: str) -> bool:
    """Whether a prefix is no word, and no name of its own, as Marie is of Marieke."""
    return prefix not in WORDS and (len(prefix) < NAMESAKE_LENGTH_MIN or prefix not in NICKNAMES)


def _is_own(short: str) -> bool:
    """Whether what a name becomes is no word, and nobody else's name."""
    return short not in WORDS and short not in NICKNAMES


def _is_turnable(name: str) -> bool:
    """Whether a name written backwards is no word, nor another name."""
    turned = name[::-1]
    return len(name) >= TURNED_LENGTH_MIN and turned not in WORDS and turned not in NICKNAMES


def _codes(one: Called) -> Iterator[str]:
    """Of three or four letters, as in lists of staff."""
    if len(one.names) > 1 and one.initials:
        given, family = one.names[0], one.names[-1]
        for short, long in ((given, family), (family, given)):
            yield from (short[0] + long[:2], short[:2] + long[:2], short[0] + long[:3])
        yield given[0] + family[0] + family[-1]


def _familiar(word: str) -> Form:
    if len(word) <= SHORT_NAME:
        return Form.SHORT
    return Form.ORDINARY if word in WORDS else Form.NAME


def _initials(one: Called) -> Iterator[str]:
    """Given name first."""
    for initials in one.initials:
        if len(initials) > 1:
            yield initials
            yield initials[0] + initials[-1]
            # María José García López is MJG as well.
            yield from (initials[:-1], initials[:2]) if len(initials) > _THREE else ()
