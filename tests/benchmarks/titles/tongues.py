"""Disguises by what other languages make of a name: endings of more of them, and other romanizations."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import rewritten
from tests.benchmarks.titles.customs import another
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.sections import words
from tests.benchmarks.titles.shortenings import VOWELS

_SYSTEMS = ("ISO 9", "Ukrainian passports", "Bulgarian passports", "Russian in Serbian", "Russian in Dutch")


def _ended(language: str) -> Write:
    """A Latin name with an ending: after a consonant, after a vowel, in the place of an a."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        name = chance.pick((identity.given, identity.given, identity.family))
        if not identity.is_latin or not name.isalpha() or len(name) < 3:
            return None
        after = "a" if name[-1] == "a" else "vowel" if name[-1] in f"{VOWELS}y" else "consonant"
        if not (endings := words("tongues", f"{language}, {after}")):
            return None
        return Piece((name[:-1] if after == "a" else name) + chance.pick(endings))

    return write


def _varied(title: str) -> Write:
    """A given name that has such a variant; with the family name, or without."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        text = another(identity.given, title, chance)
        return Piece(chance.pick((text, f"{text} {identity.family}"))) if text else None

    return write


def _romanized(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "ru" or identity.is_latin:
        return None
    text = rewritten(identity.full.lower(), chance.pick(_SYSTEMS)).title()
    return Piece(text) if text != f"{identity.given_ascii} {identity.family_ascii}" else None


def _heard_in_greek(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "el" or identity.is_latin:
        return None
    text = rewritten(identity.full.lower(), chance.pick(("Greek passports", "Greek by ear"))).title()
    return Piece(text) if text != f"{identity.given_ascii} {identity.family_ascii}" else None


TONGUES: Mapping[str, Write] = {
    "Estonian endings": _ended("Estonian"),
    "Lithuanian endings": _ended("Lithuanian"),
    "Latvian endings": _ended("Latvian"),
    "Serbian endings": _ended("Serbian"),
    "Bulgarian endings": _ended("Bulgarian"),
    "more Finnish endings": _ended("Finnish"),
    "more Hungarian endings": _ended("Hungarian"),
    "Romanian endings": _ended("Romanian"),
    "Kazakh endings": _ended("Kazakh"),
    "softened": _varied("softened"),
    "Czech and Slovak": _varied("Czech"),
    "Russian called out": _varied("Russian called out"),
    "Ukrainian and Belarusian": _varied("Ukrainian and Belarusian"),
    "Arabic and Hebrew prefixes": _varied("glued prefixes"),
    "friends in Latin letters": _varied("friends in Latin letters"),
    "ISO 9": _romanized,
    "Greek passports": _heard_in_greek,
}
