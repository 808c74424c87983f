"""Disguises of whole names: glued, turned round, shortened, with something at either end."""

import re
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece

_SEPARATORS = ("-", "/", "+", "|", "·", "__", ":", "~", ".", "\\", "=", "•", " - ", " / ")
_GLUE = ("w/", "re:", "cc:", "1:1@", "(", "[", "+", "/", "»", "*", "_", "→", "“", "$", "~", ">")
_WORDS = ("call", "meeting", "sync", "lunch", "termin", "interview", "onboarding", "chat")
PARTICLES = {"von", "der", "de", "la", "van", "den", "ter", "della"}


def _shaped(pattern: str) -> Write:
    """A pattern of ``first``, ``last``, ``f``, ``l`` (letters alone), ``First``, ``Last`` and ``number``."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if not identity.is_latin:
            return None
        first, last = slug(identity.given), slug(identity.family)
        number = chance.pick(("1", "7", "42", "83", "007", "1990", "2026"))
        names = {"first": first, "last": last, "First": identity.given, "Last": identity.family}
        initials = {"f": first[0], "l": last[0], "F": first[0].upper()}
        core = pattern.format(number=number, **names, **initials)
        return Piece(core)

    return write


def _either(*writes: Write) -> Write:
    """One of these forms, by lot."""
    return lambda identity, chance: chance.pick(writes)(identity, chance)


def _mixed_separators(identity: Identity, chance: Chance) -> Piece | None:
    parts = [identity.given, identity.family]
    if chance.once_in(2):
        parts.reverse()
    return Piece(chance.pick(_SEPARATORS).join(parts)) if not identity.is_eastern else None


def _middle(identity: Identity, chance: Chance) -> Piece | None:
    middle = chance.pick("BCEHKMPRTW")
    dot = chance.pick((".", ""))
    return Piece(f"{identity.given} {middle}{dot} {identity.family}") if identity.is_latin else None


def _without_particles(identity: Identity, chance: Chance) -> Piece | None:
    words = identity.family.split()
    if not identity.is_latin or words[0].lower() not in PARTICLES:
        return None
    core = words[-1] if chance.once_in(2) else "".join(words)
    return Piece(chance.pick((core, f"{identity.given} {core}")))


def _half(identity: Identity, chance: Chance) -> Piece | None:
    """One half of a double name."""
    names = (re.split("[- ]", name) for name in (identity.given, identity.family))
    halves = [
        half for words in names if len(words) > 1 and words[0].lower() not in PARTICLES for half in words
    ]
    return Piece(chance.pick(halves)) if halves and identity.is_latin else None


def _camel_nickname(identity: Identity, chance: Chance) -> Piece | None:
    if identity.nick is None or not identity.is_latin:
        return None
    last = "".join(filter(str.isalpha, identity.family))
    return Piece(identity.nick + chance.pick((last, last[0])))


def _glued_to_signs(identity: Identity, chance: Chance) -> Piece:
    name = chance.pick((identity.full, identity.full if identity.is_eastern else identity.given))
    return Piece(
        name if len(name) > 1 else identity.full, chance.pick(_GLUE), chance.pick((")", "_", "/", "", "~"))
    )


def _glued_to_word(identity: Identity, chance: Chance) -> Piece | None:
    first, last = ("".join(filter(str.isalpha, name)) for name in (identity.given, identity.family))
    word = chance.pick(_WORDS).title()
    return Piece(f"{first}{last}", *chance.pick(((word, ""), ("", word)))) if identity.is_latin else None


def _lower_glued_to_word(identity: Identity, chance: Chance) -> Piece | None:
    core = f"{slug(identity.given)}{slug(identity.family)}"
    return Piece(core, chance.pick(_WORDS)) if identity.is_latin else None


def _split(identity: Identity, _: Chance) -> Piece | None:
    """A name broken at a line's end."""
    half = len(identity.family) // 2
    is_fit = identity.is_latin and identity.family.isalpha() and half > 1
    return Piece(f"{identity.given} {identity.family[:half]}-\n{identity.family[half:]}") if is_fit else None


SHAPES: Mapping[str, Write] = {
    "mixed separators": _mixed_separators,
    "schmidtanna": _either(_shaped("{last}{first}"), _shaped("{last}_{first}"), _shaped("{last}.{first}")),
    "trailing numbers": _either(
        _shaped("{first}{last}{number}"), _shaped("{first}.{last}{number}"), _shaped("{First}_{number}")
    ),
    "user names": _either(
        _shaped("{f}{last}"), _shaped("{last}{f}"), _shaped("{f}_{last}"), _shaped("{last}.{f}")
    ),
    "annas": _either(_shaped("{first}{l}"), _shaped("{first}.{l}"), _shaped("{first}_{l}")),
    "initials unspaced": _either(_shaped("{F}.{Last}"), _shaped("{Last},{F}")),
    "middle initial": _middle,
    "particles dropped or glued": _without_particles,
    "half of a double name": _half,
    "camel-case nickname": _camel_nickname,
    "glued to signs": _glued_to_signs,
    "glued to a word": _glued_to_word,
}

FAR_SHAPES: Mapping[str, Write] = {
    "lower, glued to a word": _lower_glued_to_word,
    "broken at a line's end": _split,
    "short codes": lambda one, _: Piece(one.given[:2] + one.family[:2].title()) if one.is_latin else None,
}
