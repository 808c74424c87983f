"""Disguises by grammar: called, told about, owned, in the plural, with the father's name."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import ended
from tests.benchmarks.titles.grammar import BACK, FRONT
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.shortenings import VOWELS

_CALLED = {"ru": "Russian, called", "pl": "Polish, called"}
_TOLD = {"ru": "Russian, about whom", "pl": "Polish, to whom"}
_FATHERS = {
    "ru": (("Сергеевна", "Павловна"), ("Петрович", "Андреевич")),
    "ru abroad": (("Sergeevna", "Pavlovna"), ("Petrovich", "Andreevich")),
    "ar": (("بنت سعيد",), ("بن سعيد",)),
    "ar abroad": (("bint Said",), ("bin Said", "ibn Said")),
}
_SECOND = ("Ruiz", "Robles", "Cano", "y Robles", "de Ruiz")


def _called(identity: Identity, _: Chance) -> Piece | None:
    """Russian of a nickname, Polish of either."""
    if identity.is_abroad or identity.language not in _CALLED:
        return None
    name = identity.nick or (identity.given if identity.language == "pl" else None)
    return Piece(ended(name, _CALLED[identity.language])) if name else None


def _told_about(identity: Identity, chance: Chance) -> Piece | None:
    if identity.is_abroad or identity.language not in _TOLD:
        return None
    given, family = (ended(name, _TOLD[identity.language]) for name in (identity.given, identity.family))
    text = chance.pick((f"{given} {family}", given, family))
    return None if text in (identity.given, identity.family) else Piece(text)


def _owned(identity: Identity, chance: Chance) -> Piece | None:
    """What is Sasha's, by the adjective."""
    if identity.language != "ru" or identity.nick is None:
        return None
    return Piece(identity.nick[:-1] + chance.pick(("ин", "ина", "ино", "ины")))


def _of_a_woman(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "el" or identity.is_abroad or identity.given.endswith("ς"):
        return None
    given = ended(identity.given, "Greek, of a woman")
    return Piece(chance.pick((given, f"{given} {identity.family}")))


def _with_others(identity: Identity, chance: Chance) -> Piece | None:
    """Somebody and who belongs to them, in Turkish."""
    if identity.language != "tr":
        return None
    last = [one for one in identity.given.lower() if one in BACK + FRONT][-1]
    endings = ("lar", "larla", "larda", "lar\u0131n") if last in BACK else ("ler", "lerle", "lerde", "lerin")
    return Piece(identity.given + chance.pick(endings))


def _fond_surname(identity: Identity, _: Chance) -> Piece | None:
    ending = {"de": "i", "en": "y"}.get(identity.language)
    is_short = identity.family.isalpha() and len(identity.family) < 9 and identity.family[-2:] != "er"
    is_fit = ending and is_short and identity.family[-1] not in f"{VOWELS}y"
    return Piece(f"{identity.family}{ending}") if is_fit else None


def _fathers_name(identity: Identity, chance: Chance) -> Piece | None:
    """The given name and the father's, as is polite."""
    who = f"{identity.language} abroad" if identity.is_abroad else identity.language
    if who not in _FATHERS:
        return None
    women, men = _FATHERS[who]
    is_woman = identity.given_ascii.endswith(("a", "ab", "am"))
    return Piece(f"{identity.given} {chance.pick(women if is_woman else men)}")


def _second_surname(identity: Identity, chance: Chance) -> Piece | None:
    return Piece(f"{identity.full} {chance.pick(_SECOND)}") if identity.language == "es" else None


ENDINGS: Mapping[str, Write] = {
    "called": _called,
    "told about": _told_about,
    "Сашин": _owned,
    "Μαρίας": _of_a_woman,
    "Ayşeler": _with_others,
    "Schmidti": _fond_surname,
    "Анна Сергеевна": _fathers_name,
    "second surname": _second_surname,
}
