"""How names are written in English, in Romance languages, German, Dutch and Turkish."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from connectors.sandbox.names import romanized
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write, around
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.shapes import PARTICLES
from tests.benchmarks.titles.unseen.tables import both, declined, fond, other, respelled

_PARTICLES_CUT = {
    "van": ("v.", "v"),
    **dict.fromkeys(("van de", "van den", "van der"), ("v/d", "v.d.", "vd")),
}
_TURKISH_MEN = {"Emre", "Burak", "İbrahim", "Şükrü", "Yiğit", "Hüseyin", "Ümit"}
_TO_MEN = ("{} B.", "{}beyle", "{} Bey'le", "{} B. ile", "{}bey ile")
_TO_WOMEN = ("{} Hn.", "{}hn", "{} Han\u0131m'la", "{} Hn.'la", "{}han\u0131mla")
#: By the last vowel, after a consonant and after a vowel.
_WITH = {"aou": ("la", "yla"), "eiöü": ("le", "yle")}
_VOWELS = "aeiouöü"
_OF = {"a": ("\u0131n", "n\u0131n"), "ou": ("un", "nun"), "ei": ("in", "nin"), "öü": ("ün", "nün")}
#: Languages that are said as they are written, and so take endings by their letters.
_SAID_AS_WRITTEN = {"de", "es", "it", "nl", "pl", "pt", "fi", "hu", "sv"}


def _of_a_team(identity: Identity, chance: Chance) -> Piece | None:
    """As players call each other in English, by either name."""
    found = (other(name, "of a team", chance) for name in (identity.given, identity.family))
    names = [name for name in found if name]
    return Piece(chance.pick(names)) if names else None


def _by_household(identity: Identity, chance: Chance) -> Piece | None:
    """Of whose house somebody is, in German by mouth."""
    family = identity.family
    if identity.language != "de" or not family.isalpha() or family[-1] in "sßzx":
        return None
    return Piece(chance.pick((f"{family}s {identity.given}", f"{family}s-{identity.given}")))


def _cut_particles(identity: Identity, chance: Chance) -> Piece | None:
    """After the name, as Dutch lists are sorted."""
    names = identity.family.split()
    particles = [one for one in names if one.lower() in PARTICLES]
    cuts = _PARTICLES_CUT.get(" ".join(particles))
    if identity.language != "nl" or cuts is None:
        return None
    rest, cut = " ".join(names[len(particles) :]), chance.pick(cuts)
    patterns = ("{0} {1}, {2}.", "{0}, {2}. {1}", "{0} {1} {2}", "{0}, {3} {1}", "{0} {1}, {3}")
    return Piece(chance.pick(patterns).format(rest, cut, identity.given[0], identity.given))


def _short_family(identity: Identity, chance: Chance) -> Piece | None:
    short = other(identity.family, "Spanish families", chance)
    if short is None:
        return None
    given = chance.pick((identity.given, f"{identity.given[0]}."))
    return Piece(both(given, short), after="" if " " in short else chance.pick((".", "")))


def _older_letters(identity: Identity, chance: Chance) -> Piece | None:
    """Of older fonts: a cedilla for the comma."""
    name = chance.pick((identity.full, identity.given, identity.family))
    text = respelled(name, "Romanian letters")
    return Piece(text) if identity.language == "ro" and text != name else None


def _to_whom(identity: Identity, chance: Chance) -> Piece | None:
    """With what is polite in Turkish, cut short or with its ending."""
    if identity.language != "tr":
        return None
    return around(chance.pick(_TO_MEN if identity.given in _TURKISH_MEN else _TO_WOMEN), identity.given)


def _turkish(by_vowel: Mapping[str, tuple[str, str]]) -> Write:
    """A name of elsewhere in a Turkish sentence."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        name = chance.pick((identity.given, identity.given, identity.family))
        if identity.language not in _SAID_AS_WRITTEN or not name.isalpha():
            return None
        letters = [one if one in "öü" else romanized(one) for one in name.lower()]
        vowel = next(one for one in reversed(letters) if one in _VOWELS)
        endings = next(endings for vowels, endings in by_vowel.items() if vowel in vowels)
        return Piece(name, after=chance.pick("'\u2019") + endings[letters[-1] in _VOWELS])

    return write


ENGLISH: Mapping[str, Write] = {"Robbo, Birchy": _of_a_team}
FRENCH: Mapping[str, Write] = {"Élo, Cloclo": fond("fr", "called in French")}
GERMAN: Mapping[str, Write] = {"Müllers Jürgen": _by_household}
DUTCH: Mapping[str, Write] = {"Berg v/d, J.": _cut_particles}
ITALIAN: Mapping[str, Write] = {"Giusè, Francè": fond("it", "called in Italian")}
SPANISH: Mapping[str, Write] = {"Glez., Fdez.": _short_family}
PORTUGUESE: Mapping[str, Write] = {
    "Zé, Toninho": fond("pt", "pt, fond"),
    "Joãozinho, Inesinha": fond("pt", "pt, small"),
}
ROMANIAN: Mapping[str, Write] = {
    "Ştefan Ţurcanu": _older_letters,
    "Mihăiță, Fane": fond("ro", "ro, fond"),
}
ROMANIAN_OWNED: Mapping[str, Write] = {"Ioanei, Cătălinei": declined("ro", ("{}", "ro, of"))}
ROMANIAN_CALLED: Mapping[str, Write] = {"Ștefane, Ioano": declined("ro", ("{}", "ro, called"))}
TURKISH: Mapping[str, Write] = {"Ayşehn, Emrebeyle": _to_whom, "Jürgen'le, Anna'yla": _turkish(_WITH)}
TURKISH_OWNED: Mapping[str, Write] = {"Jürgen'in": _turkish(_OF)}
