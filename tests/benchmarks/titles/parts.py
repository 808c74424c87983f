"""Disguises by what is left of a name, and in which order: abbreviated, cut, masked, particles last."""

import re
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.customs import another
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.shapes import PARTICLES

#: Two letters that stand for one sound: no initial parts them.
_PAIRS = re.compile("(?:Ch|Th|Ph|St|Sj|Sh|Zh|Kh|Zd|Dm|Kr|\u03a7\u03c1|\u03a3\u03c4)")
_MASKS = ("***", "****", "*****", "___")
#: The second of two, the h of th, what nobody hears in dt and ck.
_DOUBTFUL = re.compile(r"(?<=([b-df-hj-np-tv-z]))\1|(?<=[Tt])h|(?<=d)t\b|c(?=k)")


def _paired_initial(identity: Identity, _: Chance) -> Piece | None:
    initial = _PAIRS.match(identity.given)
    return Piece(f"{initial[0]}. {identity.family}") if initial else None


def _by_custom(identity: Identity, chance: Chance) -> Piece | None:
    short = another(identity.given, "abbreviated by custom", chance)
    return Piece(f"{short} {identity.family}") if short else None


def _parted(identity: Identity) -> tuple[list[str], str]:
    """The particles of a family name, and the rest."""
    names = identity.family.split()
    particles = [one for one in names if one.lower() in PARTICLES]
    return (particles, " ".join(names[len(particles) :])) if identity.is_latin else ([], identity.family)


def _particles_cut(identity: Identity, chance: Chance) -> Piece | None:
    particles, rest = _parted(identity)
    if not particles or particles[0] not in {"van", "von"}:
        return None
    letters = [particle[0] for particle in particles]
    dotted, bare = ".".join(letters), "".join(letters)
    family = chance.pick((f"{dotted}. {rest}", f"{dotted}.{rest}", f"{bare} {rest}"))
    return Piece(chance.pick((family, f"{identity.given} {family}", f"{identity.given[0]}. {family}")))


def _particles_last(identity: Identity, chance: Chance) -> Piece | None:
    """As in a directory that sorts by the rest."""
    particles, rest = _parted(identity)
    if not particles:
        return None
    told = " ".join(particles)
    patterns = ("{rest}, {given} {told}", "{rest}, {told}, {given}", "{rest} {told}, {given}")
    return Piece(chance.pick(patterns).format(rest=rest, told=told, given=identity.given))


def _all_initials(identity: Identity, _: Chance) -> Piece | None:
    """Of double names and particles."""
    names = re.split("[- ]", identity.full)
    is_fit = identity.is_latin and len(names) > 2
    return Piece("".join(one[0] for one in names)) if is_fit else None


def _half_cut(identity: Identity, chance: Chance) -> Piece | None:
    """One half of a double name."""
    given, family = identity.given, identity.family
    if match := re.fullmatch("(.+)-(.)(.+)", given):
        one, letter, rest = match.groups()
        other = f"{letter}{rest}"
        cuts = (f"{one}-{letter}.", f"{one} {letter}.", f"{one[0]}-{other}", f"{one[0]}.-{other}")
        return Piece(f"{chance.pick(cuts)} {family}")
    particles, _ = _parted(identity)
    match = re.fullmatch("(.+[- ])(.).+", family)
    if particles or match is None or not identity.is_latin:
        return None
    return Piece(f"{given} {match[1]}{match[2]}", after=chance.pick((".", "")))


def _undotted(identity: Identity, chance: Chance) -> Piece | None:
    if identity.is_eastern:
        return None
    text = f"{identity.given[0]} {identity.family}"
    return Piece(text.lower() if chance.once_in(3) else text)


def _both_cut(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.is_latin or not identity.family.isalpha() or len(identity.family) < 6:
        return None
    cut = identity.family[: chance.between(3, 4)]
    return Piece(f"{identity.given[0]}.{chance.pick(('', ' '))}{cut}", after=".")


def _glued_cut(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.is_latin or not f"{identity.given}{identity.family}".isalpha():
        return None
    cut = identity.family[: chance.between(3, 4)]
    text = f"{identity.given}{cut}"
    return None if cut == identity.family else Piece(slug(text) if chance.once_in(2) else text)


def _last_and_cut(identity: Identity, chance: Chance) -> Piece | None:
    if identity.is_eastern or len(identity.given) < 6 or not identity.given.isalpha():
        return None
    cut = identity.given[: chance.between(3, 4)]
    return Piece(f"{identity.family}{chance.pick((', ', ' '))}{cut}", after=chance.pick((".", "")))


def _maiden_first(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.is_latin or not identity.family.isalpha():
        return None
    family = f"{chance.pick(('Meier', 'Lund', 'Okafor', 'Morel'))}-{identity.family}"
    return Piece(chance.pick((family, f"{identity.given} {family}")))


def _masked(identity: Identity, chance: Chance) -> Piece | None:
    """By somebody who meant well."""
    if identity.is_eastern or not identity.family[:2].isalpha():
        return None
    cut = identity.family[: chance.between(1, 2)]
    return Piece(f"{identity.given} {cut}", after=chance.pick(_MASKS))


def _masked_first(identity: Identity, chance: Chance) -> Piece | None:
    text = f"{identity.given[0]}{chance.pick(_MASKS)} {identity.family}"
    return None if identity.is_eastern else Piece(text)


def _family_initial(identity: Identity, chance: Chance) -> Piece | None:
    """As in the south of India."""
    is_fit = identity.language == "hi" and identity.is_latin
    return Piece(f"{identity.family[0]}{chance.pick(('. ', '.', ' '))}{identity.given}") if is_fit else None


def _in_doubt(identity: Identity, _: Chance) -> Piece | None:
    """A letter in brackets that may not be there."""
    text = _DOUBTFUL.sub(lambda match: f"({match[0]})", identity.full, count=1)
    return Piece(text) if identity.is_latin and text != identity.full else None


PARTS: Mapping[str, Write] = {
    "Th. Brandt": _paired_initial,
    "Fco. Ibáñez": _by_custom,
    "v.d. Berg": _particles_cut,
    "Berg, Joost van den": _particles_last,
    "JvdB": _all_initials,
    "Karl-H., García L.": _half_cut,
    "A Smith": _undotted,
    "A. Schm.": _both_cut,
    "AnnaSchm": _glued_cut,
    "Schmidt, Seb.": _last_and_cut,
    "Meier-Schmidt": _maiden_first,
    "Anna S***": _masked,
    "A*** Schmidt": _masked_first,
    "S. Priya": _family_initial,
    "Schmid(t)": _in_doubt,
}
