"""Disguises by grammar: names and nicknames declined, all of a family."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import ended
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece

_CASES = {"ru": ("Russian, whom", "Russian, to whom"), "pl": ("Polish, of whom",), "el": ("Greek, whom",)}
_FAMILIES = {"ru": "Russian, a family", "pl": "Polish, a family", "el": "Greek, a family"}
#: Vowels of Turkish: its endings follow them.
BACK, FRONT = "ao\u0131u", "ei\u00f6\u00fc"


def _other_cases(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language not in _CASES or identity.is_abroad:
        return None
    case = chance.pick(_CASES[identity.language])
    given, family = (ended(name, case) for name in (identity.given, identity.family))
    text = chance.pick((f"{given} {family}", given, family))
    return None if text in (identity.full, identity.given, identity.family) else Piece(text)


def _nickname_declined(identity: Identity, chance: Chance) -> Piece | None:
    if identity.nick is None or identity.language not in _CASES:
        return None
    text = ended(identity.nick, chance.pick(_CASES[identity.language]))
    return Piece(text) if text != identity.nick else None


def _plural(identity: Identity, _: Chance) -> Piece | None:
    """All who bear the name."""
    if identity.language == "tr":
        last = [one for one in identity.family.lower() if one in BACK + FRONT][-1]
        return Piece(identity.family + ("lar" if last in BACK else "ler"))
    if identity.language not in _FAMILIES or identity.is_abroad:
        return None
    text = ended(identity.family, _FAMILIES[identity.language])
    return Piece(text) if text != identity.family else None


GRAMMAR: Mapping[str, Write] = {
    "other cases": _other_cases,
    "nickname declined": _nickname_declined,
    "plural of a family": _plural,
}
