"""Disguises by habit: names of accounts, halves, diminutives, brackets, nicknames in quotes."""

import re
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write, around
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.shapes import PARTICLES
from tests.benchmarks.titles.shortenings import VOWELS

_BRACKETS = ("{0} ({1})", "({0}) {1}", '"{0}" {1}', "{0} [{1}]", "{0} <{1}>", "{0} «{1}»", "{0} '{1}'")
_ACCOUNTS = (
    "ext.{}", "ext-{}", "{}-ext", "{}.ext", "adm_{}", "adm-{}", "{}_adm", "x_{}", "v-{}", "{}#EXT#", "t0-{}",
    "NORTHGATE\\{}", "{}-test",
)  # fmt: skip
_MIDDLES = {
    "Latin": ("Luise", "Emil", "Beatrix", "Lee"), "ru": ("Сергеевна", "Петрович"), "el": ("Παύλος",),
    "hi": ("कुमार",), "ar": ("بن سعيد", "سعيد"),
}  # fmt: skip
_SMALL = {
    "de": ("chen", "lein", "i"), "nl": ("tje", "je", "ke"), "tr": ("cim", "cik", "ciğim"),
    "pl": ("ek", "uś"), "es": ("ito", "cito"), "it": ("ino",),
}  # fmt: skip
_CHANGED = {
    "de": ("chen", "erl", "le"), "es": ("ita", "ito"), "it": ("ina", "etta"), "pl": ("ka", "unia"),
    "ru": ("ушка", "очка"), "el": ("ούλα", "άκι"),
}  # fmt: skip


def _account(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.is_latin:
        return None
    first, last = slug(identity.given), slug(identity.family)
    core = chance.pick((f"{first}.{last}", f"{first[0]}.{last}", f"{first[0]}{last}", f"{first}{last}"))
    return around(chance.pick(_ACCOUNTS), core)


def _other_hyphens(identity: Identity, chance: Chance) -> Piece | None:
    """A hyphen dropped, drawn otherwise, or put where a space was."""
    if "-" in identity.full:
        return Piece(identity.full.replace("-", chance.pick((" ", "", "\u2011", "\u2013", " - "))))
    if not identity.is_latin or " " not in identity.family:
        return None
    return Piece(f"{identity.given} {identity.family.replace(' ', '-')}")


def _with_half(identity: Identity, chance: Chance) -> Piece | None:
    """Both names, one half of a double one left out."""
    halves = re.split("[- ]", identity.family)
    if len(halves) > 1 and halves[0].lower() not in PARTICLES and halves[0].isalpha():
        return Piece(f"{identity.given} {chance.pick(halves)}")
    first, _, rest = identity.given.partition("-")
    return Piece(f"{first} {identity.family}") if rest else None


def _small(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.is_latin or identity.language not in _SMALL:
        return None
    is_fit = identity.language in {"tr", "nl"} or identity.given[-1].lower() not in VOWELS
    return Piece(identity.given + chance.pick(_SMALL[identity.language])) if is_fit else None


def _small_changed(identity: Identity, chance: Chance) -> Piece | None:
    """The last vowel makes way for the ending."""
    if identity.is_abroad or identity.language not in _CHANGED or identity.given[-1] not in VOWELS:
        return None
    return Piece(identity.given[:-1] + chance.pick(_CHANGED[identity.language]))


def _bracketed(identity: Identity, chance: Chance) -> Piece | None:
    names = [identity.given, identity.family]
    if chance.once_in(3):
        names.reverse()
    return None if identity.is_eastern else Piece(chance.pick(_BRACKETS).format(*names))


def _quoted_nickname(identity: Identity, chance: Chance) -> Piece | None:
    pattern = chance.pick(
        ('{0} "{1}" {2}', "{0} ({1}) {2}", "{0} „{1}“ {2}", "{1} ({0}) {2}", "{0} '{1}' {2}")
    )
    return Piece(pattern.format(identity.given, identity.nick, identity.family)) if identity.nick else None


def _middle_name(identity: Identity, chance: Chance) -> Piece | None:
    middles = _MIDDLES.get("Latin" if identity.is_latin else identity.language)
    return Piece(f"{identity.given} {chance.pick(middles)} {identity.family}") if middles else None


HABITS: Mapping[str, Write] = {
    "account affixes": _account,
    "hyphens otherwise": _other_hyphens,
    "first and half of a double name": _with_half,
    "diminutives": _small,
    "half in brackets": _bracketed,
    "nickname in quotes": _quoted_nickname,
    "middle name": _middle_name,
}

FAR_HABITS: Mapping[str, Write] = {
    "diminutives that change": _small_changed,
}
