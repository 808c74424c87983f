"""How names are written in Czech, Ukrainian, Serbian, Russian and Polish."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import ended as ended_by
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.unseen.people import at_home
from tests.benchmarks.titles.unseen.tables import both, by_sound, declined, fond, other, respelled

_CHANGED = "чшщ"


def _in_russian(identity: Identity, chance: Chance) -> Piece | None:
    """A Ukrainian as Russian papers write them."""
    given, family = (other(name, "uk, in Russian", chance) for name in (identity.given, identity.family))
    if given is None or identity.is_abroad:
        return None
    return Piece(chance.pick((given, both(given, family or identity.family))))


def _otherwise(identity: Identity, chance: Chance) -> Piece | None:
    """A Ukrainian in Latin letters by another rule."""
    title = "uk, in Latin otherwise"
    given, family = (other(name, title, chance) for name in (identity.given, identity.family))
    if not identity.is_latin or (given is None and family is None):
        return None
    return Piece(both(given or identity.given, family or identity.family))


def _cyrillic(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "sr" or identity.given == "Djordje" or "Dj" in identity.family:
        return None
    name = chance.pick((identity.full, identity.full, identity.given, identity.family))
    return Piece(respelled(name, "Serbian in Cyrillic"))


def _without_letters(identity: Identity, chance: Chance) -> Piece | None:
    name = chance.pick((identity.full, identity.given, identity.family))
    text = respelled(name, "Serbian without its letters")
    is_fit = identity.language == "sr" and "đ" in name.lower()
    return Piece(text) if is_fit else None


def _declined_with_initials(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "ru" or identity.is_abroad:
        return None
    family = ended_by(identity.family, "Russian, to whom")
    initials = f"{identity.given[0]}.{chance.pick(('', ' '))}{chance.pick('АВИСП')}"
    return Piece(f"{family} {initials}", after=".") if family != identity.family else None


def _in_a_phones_letters(identity: Identity, chance: Chance) -> Piece | None:
    """With digits for letters that they resemble or begin."""
    if identity.language != "ru":
        return None
    names = at_home(identity)
    fit = [name for name in (" ".join(names), *names) if set(_CHANGED) & set(name.lower())]
    if not fit:
        return None
    text = respelled(chance.pick(fit).lower(), "Russian in a phone's letters")
    return Piece(chance.pick((text, text.title() if text.isalpha() else text)))


def _wife(identity: Identity, chance: Chance) -> Piece | None:
    """As Polish calls who bears a man's name."""
    family = other(identity.family, "Polish wives", chance)
    is_woman = identity.given.endswith("a")
    return Piece(chance.pick((family, both(identity.given, family)))) if family and is_woman else None


CZECH: Mapping[str, Write] = {
    "s Petrem Dvořákem": declined("cs", ("s {}", "cs, with"), ("pro {}", "cs, for")),
}
CZECH_NAMES: Mapping[str, Write] = {"Jirka, Ondra": fond("cs", "cs, fond")}
CZECH_CALLED: Mapping[str, Write] = {
    "Petře, pane Dvořáku": declined(
        "cs", ("{}", "cs, called"), ("{}", "cs, called"), ("pane {}", "cs, called by family")
    ),
}
CZECH_OWNED: Mapping[str, Write] = {"Petrův, Lenčin": declined("cs", ("{}", "cs, owned"), has_whole=False)}
CZECH_FAMILIES: Mapping[str, Write] = {
    "u Dvořáků, Novotní": declined(
        "cs", ("u {}", "cs, at the house of"), ("{}", "cs, a family"), has_whole=False
    ),
}
UKRAINIAN: Mapping[str, Write] = {
    "з Оленою, для Андрія": declined("uk", ("з {}", "uk, with"), ("для {}", "uk, for")),
}
UKRAINIAN_TO: Mapping[str, Write] = {"Олені, Тарасові": declined("uk", ("{}", "uk, to"))}
UKRAINIAN_NAMES: Mapping[str, Write] = {"Марічка, Андрійко": fond("uk", "uk, fond")}
UKRAINIAN_CALLED: Mapping[str, Write] = {"Олено, Андрію": declined("uk", ("{}", "uk, called"))}
UKRAINIAN_ABROAD: Mapping[str, Write] = {"Andrij Gonchar": _otherwise}
SERBIAN: Mapping[str, Write] = {
    "sa Jelenom, kod Miloša": declined("sr", ("sa {}", "sr, with"), ("kod {}", "sr, at")),
}
SERBIAN_NAMES: Mapping[str, Write] = {
    "Djordje Djuric": _without_letters,
    "Jirgen Miler": by_sound("Serbian, by sound", is_of_men=lambda _: True),
}
SERBIAN_CYRILLIC: Mapping[str, Write] = {"Ђорђе Ђорђевић": _cyrillic}
RUSSIAN: Mapping[str, Write] = {
    "Катенька, Сашка": fond("ru", "ru, fond"),
    "Елена Бондаренко": _in_russian,
}
RUSSIAN_TO: Mapping[str, Write] = {"Соколову И.П.": _declined_with_initials}
RUSSIAN_LATIN: Mapping[str, Write] = {"4erny6ov": _in_a_phones_letters}
POLISH: Mapping[str, Write] = {"Kowalczykowa": _wife}
