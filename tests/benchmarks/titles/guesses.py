"""Forms beyond demand that need a guess: codes, one initial, compounds, other alphabets, autocorrection."""

import quopri
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import rewritten
from tests.benchmarks.titles.customs import another
from tests.benchmarks.titles.disguises import disguised
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.patterns import first, last, within
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.readings import kana
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.spellings import is_told_whole


def _code(identity: Identity, chance: Chance) -> Piece | None:
    """Three capitals, as in a list of staff."""
    given, family = identity.given_ascii.upper(), identity.family_ascii.upper()
    if not identity.is_latin or not family.isalpha():
        return None
    return Piece(chance.pick((given[0] + family[:2], given[0] + family[0] + family[-1], family[:3])))


def _initial(identity: Identity) -> str | None:
    return None if identity.is_eastern else identity.family[0].upper()


def _one_sign(identity: Identity) -> str | None:
    return identity.family if identity.is_eastern and len(identity.family) == 1 else None


def _autocorrected(identity: Identity, chance: Chance) -> Piece | None:
    given = another(identity.given, "autocorrected", chance)
    return Piece(f"{given} {identity.family}") if given else None


def _in_script(identity: Identity, chance: Chance) -> Piece | None:
    given = another(identity.given, "in another script", chance)
    return Piece(given) if given else None


def _other_romanization(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "zh" or not identity.is_told_in_latin:
        return None
    family = another(identity.family_ascii, "Cantonese, Wade-Giles", chance)
    return Piece(f"{family} {identity.given_ascii}") if family else None


def _untold_kana(identity: Identity, chance: Chance) -> Piece | None:
    return None if is_told_whole(identity) else kana(identity, chance)


def _last_cut(identity: Identity, chance: Chance) -> Piece | None:
    is_fit = identity.is_latin and identity.family.isalpha() and len(identity.family) > 6
    return Piece(identity.family[: chance.between(4, 5)], after=chance.pick((".", ""))) if is_fit else None


def _escaped(name: str, chance: Chance) -> str:
    """As a mail or a program writes it where nobody reads it again."""
    if chance.once_in(2):
        return quopri.encodestring(name.encode()).decode()
    return name.encode("ascii", "backslashreplace").decode()


GUESSES: Mapping[str, Write] = {
    "three-letter codes": _code,
    "Frau S.": within("honorifics of initials", _initial),
    "김팀장": within("surnames of one sign", _one_sign),
    "closed compounds": within("closed compounds", first, last),
    "autocorrected": _autocorrected,
    "Latin name in Eastern signs": _in_script,
    "Cantonese and Wade-Giles": _other_romanization,
    "kana that nobody told": _untold_kana,
    "Linden.": _last_cut,
    "emoji for letters": disguised(lambda name, _: rewritten(name, "emoji for letters", most=1)),
    "escapes": disguised(_escaped),
}
