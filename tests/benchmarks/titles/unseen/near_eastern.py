"""How names are written in Greek, Hebrew, Arabic, Persian, Georgian and Armenian."""

import unicodedata
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.patterns import first, full, last, within
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.unseen.people import at_home
from tests.benchmarks.titles.unseen.tables import both, fond, only_last, other, respelled

_PATTERNS = "unseen/patterns"
_ACUTE, _GERESH = "\u0301", "'\u05f3"
#: The beginning of many a Greek name, and what stands for it.
_HATZI, _SHORT = "Χατζη", ('\u03a7"', "\u03a7''", "\u03a7\u201d")


def _in_a_phones_letters(identity: Identity, chance: Chance) -> Piece | None:
    """With the digits that look like theta and xi."""
    if identity.language != "el" or identity.is_abroad:
        return None
    names = (identity.full, identity.given, identity.family)
    fit = [name for name in names if set("θξ") & set(name.lower())]
    if not fit:
        return None
    bare = unicodedata.normalize("NFD", chance.pick(fit).lower()).replace(_ACUTE, "")
    text = respelled(bare, "Greek in a phone's letters")
    return Piece(chance.pick((text, text.title() if text.replace(" ", "").isalpha() else text)))


def _hatzi(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.family.startswith(_HATZI):
        return None
    family = chance.pick(_SHORT) + identity.family.removeprefix(_HATZI)
    return Piece(chance.pick((family, both(identity.given, family), f"{identity.given[0]}. {family}")))


def _with_geresh(identity: Identity, chance: Chance) -> Piece | None:
    """An initial as Hebrew marks it."""
    if identity.language != "he" or identity.is_abroad:
        return None
    return Piece(f"{identity.given[0]}{chance.pick(_GERESH)} {identity.family}")


def _otherwise(identity: Identity, chance: Chance) -> Piece | None:
    """With or without the letters that only help to read."""
    title = "Hebrew, spelled otherwise"
    given, family = (other(name, title, chance) for name in (identity.given, identity.family))
    if given is None and family is None:
        return None
    return Piece(
        chance.pick((given or family or "", both(given or identity.given, family or identity.family)))
    )


def _told_abroad(language: str) -> Write:
    """A name that the event tells in Latin letters, as it is written at home."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if identity.language != language or not identity.is_abroad:
            return None
        given, family = at_home(identity)
        whole = f"{family}{given}" if language == "ko" else both(given, family)
        return Piece(chance.pick((whole, whole, given)))

    return write


def _at_home(*titles: str) -> Write:
    """A Latin name in letters of elsewhere."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        title = chance.pick(titles)
        given, family = (other(name, title, chance) for name in (identity.given, identity.family))
        if given is None:
            return None
        return Piece(chance.pick((given, both(given, family) if family else given)))

    return write


def _arabic_keyboard(identity: Identity, chance: Chance) -> Piece | None:
    name = chance.pick((identity.full, identity.given, identity.family))
    text = respelled(name, "Persian on an Arabic keyboard")
    return Piece(text) if identity.language == "fa" and text != name else None


def _in_latin(identity: Identity, chance: Chance) -> Piece | None:
    """Of scripts in which each letter has one in Latin."""
    if identity.language not in {"ka", "hy", "uk"} or identity.is_told_in_latin:
        return None
    whole = both(identity.given_ascii, identity.family_ascii)
    return Piece(chance.pick((whole, whole, identity.family_ascii)))


GREEK: Mapping[str, Write] = {'\u03a7"γιάννης': _hatzi}
GREEK_LATIN: Mapping[str, Write] = {"8eodwros, 3enia": _in_a_phones_letters}
HEBREW: Mapping[str, Write] = {
    'ד"ר שפירא': within("Hebrew titles", last, full, file=_PATTERNS),
    "נ' פרידמן": _with_geresh,
    "נעם שפירה": _otherwise,
    "שמוליק": fond("he", "Hebrew, fond"),
    "נועם שפירא, of Noam Shapira": _told_abroad("he"),
    "תומאס": _at_home("in Hebrew"),
}
HEBREW_TO: Mapping[str, Write] = {
    "לדנה": within("Hebrew prefixes", first, last, full, file=_PATTERNS),
    "ל-Anna": within("Hebrew prefixes on Latin names", first, full, file=_PATTERNS),
}
ARABIC: Mapping[str, Write] = {
    "م/طارق": within("Arabic titles with a slash", first, full, last, file=_PATTERNS),
    "حمودي": fond("ar", "Arabic, fond"),
    "خالد حداد, of Khalid Haddad": _told_abroad("ar"),
    "توماس": _at_home("in Arabic"),
}
PERSIAN: Mapping[str, Write] = {
    "شیرین‌جان": within("Persian endings", first, file=_PATTERNS),
    "آقای‌کریمی": within("Persian titles", last, file=_PATTERNS),
    "شيرين كريمي": _arabic_keyboard,
}
GEORGIAN: Mapping[str, Write] = {
    "ნინოსთან": only_last("ka", both, ("{}", "ka, with")),
}
GEORGIAN_OWNED: Mapping[str, Write] = {"ბერიძის, თამარის": only_last("ka", both, ("{}", "ka, of"))}
GEORGIAN_NAMES: Mapping[str, Write] = {"დათო, თამუნა": fond("ka", "ka, fond")}
ARMENIAN: Mapping[str, Write] = {"Արամի հետ": only_last("hy", both, ("{} հետ", "hy, with"))}
ANYWHERE: Mapping[str, Write] = {"Giorgi Beridze": _in_latin}
HINDI_ABROAD: Mapping[str, Write] = {
    "राजेश शर्मा, of Rajesh Sharma": _told_abroad("hi"),
    "थॉमस": _at_home("in Hindi"),
}
KOREAN_ABROAD: Mapping[str, Write] = {"김민준, of Minjun Kim": _told_abroad("ko")}
