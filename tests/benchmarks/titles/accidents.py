"""Disguises by accident and by machine: letters lost, keys in haste, copied twice, out of tables."""

import unicodedata
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.disguises import disguised, mistyped
from tests.benchmarks.titles.identities import Identity, ascii_of, slug
from tests.benchmarks.titles.plain import Write, around
from tests.benchmarks.titles.samples import Piece

_DEAD_KEYS = {"\u0301": "\u00b4", "\u0300": "`", "\u0308": "\u00a8", "\u0302": "^", "\u0303": "~"}
_LINE = "\n"
_TABLES = (
    "{last};{first}", "{last},{first}", '"{last}";"{first}"', "{first};{last}", "{first},{last}",
    '"{last}","{first}"',
)  # fmt: skip
_TWICE = ("{full}{full}", "{full} {full}", "{first} {full}", "{first}{full}", "{turned}{turned}")
_ADDRESSED = ("{full} <{address}>", "{turned} <{address}>", "{full} ({address})", "{full}[mailto:{address}]")
_CAPITALS = ("{LAST} {first}", "{first} {LAST}", "{LAST}, {first}", "{LAST}")


def _lost(name: str, chance: Chance) -> str:
    """Every letter with a mark."""
    sign = chance.pick(("?", "?", "\ufffd", "_", "??"))
    return "".join(one if one.isascii() else sign for one in name)


def _left_out(name: str, _: Chance) -> str:
    """The same, where enough is left."""
    text = "".join(filter(str.isascii, name))
    return text if len(text) + 2 >= len(name) and len(slug(text)) > 3 else name


def _dead_key(name: str, _: Chance) -> str:
    """The mark before its letter, where the key did not wait."""
    signs: list[str] = []
    for one in unicodedata.normalize("NFD", name):
        at = len(signs) - 1 if one in _DEAD_KEYS else len(signs)
        signs.insert(at, _DEAD_KEYS.get(one, one))
    return unicodedata.normalize("NFC", "".join(signs))


def _last_mark(identity: Identity, chance: Chance) -> Piece | None:
    """An apostrophe for the mark of a last letter."""
    letters = unicodedata.normalize("NFD", identity.given)
    if not identity.is_latin or letters[-1] not in "\u0300\u0301":
        return None
    given = unicodedata.normalize("NFC", letters[:-1]) + chance.pick("'`")
    return Piece(chance.pick((given, f"{given} {identity.family}")))


def _in_haste(identity: Identity, chance: Chance) -> Piece | None:
    """Some letters large and others small, of one name or of both."""
    given, family = identity.given, identity.family
    held = " ".join(word[:2].upper() + word[2:] for word in (given, family))
    texts = (given.lower(), family.lower(), f"{given} {family.lower()}", held, family.upper(), given.upper())
    text = chance.pick((*texts, f"{given} {family[0]}.".lower()))
    return None if text in (identity.full, given, family) or text == text.swapcase() else Piece(text)


def _two_slips(identity: Identity, chance: Chance) -> Piece | None:
    """One in each name."""
    if not identity.is_latin:
        return None
    given, family = (mistyped(name, chance) for name in (identity.given, identity.family))
    return Piece(f"{given} {family}") if given and family else None


def _slip_in_account(identity: Identity, chance: Chance) -> Piece | None:
    family = mistyped(slug(identity.family_ascii), chance) if identity.is_latin else None
    first = slug(identity.given_ascii)
    patterns = ("{0}.{1}", "{0}{1}", "{0}_{1}", "{2}.{1}")
    if family is None:
        return None
    return Piece(chance.pick(patterns).format(first, family, first[0]), before=chance.pick(("@", "")))


def _pictured(identity: Identity, chance: Chance) -> Piece | None:
    """With the initials that stand for a picture, as copied from a list of people."""
    if not identity.is_latin:
        return None
    initials = f"{identity.given[0]}{identity.family[0]}".upper()
    return Piece(f"{initials}{chance.pick(('', ' ', _LINE))}{identity.full}")


def _patterned(*patterns: str) -> Write:
    """A pattern of ``full``, ``first``, ``last``, ``turned`` and ``address``."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if identity.is_eastern:
            return None
        names = {"full": identity.full, "first": identity.given, "last": identity.family}
        turned = f"{identity.family}, {identity.given}"
        return Piece(chance.pick(patterns).format(turned=turned, address=identity.person.address, **names))

    return write


def _card(identity: Identity, _: Chance) -> Piece | None:
    """As in a file of contacts."""
    return None if identity.is_eastern else around("N:{};;;", f"{identity.family};{identity.given}")


def _bare_capitals(identity: Identity, chance: Chance) -> Piece | None:
    capitals = ascii_of(identity.family, identity.language).upper()
    if not identity.is_latin or capitals == identity.family.upper():
        return None
    return Piece(chance.pick(_CAPITALS).format(LAST=capitals, first=identity.given))


def _capitals_first(identity: Identity, chance: Chance) -> Piece | None:
    last, given = identity.family.upper(), identity.given
    patterns = (f"{last} {given}", f"{last}, {given}", f"{given[0]}. {last}", f"{last} {given[0]}.")
    return None if identity.is_eastern or last == identity.family else Piece(chance.pick(patterns))


ACCIDENTS: Mapping[str, Write] = {
    "M?ller": disguised(_lost),
    "Mller": disguised(_left_out),
    "dead keys": disguised(_dead_key),
    "Niccolo'": _last_mark,
    "case in haste": _in_haste,
    "two slips": _two_slips,
    "slip in an account": _slip_in_account,
    "initials of a picture": _pictured,
    "copied twice": _patterned(*_TWICE),
    "name and address": _patterned(*_ADDRESSED),
    "Schmidt;Anna": _patterned(*_TABLES),
    "N:Schmidt;Anna": _card,
    "LEFEVRE Chloé": _bare_capitals,
    "SCHMIDT Anna": _capitals_first,
}
