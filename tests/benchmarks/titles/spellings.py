"""Disguises by script: spelled in haste or by another language, and in two scripts."""

import unicodedata
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import alphabet, rewritten
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece

_VOWEL_SIGNS = "\u064e\u064f\u0650\u0640"
_LETTER_MARKS = {"\u0301", "\u0308"}


def is_told_whole(identity: Identity) -> bool:
    """Whether the event tells both names in Latin letters."""
    told = f"{identity.person.name or ''} {identity.local_part}".lower()
    return slug(identity.given_ascii) in told and slug(identity.family_ascii) in told


def _unmarked(identity: Identity, chance: Chance) -> Piece | None:
    """Greek without accents, Russian without the dots of ё; Greek capitals never have any."""
    if identity.language not in {"ru", "el"} or identity.is_abroad:
        return None
    name = chance.pick((identity.full, identity.given, identity.family))
    letters = (one for one in unicodedata.normalize("NFD", name) if one not in _LETTER_MARKS)
    text = unicodedata.normalize("NFC", "".join(letters))
    return Piece(text.upper() if chance.once_in(4) else text) if text != name else None


def _in_haste(identity: Identity, chance: Chance) -> Piece | None:
    """Letters of Arabic and Hindi that many write alike; Arabic also with vowel signs and drawn long."""
    if identity.language not in {"ar", "hi"} or identity.is_abroad:
        return None
    if identity.language == "ar" and chance.once_in(2):
        at = chance.between(1, len(identity.given) - 1)
        return Piece(f"{identity.given[:at]}{chance.pick(_VOWEL_SIGNS)}{identity.given[at:]}")
    table = alphabet("Arabic, in haste" if identity.language == "ar" else "Hindi, in haste")
    name = chance.pick((identity.full, identity.given, identity.family))
    return Piece(name.translate(table)) if name.translate(table) != name else None


def _russian_initials(identity: Identity, chance: Chance) -> Piece | None:
    """With that of the father's name."""
    if identity.language != "ru":
        return None
    first, middle = identity.given[0], chance.pick("ABISP" if identity.is_latin else "АВИСП")
    pattern = chance.pick(("{2} {0}.{1}", "{0}.{1}. {2}", "{2} {0}. {1}", "{0}.{1}.{2}", "{2} {0}{1}"))
    return Piece(pattern.format(first, middle, identity.family), after=".")


def _one_in_each(identity: Identity, chance: Chance) -> Piece | None:
    """One name in each script."""
    if identity.is_latin or not (identity.language in {"ru", "el"} or is_told_whole(identity)):
        return None
    names = (identity.given_ascii, identity.family), (identity.given, identity.family_ascii)
    return Piece(" ".join(chance.pick(names)))


def _in_both(identity: Identity, chance: Chance) -> Piece | None:
    """The whole name in one script, and again in the other."""
    if identity.is_latin or not is_told_whole(identity):
        return None
    latin = f"{identity.given_ascii} {identity.family_ascii}"
    patterns = ("{1} ({0})", "{0} / {1}", "{0} {2}", "{0}\uff08{1}\uff09", "{2} {0}")
    return Piece(chance.pick(patterns).format(identity.full, latin, identity.given_ascii))


def _spelled_in(language: str, *tables: str) -> Write:
    """The name by the letters of another language, where that is not how the event spells it."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if identity.language != language or identity.is_latin:
            return None
        table = chance.pick(tables)
        bare = unicodedata.normalize("NFC", unicodedata.normalize("NFD", identity.full).replace("\u0301", ""))
        text = rewritten(bare.lower(), table).title()
        return Piece(text) if text != f"{identity.given_ascii} {identity.family_ascii}" else None

    return write


def _article_apart(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "ar" or not identity.is_latin or not identity.family.startswith("Al"):
        return None
    family = f"{chance.pick(('Al-', 'al-', 'Al ', 'El-'))}{identity.family[2:].title()}"
    return Piece(chance.pick((family, f"{identity.given} {family}")))


def _arabic_otherwise(identity: Identity, _: Chance) -> Piece | None:
    text = rewritten(identity.full, "Arabic names otherwise")
    return Piece(text) if identity.language == "ar" and identity.is_latin and text != identity.full else None


SPELLINGS: Mapping[str, Write] = {
    "accents and dots dropped": _unmarked,
    "Arabic and Hindi in haste": _in_haste,
    "Соколов И.П.": _russian_initials,
    "one name in each script": _one_in_each,
    "in both scripts": _in_both,
    "Greeklish": _spelled_in("el", "Greeklish"),
    "Russian name in German or French": _spelled_in("ru", "Russian in German", "Russian in French"),
    "Al-Khatib": _article_apart,
}

FAR_SPELLINGS: Mapping[str, Write] = {
    "Arabic names otherwise": _arabic_otherwise,
}
