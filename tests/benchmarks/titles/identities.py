"""People who do not exist: what they are called, and how an event names them."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from connectors.sandbox.chance import Chance
from connectors.sandbox.names import romanized
from tests.benchmarks.titles.samples import Person
from tests.benchmarks.titles.sections import headings, words

_DOMAINS = (
    "harbour-works.example",
    "halden-voss.example",
    "example.com",
    "mail.example.org",
    "corp.internal",
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_EAST = {"zh", "ja", "ko"}
_OTHER_SCRIPTS = {"ru", "el", "hi", "ar", "uk", "he", "fa", "bn", "ta", "th", "ka", "hy", *_EAST}


class Name(NamedTuple):
    """As it is written at home, in Latin letters, and for short."""

    native: str
    latin: str
    nick: str | None


class Language(NamedTuple):
    """Names that go together."""

    code: str
    given: tuple[Name, ...]
    family: tuple[Name, ...]


class Identity(NamedTuple):
    """Somebody: names in the script that the event uses, in ASCII, and the person of the event."""

    language: str
    given: str
    family: str
    given_ascii: str
    family_ascii: str
    nick: str | None
    person: Person

    @property
    def is_latin(self) -> bool:
        return romanized(self.given).isascii() and bool(romanized(self.given))

    @property
    def is_abroad(self) -> bool:
        """Whether the name is in Latin letters, and at home it is not."""
        return self.is_latin and self.language in _OTHER_SCRIPTS

    @property
    def is_eastern(self) -> bool:
        """Whether the family name comes first, and no space follows it."""
        return self.language in _EAST and not self.is_latin

    @property
    def full(self) -> str:
        return f"{self.family}{self.given}" if self.is_eastern else f"{self.given} {self.family}"

    @property
    def local_part(self) -> str:
        return (self.person.address or "").partition("@")[0]

    @property
    def is_told_in_latin(self) -> bool:
        """Whether the event tells the name in Latin letters somewhere."""
        told = f"{self.person.name or ''} {self.local_part}".lower()
        return self.is_latin or slug(self.family_ascii) in told


def ascii_of(text: str, language: str) -> str:
    """A Latin name without its marks, as people at home would do it."""
    return romanized(text.translate(_UMLAUTS) if language == "de" else text)


def slug(text: str) -> str:
    """Only the letters, lower-case."""
    return "".join(filter(str.isalpha, text.lower()))


@cache
def languages() -> tuple[Language, ...]:
    """All that ``names.txt`` holds; it also says how its names are read."""
    return languages_of("names")


def languages_of(name: str) -> tuple[Language, ...]:
    """All that such a file holds; what follows the code in a heading tells its families apart."""
    who = dict.fromkeys(title.rpartition(",")[0] for title in headings(name))
    return tuple(_language(name, one) for one in who)


def _language(file: str, who: str) -> Language:
    code = who.partition(" ")[0]
    given, family = (words(file, f"{who}, {half}") for half in ("given", "family"))
    return Language(code, *(tuple(_name(entry, code) for entry in half) for half in (given, family)))


def _name(entry: str, code: str) -> Name:
    written, _, nick = entry.partition("+")
    native, _, latin = written.replace("_", " ").partition("=")
    return Name(native, latin or ascii_of(native, code), nick or None)


def somebody(chance: Chance, among: Sequence[Language] = ()) -> Identity:
    """By lot: one of these languages or of all here, a name, a way to show it, an address."""
    language = chance.pick(among or languages())
    given, family = chance.pick(language.given), chance.pick(language.family)
    address = f"{_local_part(given.latin, family.latin, chance)}@{chance.pick(_DOMAINS)}"
    names = (given.latin, family.latin)
    if chance.once_in(16) and "".join(names).isalpha():
        address = f"{'.'.join(names).lower()}@{chance.pick(_DOMAINS)}"
        return Identity(language.code, *names, *names, None, Person(None, address))
    is_native = given.native.isascii() or ascii_of(given.native, language.code) == given.latin
    is_native = is_native or not chance.once_in(3)
    names = (given.native, family.native) if is_native else names
    nick = given.nick if is_native else None
    identity = Identity(language.code, *names, given.latin, family.latin, nick, Person(None, address))
    return identity._replace(person=Person(_shown(identity, chance), address))


def _shown(identity: Identity, chance: Chance) -> str:
    """A directory's display name."""
    if identity.is_eastern:
        latin = f" ({identity.given_ascii} {identity.family_ascii})" if chance.once_in(4) else ""
        return identity.full + latin
    return chance.pick(_DISPLAYS)(identity)


_DISPLAYS: tuple[Callable[[Identity], str], ...] = (
    *(lambda one: one.full,) * 5,
    lambda one: f"{one.family}, {one.given}",
    lambda one: f"{one.family}, {one.given} (EXT)",
    lambda one: f"{one.family.upper()} {one.given}",
    lambda one: f"{one.given} {one.family} (Finance)",
    lambda one: f"{one.given} {one.family} | Harbour Works",
)


def _local_part(given: str, family: str, chance: Chance) -> str:
    first, last = slug(given), slug(family)
    ways = (
        f"{first}.{last}",
        f"{first}.{last}",
        f"{first[0]}.{last}",
        f"{first[0]}{last}",
        f"{last}.{first}",
    )
    opaque = f"u{chance.between(10000, 99999)}"
    return chance.pick((*ways, f"{first}_{last}{chance.between(2, 99)}", opaque, opaque))
