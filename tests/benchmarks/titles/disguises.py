"""The commonest disguises: typos, look-alikes, names glued and shortened."""

from collections.abc import Callable, Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import alphabet
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece

LONG_MIN = 5
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ZERO_WIDTHS = "\u200b\u200c\u200d"


def _latin(identity: Identity, chance: Chance, least: int = 4) -> str | None:
    """A name in Latin letters to disguise: whole, or a part of at least so many letters."""
    if not identity.is_latin:
        return None
    part = chance.pick((identity.full, identity.full, identity.given, identity.family))
    return part if len(slug(part)) >= least else identity.full


def disguised(change: Callable[[str, Chance], str]) -> Write:
    """The form that changes a Latin name by this rule, where the rule changes anything."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        name = _latin(identity, chance)
        text = name and change(name, chance)
        return Piece(text) if text and text != name else None

    return write


def mistyped(name: str, chance: Chance) -> str | None:
    """One letter wrong, missing or too much, not the first."""
    if len(name) < LONG_MIN or not name.isalpha():
        return None
    place = chance.between(1, len(name) - 1)
    letter = chance.pick([one for one in _LETTERS if one not in name[place - 1 : place + 1].lower()])
    return name[:place] + chance.pick((letter + name[place + 1 :], name[place + 1 :], letter + name[place:]))


def _typo_in_last(identity: Identity, chance: Chance) -> Piece | None:
    typo = mistyped(identity.family, chance) if identity.is_latin else None
    return Piece(f"{identity.given} {typo}") if typo else None


def _typo_in_first(identity: Identity, chance: Chance) -> Piece | None:
    typo = mistyped(identity.given, chance) if identity.is_latin else None
    return Piece(typo) if typo else None


def _glued(pattern: str, before: str = "", *, is_lower: bool = True) -> Write:
    """First and last name by a pattern, without anything but letters."""

    def write(identity: Identity, _: Chance) -> Piece | None:
        if not identity.is_latin:
            return None
        names = (identity.given, identity.family)
        first, last = (slug(name) if is_lower else "".join(filter(str.isalpha, name)) for name in names)
        return Piece(pattern.format(first=first, last=last), before)

    return write


def _homoglyphs(name: str, _: Chance) -> str:
    return name.translate(alphabet("Cyrillic look-alikes"))


def _zero_width(name: str, chance: Chance) -> str:
    place = chance.between(1, len(name) - 1)
    return name[:place] + chance.pick(_ZERO_WIDTHS) + name[place:]


def _full_width(name: str, _: Chance) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in name)


def _numbered(identity: Identity, chance: Chance) -> Piece | None:
    return Piece(f"{slug(identity.given)}{chance.between(2, 9)}") if identity.is_latin else None


def _prefix(identity: Identity, _: Chance) -> Piece | None:
    return Piece(identity.given[:3]) if identity.is_latin and len(slug(identity.given)) >= LONG_MIN else None


def _dotted_initials(identity: Identity, _: Chance) -> Piece | None:
    if not identity.is_latin or " " in identity.family:
        return None
    return Piece(f"{identity.given[0]}.{identity.family[0]}.")


def _widened(identity: Identity, chance: Chance) -> Piece | None:
    other = chance.pick(("Meier", "Lorenz", "Okafor", "Lund"))
    return Piece(f"{identity.family}-{other}") if identity.is_latin and " " not in identity.family else None


def _genitive(identity: Identity, _: Chance) -> Piece | None:
    is_fit = identity.is_latin and slug(identity.family)[-1] not in "sxz"
    return Piece(f"{identity.family}s") if is_fit else None


COMMON: Mapping[str, Write] = {
    "typo in last": _typo_in_last,
    "typo in first": _typo_in_first,
    "annaschmidt": _glued("{first}{last}"),
    "AnnaSchmidt": _glued("{first}{last}", is_lower=False),
    "anna_schmidt": _glued("{first}_{last}"),
    "Cyrillic look-alikes": disguised(_homoglyphs),
    "zero-width inside": disguised(_zero_width),
    "full-width": disguised(_full_width),
    "A n n a": disguised(lambda name, _: " ".join(name.replace(" ", ""))),
    "anna2": _numbered,
    "#AnnaSchmidt": _glued("{first}{last}", "#", is_lower=False),
    "first three letters": _prefix,
    "A.S.": _dotted_initials,
    "Schmidt-Meier": _widened,
    "Schmidts": _genitive,
}
