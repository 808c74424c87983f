"""Disguises by other scripts and by grammar: transliterated, toned, declined."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import alphabet, ended, rewritten
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece

_CASES = {"ru": "Russian, with somebody", "pl": "Polish, with somebody", "el": "Greek, of somebody"}


def _romanized(*codes: str) -> Write:
    """The name in Latin letters, of whom the event tells it in no Latin letters at all."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if identity.language not in codes or identity.is_told_in_latin:
            return None
        full = f"{identity.given_ascii} {identity.family_ascii}"
        return Piece(chance.pick((full, full, identity.family_ascii)))

    return write


def _transliterated(script: str) -> Write:
    """A Latin name by the letters of another script."""

    def word(name: str) -> str:
        text = rewritten(slug(name), script)
        return (ended(text, "Greek, at the end") if script == "Greek" else text).title()

    def write(identity: Identity, _: Chance) -> Piece | None:
        if not identity.is_latin or not slug(identity.full).isascii():
            return None
        return Piece(f"{word(identity.given)} {word(identity.family)}")

    return write


def _toned(identity: Identity, _: Chance) -> Piece | None:
    if identity.language != "zh" or not identity.is_told_in_latin:
        return None
    names = (identity.given_ascii, identity.family_ascii)
    return Piece(" ".join(rewritten(name, "pinyin tones", most=1) for name in names))


def _turkish_case(identity: Identity, chance: Chance) -> Piece | None:
    """Dotted and dotless i by the rules of Turkish, which ``upper`` and ``lower`` do not know."""
    if identity.language != "tr":
        return None
    capitals = identity.full.translate(alphabet("Turkish capitals")).upper()
    if capitals == identity.full.upper():
        return None
    small = capitals.translate(alphabet("Turkish small letters")).lower()
    return Piece(small if chance.once_in(3) else capitals)


def _declined(identity: Identity, chance: Chance) -> Piece | None:
    """As after "with" in Russian and Polish, after "of" in Greek."""
    is_at_home = identity.is_latin == (identity.language == "pl")
    if identity.language not in _CASES or not is_at_home:
        return None
    given, family = (ended(name, _CASES[identity.language]) for name in (identity.given, identity.family))
    text = chance.pick((f"{given} {family}", family))
    return Piece(text) if text not in (identity.full, identity.family) else None


def _suffixed(identity: Identity, chance: Chance) -> Piece | None:
    """Turkish cases without their apostrophe, German and Dutch genitives of first names."""
    if identity.language == "tr":
        return Piece(identity.given + chance.pick(("yle", "nin", "ya")))
    if identity.language not in {"de", "nl"} or slug(identity.given)[-1] in "szx":
        return None
    return Piece(f"{identity.given}s")


def _surname_alone(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "zh" or not identity.is_eastern:
        return None
    return Piece(identity.family, *chance.pick((("", "总"), ("老", ""), ("小", ""))))


SCRIPTS: Mapping[str, Write] = {
    "Cyrillic name in Latin": _romanized("ru"),
    "Greek name in Latin": _romanized("el"),
    "Chinese name in pinyin": _romanized("zh"),
    "Latin name in Cyrillic": _transliterated("Cyrillic"),
    "Latin name in Greek": _transliterated("Greek"),
    "pinyin with tones": _toned,
    "Turkish case": _turkish_case,
    "declined": _declined,
    "suffixed": _suffixed,
}

FAR_SCRIPTS: Mapping[str, Write] = {
    "Hindi name in Latin": _romanized("hi"),
    "Japanese name in Latin": _romanized("ja"),
    "Korean or Arabic name in Latin": _romanized("ko", "ar"),
    "Chinese surname alone": _surname_alone,
}
