"""Disguises of Eastern and Arabic names: in kana, in digits, by initials, without the article."""

import unicodedata
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.customs import another
from tests.benchmarks.titles.eastern import syllables
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.spellings import is_told_whole

#: From a hiragana to its katakana.
_TO_KATAKANA = 0x60
_NARROW = {ord(unicodedata.normalize("NFKC", chr(code))): code for code in range(0xFF66, 0xFF9F)}


def _hiragana(text: str) -> str:
    return text


def _katakana(text: str) -> str:
    return "".join(chr(ord(one) + _TO_KATAKANA) for one in text)


def _narrow(text: str) -> str:
    """As older machines print it."""
    return unicodedata.normalize("NFD", _katakana(text)).translate(_NARROW)


def kana(identity: Identity, chance: Chance) -> Piece | None:
    """A Japanese name as it is read aloud."""
    given, family = (another(name, "kana", chance) for name in (identity.given, identity.family))
    if given is None or family is None:
        return None
    change = chance.pick((_hiragana, _katakana, _katakana, _narrow))
    names = [family] if chance.once_in(3) else [family, given]
    return Piece(chance.pick(("", " ")).join(change(name) for name in names))


def _told_kana(identity: Identity, chance: Chance) -> Piece | None:
    return kana(identity, chance) if is_told_whole(identity) else None


def _same_sound(identity: Identity, chance: Chance) -> Piece | None:
    """As an input method offers it first."""
    if not identity.is_eastern:
        return None
    title = "same sound, another sign"
    given, family = (another(name, title, chance) for name in (identity.given, identity.family))
    if given and (family is None or chance.once_in(2)):
        return Piece(identity.family + given)
    return Piece(family + identity.given) if family else None


def _arabic_digits(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "ar":
        return None
    title = "digits for Arabic sounds"
    given, family = (another(name, title, chance) for name in (identity.given_ascii, identity.family_ascii))
    if given is None and family is None:
        return None
    whole = f"{given or identity.given_ascii} {family or identity.family_ascii}"
    return Piece(chance.pick((whole, given or family or whole)))


def _every_syllable(identity: Identity, chance: Chance) -> Piece | None:
    if not (found := syllables(identity)):
        return None
    initials = "".join(one[0] for one in (identity.family, *found))
    return Piece(chance.pick((initials.upper(), ".".join(initials.upper()) + ".")))


def _without_article(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "ar" or not identity.family.startswith(("Al", "ال")):
        return None
    rest = identity.family[2:]
    if identity.is_latin:
        return Piece(chance.pick((rest.title(), f"{identity.given} {rest.title()}")))
    return Piece(rest, *chance.pick((("", ""), ("لل", ""))))


READINGS: Mapping[str, Write] = {
    "in kana": _told_kana,
    "same sound, another sign": _same_sound,
    "7addad": _arabic_digits,
    "WXM": _every_syllable,
    "Khatib": _without_article,
}
