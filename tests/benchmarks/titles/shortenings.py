"""Disguises by what is left of a name: parts of it, initials, and these joined."""

import re
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write, around
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.sections import words

VOWELS = "".join(words("alphabets", "vowels"))
#: Up to the consonants of the second syllable.
_SHORT = re.compile(f"[^{VOWELS}]*[{VOWELS}]+[^{VOWELS}]+(?=[{VOWELS}])", re.IGNORECASE)
_PAIRS = ("{}/JM", "{}+JM", "JM/{}", "{}&JM", "JM-{}", "{}|JM", "{},JM", "JM→{}")


def _letters(name: str) -> str:
    return "".join(filter(str.isalpha, name))


def _first_cut(identity: Identity, _: Chance) -> Piece | None:
    short = _SHORT.match(identity.given)
    return Piece(f"{short[0]}. {identity.family}") if short and identity.given.isalpha() else None


def _last_cut(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.family.isalpha() or len(identity.family) < 6:
        return None
    return Piece(f"{identity.given} {identity.family[: chance.between(3, 4)]}", after=chance.pick((".", "")))


def _double_initials(identity: Identity, chance: Chance) -> Piece | None:
    one, _, other = identity.given.partition("-")
    pattern = chance.pick(("{0}.-{1}.", "{0}-{1}", "{0}{1}", "{0}.{1}."))
    return Piece(f"{pattern.format(one[0], other[0])} {identity.family}") if other else None


def _last_and_initial(identity: Identity, chance: Chance) -> Piece | None:
    if identity.is_eastern:
        return None
    last = chance.pick((identity.family, identity.family, identity.family.upper()))
    return Piece(f"{last}{chance.pick((' ', ', '))}{identity.given[0]}", after=chance.pick((".", "")))


def _joined_initial(identity: Identity, chance: Chance) -> Piece | None:
    """The first letter and the last name in one word, with capitals."""
    if not identity.is_latin:
        return None
    last, first = _letters(identity.family), identity.given[0]
    cores = (f"{first}{last}", f"{last}{first}", f"{last}{first}".upper(), f"{last}-{first}".upper())
    return Piece(chance.pick((*cores, f"{last}_{first}", f"{first}{last}".upper())))


def _nickname_and_initial(identity: Identity, chance: Chance) -> Piece | None:
    if identity.nick is None:
        return None
    return Piece(f"{identity.nick} {identity.family[0].upper()}", after=chance.pick((".", "")))


def _initials_of_two(identity: Identity, chance: Chance) -> Piece | None:
    is_fit = identity.is_latin and " " not in identity.family
    return around(chance.pick(_PAIRS), identity.given[0] + identity.family[0]) if is_fit else None


def _cut_user_name(identity: Identity, chance: Chance) -> Piece | None:
    first, last = slug(identity.given), slug(identity.family)
    if not identity.is_latin or len(last) < 6:
        return None
    return Piece(chance.pick((last[:5] + first[:3], last[:4] + first[:4], first[:3] + last[:3])))


def _small_initials(identity: Identity, chance: Chance) -> Piece | None:
    core = f"{identity.given[0]}{identity.family[0]}".lower()
    return around(chance.pick(("({})", "/{}", "{}")), core) if identity.is_latin else None


SHORTENINGS: Mapping[str, Write] = {
    "Seb. Schmidt": _first_cut,
    "Anna Schm.": _last_cut,
    "J.-M. Delacourt": _double_initials,
    "Schmidt A.": _last_and_initial,
    "ASchmidt, SCHMIDTA": _joined_initial,
    "Bob A.": _nickname_and_initial,
    "initials of two": _initials_of_two,
}

FAR_SHORTENINGS: Mapping[str, Write] = {
    "cut user names": _cut_user_name,
    "initials in small letters": _small_initials,
}
