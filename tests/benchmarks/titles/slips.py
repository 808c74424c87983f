"""Disguises by accident: slips of keys, of spaces, of what was copied or cut off."""

from collections.abc import Mapping
from urllib.parse import quote

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import alphabet, rewritten
from tests.benchmarks.titles.disguises import LONG_MIN, disguised
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece

_BREAKS = (
    "{0}\n{1}",
    "{0}\r\n{1}",
    "{0} \n {1}",
    "{1},\n{0}",
    "{1}\t{0}",
    "{1}\\, {0}",
    "{0}\n\n{1}",
    "{1}\t\t{0}",
)
_APOSTROPHES = ("\u2019", "\u00b4", "`", "\u02bc", "", " ", "\u2018", "\u2032")


def _broken(identity: Identity, chance: Chance) -> Piece | None:
    """By the end of a line, a tab, or the backslash of calendar files."""
    pattern = chance.pick(_BREAKS)
    return None if identity.is_eastern else Piece(pattern.format(identity.given, identity.family))


def _cut_off(identity: Identity, chance: Chance) -> Piece | None:
    """By a list that had no more room."""
    left = len(identity.family) - chance.between(1, 4)
    if identity.is_eastern or left < 3:
        return None
    return Piece(
        f"{identity.given} {identity.family[:left]}".rstrip(), after=chance.pick(("…", "...", "..", ""))
    )


def _stray_space(identity: Identity, chance: Chance) -> Piece | None:
    names = [identity.given, identity.family]
    at = chance.between(0, 1)
    if len(names[at]) < LONG_MIN or not "".join(names).isalpha():
        return None
    place = chance.between(2, len(names[at]) - 2)
    names[at] = f"{names[at][:place]} {names[at][place:]}"
    return Piece(chance.pick((" ".join(names), names[at])))


def _moved_space(identity: Identity, chance: Chance) -> Piece | None:
    """A letter too late or too early."""
    given, family = identity.given, identity.family
    if identity.is_eastern or " " in family:
        return None
    return Piece(chance.pick((f"{given}{family[0]} {family[1:]}", f"{given[:-1]} {given[-1]}{family}")))


def _wrong_first_letter(identity: Identity, chance: Chance) -> Piece | None:
    """One was not copied, or the key beside it was hit."""
    if not identity.is_latin or len(identity.family) < LONG_MIN or not identity.family.isalpha():
        return None
    letter = chance.pick([one for one in "BDEFGLNRTV" if one != identity.family[0]])
    wrong = chance.pick((identity.family[1:], letter + identity.family[1:]))
    return Piece(f"{identity.given} {wrong}")


def _other_apostrophe(name: str, chance: Chance) -> str:
    return name.replace("'", chance.pick(_APOSTROPHES))


def _wrong_layout(identity: Identity, _: Chance) -> Piece | None:
    """Typed as if on another keyboard."""
    if identity.is_latin:
        text = identity.full.translate(alphabet("AZERTY"))
        return Piece(text) if text != identity.full else None
    keys = identity.full.lower().translate(alphabet("Russian keys"))
    return Piece(keys.title()) if identity.language == "ru" else None


SLIPS: Mapping[str, Write] = {
    "y and z exchanged": disguised(lambda name, _: name.translate(alphabet("y and z"))),
    "ligatures": disguised(lambda name, _: rewritten(name, "ligatures")),
    "apostrophe otherwise": disguised(_other_apostrophe),
    "broken between": _broken,
    "cut off": _cut_off,
    "stray space": _stray_space,
    "moved space": _moved_space,
    "wrong first letter": _wrong_first_letter,
}

FAR_SLIPS: Mapping[str, Write] = {
    "wrong layout": _wrong_layout,
    "percent signs": lambda one, _: Piece(quote(one.full)),
}
