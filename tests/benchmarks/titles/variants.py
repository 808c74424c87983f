"""Disguises by custom and by ear: other nicknames, other spellings, other languages."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from connectors.sandbox.names import romanized
from tests.benchmarks.titles.alphabets import rewritten
from tests.benchmarks.titles.customs import another
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece

_SHARP = ("B", "\u03b2", "sz", "\u1e9e")


def _another_nickname(identity: Identity, chance: Chance) -> Piece | None:
    nick = another(identity.given, "another nickname", chance)
    return Piece(chance.pick((nick, f"{nick} {identity.family}"))) if nick else None


def _russian_nickname(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "ru":
        return None
    nick = another(identity.given_ascii, "Russian nicknames in Latin", chance)
    return Piece(chance.pick((nick, f"{nick} {identity.family_ascii}"))) if nick else None


def _spelled(title: str) -> Write:
    """Whichever of both names has another spelling."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        given, family = (another(name, title, chance) for name in (identity.given, identity.family))
        if given is None and family is None:
            return None
        whole = f"{given or identity.given} {family or identity.family}"
        return Piece(chance.pick((whole, whole, given or family or whole)))

    return write


def _in_english(identity: Identity, chance: Chance) -> Piece | None:
    given = another(identity.given_ascii, "in English", chance)
    family = identity.family if identity.is_latin else identity.family_ascii
    return Piece(f"{given} {family}") if given and not identity.is_eastern else None


def _by_rule(*titles: str, language: str) -> Write:
    """A Latin name by one of these tables, where that does more than drop its marks."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if identity.language != language or not identity.is_latin:
            return None
        table = chance.pick(titles)
        names = (identity.full, identity.given, identity.family)
        texts = [(name, rewritten(name, table)) for name in names]
        changed = [text for name, text in texts if text not in (name, romanized(name))]
        return Piece(chance.pick(changed)) if changed else None

    return write


def _sharp(identity: Identity, chance: Chance) -> Piece | None:
    if "ß" not in identity.family:
        return None
    family = identity.family.replace("ß", chance.pick(_SHARP))
    return Piece(chance.pick((family, f"{identity.given} {family}")))


VARIANTS: Mapping[str, Write] = {
    "another nickname": _another_nickname,
    "Russian nickname in Latin": _russian_nickname,
    "spelled as it is elsewhere": _spelled("by ear"),
    "romanized otherwise": _spelled("romanized otherwise"),
    "George Papadakis": _in_english,
    "Kuypers": _by_rule("ij as y", language="nl"),
    "Oeztuerk": _by_rule("umlauts spelled out", language="tr"),
    "Ayshe": _by_rule("Turkish in German", "Turkish in English", language="tr"),
    "WeiBhaupt": _sharp,
}
