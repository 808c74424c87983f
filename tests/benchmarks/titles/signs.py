"""Disguises of names in other than Latin letters: masked, apart, told twice, of another keyboard."""

import unicodedata
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import alphabet
from tests.benchmarks.titles.eastern import syllables
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.readings import kana
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.spellings import is_told_whole

_MASKS = "*○O\uff0a\u3007X"
_VIRAMA = "\u094d"
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
#: The first Hangul syllable, and how many begin alike.
_HANGUL, _ALIKE = 0xAC00, 588
_ACCOUNTS = ("{0}({2}{1})", "{0}({1}.{2})", "{0}\uff08{2}{1}\uff09", "{0}_{2}{1}", "{0} {1}.{2}", "{2}{1}{0}")


def _masked(identity: Identity, chance: Chance) -> Piece | None:
    """As on lists that anybody may read: but for the first sign and the last."""
    if not identity.is_eastern or len(identity.given) < 2:
        return None
    mask = chance.pick(_MASKS) * (len(identity.given) - 1)
    return Piece(f"{identity.family}{mask}{identity.given[-1]}")


def _apart(identity: Identity, chance: Chance) -> Piece | None:
    """As names are drawn out to fill a column."""
    text = chance.pick((" ", "\u3000", "  ")).join(identity.full)
    return Piece(text) if identity.is_eastern and len(identity.full) > 2 else None


def _read_twice(identity: Identity, chance: Chance) -> Piece | None:
    """With how it is read."""
    reading = kana(identity, chance) if identity.is_eastern and is_told_whole(identity) else None
    pattern = chance.pick(("{0}({1})", "{0}\uff08{1}\uff09", "{0} {1}", "{0}/{1}"))
    return Piece(pattern.format(identity.full, reading.core)) if reading else None


def _with_letter(identity: Identity, chance: Chance) -> Piece | None:
    """To tell namesakes apart, the initial of the given name."""
    if identity.language != "ja" or not identity.is_eastern:
        return None
    pattern = chance.pick(("{0}{1}", "{0}({1}", "{1}{0}", "{0}.{1}", "{0}{2}"))
    initial = identity.given_ascii[0]
    text = pattern.format(identity.family, initial, chr(ord(initial) + 0xFEE0))
    return Piece(text, after=")" if "(" in text else "")


def _inner_capital(identity: Identity, chance: Chance) -> Piece | None:
    if not (found := syllables(identity)):
        return None
    given, family = "".join(one.title() for one in found), identity.family
    return Piece(chance.pick((f"{given} {family}", f"{family} {given}", f"{family}{given}", given)))


def _with_account(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.is_eastern or not is_told_whole(identity):
        return None
    first, last = slug(identity.given_ascii), slug(identity.family_ascii)
    return Piece(chance.pick(_ACCOUNTS).format(identity.full, first, last))


def _taken_apart(identity: Identity, chance: Chance) -> Piece | None:
    """Syllables and marks as some machines name their files."""
    name = chance.pick((identity.full, identity.full, identity.given))
    text = unicodedata.normalize("NFD", name)
    return Piece(text) if not identity.is_latin and text != name else None


def _persian(identity: Identity, chance: Chance) -> Piece | None:
    name = chance.pick((identity.full, identity.given, identity.family))
    text = name.translate(alphabet("Persian letters"))
    return Piece(text) if identity.language == "ar" and text != name else None


def _joined(identity: Identity, chance: Chance) -> Piece | None:
    """A joiner that only shapes the letters."""
    name = chance.pick((identity.full, identity.given, identity.family))
    text = name.replace(_VIRAMA, _VIRAMA + chance.pick("\u200d\u200c"))
    return Piece(text) if identity.language == "hi" and text != name else None


def _consonants(identity: Identity, _: Chance) -> Piece | None:
    """The first of each syllable, as in a search for contacts."""
    if identity.language != "ko" or not identity.is_eastern:
        return None
    return Piece("".join(_CONSONANTS[(ord(one) - _HANGUL) // _ALIKE] for one in identity.full))


SIGNS: Mapping[str, Write] = {
    "김*준": _masked,
    "김 민 준": _apart,
    "佐藤健太(さとうけんた)": _read_twice,
    "佐藤K": _with_letter,
    "XiaoMing": _inner_capital,
    "王小明(wangxiaoming)": _with_account,
    "taken apart": _taken_apart,
    "Persian letters": _persian,
    "joiners in Hindi": _joined,
}

FAR_SIGNS: Mapping[str, Write] = {
    "ㄱㅁㅈ": _consonants,
}
