"""What programs make of names: exports, encodings, scanners, telephones, links, and lists by trade."""

import string
from collections.abc import Callable, Mapping

from connectors.sandbox.chance import Chance
from connectors.sandbox.names import romanized
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.patterns import last, within
from tests.benchmarks.titles.plain import Write, around
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.unseen.tables import both, other, respelled

_PATTERNS = "unseen/patterns"
#: More letters than these damaged, and nobody knows who it is.
_DAMAGED_MAX = 2
#: What wrote the bytes, and what read them.
_PAGES = (("utf-8", "mac_roman"), ("utf-8", "cp1251"), ("cp1252", "cp437"), ("cp1252", "cp850"))
_APOSTROPHES = ("&#39;", "&#039;", "&apos;", "\\'", "''", "&#8217;", "%27", "&amp;#39;")
_RECORDS = ("{LAST}^{FIRST}", "{Last}^{First}", "{LAST}^{FIRST}^^", "{LAST}^{F}", "{last}^{first}")
_CITED = ("{}2024", "{}'24", "{}:2021", "{}19", "{} 2023b", "({}, 2022)", "{}2020a")
_TAGS = ("+cal", "+zoom", "+test", "+meetings", "+hr")
_FILED = ("{last}, {first}", "{last},{first}", "{LAST} {first}", "{last} {first}", "{LAST}, {F}.")


def _part(change: Callable[[str, Chance], str]) -> Write:
    """A Latin name by a rule, whole or a part, where the rule changes anything."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        names = (identity.full, identity.given, identity.family) if identity.is_latin else ()
        texts = [(name, change(name, chance)) for name in names]
        changed = [text for name, text in texts if text != name]
        return Piece(chance.pick(changed)) if changed else None

    return write


def _is_damaged_little(name: str) -> bool:
    damaged = sum(not one.isascii() for one in name)
    return damaged <= _DAMAGED_MAX and damaged * 4 <= len(name)


def _other_page(name: str, chance: Chance) -> str:
    """The bytes of one code page, read by another."""
    written, read = chance.pick(_PAGES)
    try:
        text = name.encode(written).decode(read)
    except UnicodeError:
        return name
    # A letter of three bytes is damaged beyond knowing it again.
    is_known = len(text) - len(name) <= sum(not one.isascii() for one in name) and _is_damaged_little(name)
    return text if is_known and text.isprintable() else name


def _scanned(name: str, _: Chance) -> str:
    return respelled(name, "marks on paper", most=2)


def _typeset(name: str, _: Chance) -> str:
    return respelled(name, "marks of LaTeX")


def _escaped(name: str, chance: Chance) -> str:
    return name.replace("'", chance.pick(_APOSTROPHES))


def _capitalized(name: str, _: Chance) -> str:
    return string.capwords(name)


def _dictated(identity: Identity, chance: Chance) -> Piece | None:
    """A name of two words, as a telephone hears it."""
    family = other(identity.family, "dictated", chance)
    return Piece(chance.pick((both(identity.given, family), family))) if family else None


def _names(identity: Identity) -> dict[str, str]:
    first, last_ = (romanized(name) for name in (identity.given, identity.family))
    small = {"first": first.lower(), "last": last_.lower(), "First": first, "Last": last_}
    return small | {"FIRST": first.upper(), "LAST": last_.upper(), "F": first[0].upper()}


def _record(identity: Identity, chance: Chance) -> Piece | None:
    """As pictures of a clinic are labelled."""
    if not identity.is_latin:
        return None
    return Piece(chance.pick(_RECORDS).format(**_names(identity)), after=chance.pick(("", "", "^^", "^^^DR")))


def _cited(identity: Identity, chance: Chance) -> Piece | None:
    is_fit = identity.is_latin and identity.family.isalpha()
    return around(chance.pick(_CITED), identity.family) if is_fit else None


def _tagged(identity: Identity, chance: Chance) -> Piece | None:
    is_told = slug(identity.family_ascii) in identity.local_part
    return Piece(identity.local_part, after=chance.pick(_TAGS)) if is_told else None


def _full_stop(identity: Identity, chance: Chance) -> Piece | None:
    """What a telephone makes of two spaces."""
    if identity.is_eastern or not identity.is_latin:
        return None
    given = chance.pick((identity.given, identity.given.lower()))
    return Piece(f"{given}. {identity.family}")


def _turned(identity: Identity, _: Chance) -> Piece | None:
    """As programs of the West show names of the East."""
    return Piece(f"{identity.given} {identity.family}") if identity.is_eastern else None


def _slugged(identity: Identity) -> str:
    return f"{slug(identity.given_ascii)}-{slug(identity.family_ascii)}"


def _slugged_back(identity: Identity) -> str:
    return f"{slug(identity.family_ascii)}-{slug(identity.given_ascii)}"


def _joined(identity: Identity) -> str:
    return f"{slug(identity.given_ascii)}{slug(identity.family_ascii)}"


def _capitals(identity: Identity) -> str:
    return slug(identity.family_ascii).upper()


def _filed(identity: Identity, chance: Chance) -> Piece | None:
    """By the name, with an age or a date of birth."""
    if not identity.is_latin:
        return None
    names = {"last": identity.family, "first": identity.given}
    capitals = {"LAST": identity.family.upper(), "F": identity.given[0]}
    core = chance.pick(_FILED).format(**names, **capitals)
    found = within("clinics", lambda _: core, file=_PATTERNS)(identity, chance)
    return found and found._replace(core=core.removesuffix("."))


MACHINES: Mapping[str, Write] = {
    "M√ºller, Mⁿller": _part(_other_page),
    "Miiller, Frangois": _part(_scanned),
    'M\\"uller': _part(_typeset),
    "O&#39;Hanlon": _part(_escaped),
    "Von Der Heide, O'hanlon": _part(_capitalized),
    "Kings North": _dictated,
    "a.schmidt+cal": _tagged,
    "Anna. Schmidt": _full_stop,
    "健太 佐藤": _turned,
}
CLINIC: Mapping[str, Write] = {"SCHMIDT^ANNA": _record, "Schmidt, Anna *14.03.84": _filed}
READING: Mapping[str, Write] = {"Schmidt2024": _cited}
CHAT: Mapping[str, Write] = {
    "#1on1-anna-schmidt": within("channels", _slugged, _slugged_back, file=_PATTERNS)
}
BOOKING: Mapping[str, Write] = {
    "anna-schmidt/30min": within("booking links", _slugged, _joined, file=_PATTERNS)
}
SALES: Mapping[str, Write] = {"DEAL-SCHMIDT-26": within("deals", _capitals, file=_PATTERNS)}
COURT: Mapping[str, Write] = {"Schmidt ./. Northgate": within("court captions", last, file=_PATTERNS)}
