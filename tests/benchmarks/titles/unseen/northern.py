"""How names are written in Swedish, Finnish, Hungarian, Estonian, Lithuanian and Latvian."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from connectors.sandbox.names import romanized
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.unseen.tables import (
    both,
    by_sound,
    ended,
    fond,
    only_last,
    other,
    respelled,
    table,
)

_ESTONIAN = ("ga", "le", "lt", "st")
#: Of these languages a last e is silent.
_SILENT_E = {"en", "fr"}


def _spelled_out(identity: Identity, chance: Chance) -> Piece | None:
    """As in passports and addresses of the North."""
    name = chance.pick((identity.full, identity.given, identity.family))
    text = respelled(name, "Nordic letters")
    return Piece(text) if identity.language == "sv" and text != name else None


def _estonian(identity: Identity, chance: Chance) -> Piece | None:
    """A name of elsewhere: a vowel is put before the case where there is none."""
    name = chance.pick((identity.given, identity.given, identity.family))
    is_fit = identity.is_latin and not identity.is_abroad and name.isalpha() and identity.language != "fi"
    end = romanized(name[-1])
    if not is_fit or end == "s" or (end == "e" and identity.language in _SILENT_E):
        return None
    return Piece(name, after=f"{'' if end in 'aeiouy' else 'i'}{chance.pick(_ESTONIAN)}")


def _lithuanian(title: str, before: str = "") -> Write:
    """Men's names by both parts, women's by the given name alone."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        given, family = (other(name, title, chance) for name in (identity.given, identity.family))
        if given is None:
            return None
        pairs = [(identity.given, given)]
        if family and identity.given in table("Lithuanian, with"):
            pairs += [(identity.full, both(given, family)), (identity.family, family)]
        return ended(*chance.pick(pairs), before)

    return write


def _families(identity: Identity, chance: Chance) -> Piece | None:
    text = other(identity.family, "fi, families", chance)
    return Piece(text) if text else None


def _family_first(given: str, family: str) -> str:
    return f"{family} {given}"


SWEDISH: Mapping[str, Write] = {
    "Lasse, Gittan": fond("sv", "sv, fond"),
    "Aakesson, Sjoeberg": _spelled_out,
}
FINNISH: Mapping[str, Write] = {
    "Virtasen kanssa": only_last("fi", both, ("{} kanssa", "fi, with")),
}
FINNISH_TO: Mapping[str, Write] = {
    "Heikille, Mäkiseltä": only_last("fi", both, ("{}", "fi, to"), ("{}", "fi, from")),
}
FINNISH_FAMILIES: Mapping[str, Write] = {"Virtaset, Mäkisillä": _families}
HUNGARIAN: Mapping[str, Write] = {
    "Kováccsal, Gáborral": only_last("hu", _family_first, ("{}", "hu, with")),
    "Zsófi, Lacival": fond("hu", "hu, fond", _family_first),
}
ESTONIAN: Mapping[str, Write] = {"Annaga, Schmidtiga": _estonian}
LITHUANIAN: Mapping[str, Write] = {"su Robertu": _lithuanian("Lithuanian, with", "su ")}
LITHUANIAN_OWNED: Mapping[str, Write] = {"Annos, Roberto": _lithuanian("Lithuanian, of")}
LATVIAN: Mapping[str, Write] = {
    "Jirgens Millers": by_sound("Latvian, by sound", is_of_men=lambda given: given.endswith("s")),
}
