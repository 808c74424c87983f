"""Forms in which people are named without any disguise."""

from collections.abc import Callable, Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity, ascii_of, slug
from tests.benchmarks.titles.samples import Piece

#: None where the form does not fit the name.
Write = Callable[[Identity, Chance], Piece | None]

_TITLES = {
    "en": ("Dr {}", "Mr {}", "Ms. {}", "Prof. {}"), "de": ("Dr. {}", "Frau {}", "Herr {}", "Prof. Dr. {}"),
    "fr": ("Mme {}", "M. {}"), "es": ("Sra. {}", "Don {}"), "it": ("Dott.ssa {}", "Ing. {}"),
    "nl": ("Mevr. {}",),
    "pl": ("dr {}", "inż. {}"), "tr": ("Dr. {}",),
    "ru": ("госпожа {}", "проф. {}"), "el": ("κ. {}", "Δρ. {}"),
    "hi": ("श्री {}", "डॉ. {}"), "zh": ("{}经理", "{}老师"), "ja": ("{}さん", "{}様"),
    "ko": ("{}님", "{} 팀장님"), "ar": ("د. {}", "السيد {}"),
    "pt": ("Dra. {}", "Sr. {}"), "sv": ("Dr. {}",), "ro": ("Dr. {}", "Dl. {}"), "vi": ("TS. {}",),
    "cs": ("Ing. {}", "MUDr. {}"), "sr": ("dr {}",), "uk": ("лікар {}", "проф. {}"), "fi": ("Tri {}",),
    "hu": ("Dr. {}",), "he": ("ד״ר {}", "פרופסור {}"), "fa": ("دکتر {}", "مهندس {}"), "hy": ("դոկտոր {}",),
    "bn": ("ড. {}", "অধ্যাপক {}"), "ta": ("டாக்டர் {}",), "th": ("ดร.{}", "คุณ{}"), "ka": ("ექიმი {}",),
}  # fmt: skip
#: Family names of one sign are no names of anybody: these stand whole before a title.
_SHORT = {"zh", "ko"}
_AFFIXES = (
    "{} (EXT)", "{} [extern]", "{} - External", "EXT {}", "{} (she/her)", "{}, PhD", "{} (via Teams)",
    "✅ {}",
)  # fmt: skip


def around(pattern: str, core: str) -> Piece:
    """The core, within a pattern that has one ``{}``."""
    before, _, after = pattern.partition("{}")
    return Piece(core, before, after)


def _single(name: str) -> Piece | None:
    """Part of a name: one sign alone is none."""
    return Piece(name) if len(name) > 1 else None


def _western(text: str, identity: Identity) -> Piece | None:
    return None if identity.is_eastern else Piece(text)


def _titled(identity: Identity, chance: Chance) -> Piece:
    is_whole = identity.language in _SHORT or chance.once_in(4)
    title = chance.pick(_TITLES["en" if identity.is_abroad else identity.language])
    return around(title, identity.full if is_whole else identity.family)


def _possessive(identity: Identity, chance: Chance) -> Piece | None:
    core = chance.pick((identity.given, identity.family))
    return None if identity.is_eastern else Piece(core, after=chance.pick(("'s", "\u2019s")))


def _cased(identity: Identity, cased: str) -> Piece | None:
    return Piece(cased) if cased != identity.full else None


def _handle(identity: Identity, chance: Chance) -> Piece | None:
    if not identity.is_told_in_latin:
        return None
    first, last = slug(identity.given_ascii), slug(identity.family_ascii)
    return Piece(chance.pick((f"{first}{last}", f"{first}.{last}", f"{first}_{last}")), before="@")


def _nickname(identity: Identity, chance: Chance) -> Piece | None:
    if identity.nick is None:
        return None
    return Piece(identity.nick if chance.once_in(2) else f"{identity.nick} {identity.family}")


def _unaccented(identity: Identity, _: Chance) -> Piece | None:
    text = ascii_of(identity.full, identity.language)
    return Piece(text) if identity.is_latin and text != identity.full else None


def _initials(identity: Identity, _: Chance) -> Piece | None:
    if identity.is_eastern or not identity.is_latin or " " in identity.family:
        return None
    return Piece(identity.given[0] + identity.family[0])


def _local_part(identity: Identity, _: Chance) -> Piece | None:
    return Piece(identity.local_part)


def _affixed(identity: Identity, chance: Chance) -> Piece:
    is_turned = chance.once_in(3) and not identity.is_eastern
    return around(
        chance.pick(_AFFIXES), f"{identity.family}, {identity.given}" if is_turned else identity.full
    )


PLAIN: Mapping[str, Write] = {
    "full": lambda one, _: Piece(one.full),
    "first": lambda one, _: _single(one.given),
    "last": lambda one, _: _single(one.family),
    "Dr X": _titled,
    "A. Smith": lambda one, _: _western(f"{one.given[0]}. {one.family}", one),
    "Smith, Anna": lambda one, _: _western(f"{one.family}, {one.given}", one),
    "Smith Anna": lambda one, _: _western(f"{one.family} {one.given}", one),
    "possessive": _possessive,
    "UPPER": lambda one, _: _cased(one, one.full.upper()),
    "lower": lambda one, _: _cased(one, one.full.lower()),
    "Anna SMITH": lambda one, _: _cased(one, f"{one.given} {one.family.upper()}") if one.is_latin else None,
    "@handle": _handle,
    "Anna S": lambda one, c: _western(f"{one.given} {one.family[0].upper()}{c.pick(('', '.'))}", one),
    "nickname": _nickname,
    "unaccented": _unaccented,
    "initials": _initials,
    "local part": _local_part,
    "affixed": _affixed,
}
