"""Disguises by hand and by ear: marks mistaken, letters in haste, names clipped, drawn out, joined."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import rewritten
from tests.benchmarks.titles.customs import another
from tests.benchmarks.titles.disguises import LONG_MIN, disguised, mistyped
from tests.benchmarks.titles.identities import Identity, ascii_of, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.shapes import PARTICLES
from tests.benchmarks.titles.shortenings import VOWELS

_MARRIED = ("{0} Meier ({1})", "{0} {1} Meier", "{0} {1}/Meier", "{0} Meier/{1}", "{0} Lund ({1})")
_PICTURES = ("🌸", " 🌴 ", "🎂", " ❤️ ", "⭐", " 🐝 ", "☀️")
_MANY = ("s", "x", "z", "ch", "sh")


def _bare_and_small(identity: Identity, chance: Chance) -> Piece | None:
    name = chance.pick((identity.full, identity.full, identity.given, identity.family))
    bare = ascii_of(name, identity.language)
    return Piece(bare.lower()) if identity.is_latin and bare != name else None


def _bare_slip(identity: Identity, chance: Chance) -> Piece | None:
    """No marks, no capitals, and a slip in one of both names."""
    if not identity.is_latin:
        return None
    names = [slug(ascii_of(name, identity.language)) for name in (identity.given, identity.family)]
    at = chance.between(0, 1)
    typo = mistyped(names[at], chance)
    names[at] = typo or names[at]
    return Piece(" ".join(names)) if typo else None


def _drawn_out(identity: Identity, chance: Chance) -> Piece | None:
    """The last letter, as when somebody is called."""
    is_fit = identity.is_latin and identity.given.isalpha()
    return Piece(identity.given + identity.given[-1] * chance.between(2, 4)) if is_fit else None


def _clipped(identity: Identity, chance: Chance) -> Piece | None:
    """The first syllable or two, without a dot."""
    cut = identity.given[: chance.between(4, 5)]
    is_fit = identity.is_latin and identity.given.isalpha() and len(identity.given) > len(cut) + 1
    if not is_fit or cut[-1] in VOWELS:
        return None
    return Piece(chance.pick((cut, f"{cut} {identity.family}", f"{cut} {identity.family[0]}")))


def _double_initials(identity: Identity, chance: Chance) -> Piece | None:
    """Of a double first name, by which everybody calls them."""
    one, _, other = identity.given.partition("-")
    pattern = chance.pick(("{0}-{1}", "{0}{1}", "{0}.-{1}.", "{0}.{1}."))
    return Piece(pattern.format(one[0], other[0])) if other else None


def _slashed_particles(identity: Identity, chance: Chance) -> Piece | None:
    words = identity.family.split()
    particles = [one for one in words if one.lower() in PARTICLES]
    rest = " ".join(words[len(particles) :])
    if len(particles) != 2 or identity.language not in {"nl", "de"}:
        return None
    one, other = (particle[0] for particle in particles)
    pattern = chance.pick(("{0}/{1} {2}", "{0}{1}{2}", "{0}{1}. {2}", "{0}/{1}. {2}", "{0}. {1}. {2}"))
    family = pattern.format(one, other, rest)
    return Piece(chance.pick((family, f"{identity.given} {family}", f"{identity.given[0]}. {family}")))


def _two_initials(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.is_latin or identity.language == "ru":
        return None
    pattern = chance.pick(("{0}. {1}. {2}", "{0}.{1}. {2}", "{0}{1} {2}", "{2}, {0}. {1}.", "{2}, {0}.{1}."))
    return Piece(pattern.format(identity.given[0], chance.pick("BCEJLMPRT"), identity.family))


def _by_both_names(identity: Identity, chance: Chance) -> Piece | None:
    """Who married, with the name they are known by."""
    if not identity.is_latin or not identity.family.isalpha():
        return None
    return Piece(chance.pick(_MARRIED).format(identity.given, identity.family))


def _picture_between(identity: Identity, chance: Chance) -> Piece | None:
    text = f"{identity.given}{chance.pick(_PICTURES)}{identity.family}"
    return None if identity.is_eastern else Piece(text)


def _household(identity: Identity, _: Chance) -> Piece | None:
    """All of a name, in German by mouth, in English after a hiss."""
    family = identity.family
    is_short = family[-1] not in VOWELS and family[-2:] not in {"er", "en", "el"}
    if identity.language == "de" and family.isalpha() and is_short:
        return Piece(f"{family}ens")
    return Piece(f"{family}es") if identity.language in {"en", "tr"} and family.endswith(_MANY) else None


def _adjective(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "de" or not identity.family.isalpha():
        return None
    name = chance.pick((identity.family, identity.family.lower()))
    return Piece(name + chance.pick(("sche", "schen", "scher", "sches")))


def _nicknames_own(identity: Identity, chance: Chance) -> Piece | None:
    if identity.nick is None or not identity.is_latin:
        return None
    ending = {"de": "s", "nl": "s"}.get(identity.language, "'s")
    return Piece(
        identity.nick, after=ending if identity.nick[-1] not in "szx" else chance.pick(("'", "\u2019"))
    )


def _heard(identity: Identity, chance: Chance) -> Piece | None:
    """As one who never read the name writes it in English."""
    heard = another(identity.given, "heard in English", chance)
    return Piece(f"{heard} {identity.family}") if heard else None


def _clipped_and_fond(identity: Identity, chance: Chance) -> Piece | None:
    """Half a Japanese name, as children and good friends are called."""
    cut = identity.given[:3]
    is_fit = identity.language == "ja" and identity.is_latin and len(identity.given) > LONG_MIN - 1
    return Piece(cut, after=chance.pick(("-chan", "chan", "-kun"))) if is_fit else None


def _numbered_initials(identity: Identity, chance: Chance) -> Piece | None:
    two = f"{identity.given[0]}{identity.family[0]}".lower()
    return Piece(f"{two}{chance.between(1, 9)}") if identity.is_latin else None


HANDS: Mapping[str, Write] = {
    "Chloè, Søren": disguised(lambda name, _: rewritten(name, "another mark", most=1)),
    "chloe lefevre": _bare_and_small,
    "jurgne muller": _bare_slip,
    "Annaaa": _drawn_out,
    "Thib, Kath": _clipped,
    "J-M": _double_initials,
    "v/d Berg": _slashed_particles,
    "A. L. Schmidt": _two_initials,
    "Anna Meier (Schmidt)": _by_both_names,
    "Anna🌸Schmidt": _picture_between,
    "Schmidtens, Marshes": _household,
    "schmidtsche": _adjective,
    "Bob's": _nicknames_own,
    "Kshishtof": _heard,
}

FAR_HANDS: Mapping[str, Write] = {
    "Ken-chan": _clipped_and_fond,
    "as2": _numbered_initials,
}
