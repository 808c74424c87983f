"""Disguises of Chinese, Japanese and Korean names: other signs, spaces, syllables apart."""

import re
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import alphabet
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece

_SYLLABLE = re.compile("[^aeiou]*[aeiou]+(?:ng?(?![aeiou]))?", re.IGNORECASE)


def _other_signs(identity: Identity, _: Chance) -> Piece | None:
    """Traditional signs of Chinese, variants of Japanese."""
    text = identity.full.translate(alphabet("other signs"))
    return Piece(text) if identity.is_eastern and text != identity.full else None


def _eastern_spaced(identity: Identity, chance: Chance) -> Piece | None:
    gap = chance.pick((" ", "\u3000", "\t", "  "))
    return Piece(f"{identity.family}{gap}{identity.given}") if identity.is_eastern else None


def _told_apart(identity: Identity, chance: Chance) -> Piece | None:
    """The family name, and one sign to tell namesakes apart."""
    if identity.language != "ja" or not identity.is_eastern or len(identity.given) < 2:
        return None
    opening, closing = chance.pick((("(", ")"), ("\uff08", "\uff09")))
    return Piece(f"{identity.family}{opening}{identity.given[0]}", after=closing)


def syllables(identity: Identity) -> list[str]:
    """Two, of a Chinese or Korean name in Latin letters, or none."""
    found = (
        _SYLLABLE.findall(identity.given) if identity.language in {"zh", "ko"} and identity.is_latin else []
    )
    return found if len(found) == 2 else []


def _syllables_apart(identity: Identity, chance: Chance) -> Piece | None:
    if not (found := syllables(identity)):
        return None
    one, other = found
    given = chance.pick((f"{one}-{other}", f"{one} {other.title()}", f"{one}-{other.title()}"))
    return Piece(chance.pick((f"{given} {identity.family}", f"{identity.family} {given}", given)))


def _syllable_initials(identity: Identity, chance: Chance) -> Piece | None:
    if not (found := syllables(identity)):
        return None
    one, other = (syllable[0].upper() for syllable in found)
    family = identity.family
    joined = f"{slug(family)}{one}{other}".lower()
    return Piece(
        chance.pick((f"{family} {one}{other}", f"{one}{other} {family}", f"{one}.{other}. {family}", joined))
    )


def _familiar(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "zh" or not identity.is_eastern:
        return None
    return Piece(
        identity.given[-1], *chance.pick((("阿", ""), ("", "哥"), ("", "姐"), ("", identity.given[-1])))
    )


EASTERN: Mapping[str, Write] = {
    "traditional and variant signs": _other_signs,
    "Eastern name spaced": _eastern_spaced,
    "佐藤(健)": _told_apart,
    "syllables apart": _syllables_apart,
    "initials of syllables": _syllable_initials,
}

FAR_EASTERN: Mapping[str, Write] = {
    "阿明": _familiar,
}
