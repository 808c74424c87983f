"""Disguises by where a name was copied from: directories, accounts, tickets, addresses, pages."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity, ascii_of, slug
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.shapes import PARTICLES

_BETWEEN = ("{last}, Dr. {first}", "{last} Dr. {first}", "{last}, Prof. Dr. {first}", "{last}, Ing. {first}")
_SHORT = ("{full} ({two})", "{full} [{two}]", "{full} - {two}", "{full}, {two}", "{two} - {full}")
_MARKUP = ("{first}&nbsp;{last}", "{first}_x0020_{last}", "{first}<br>{last}", "{last},&nbsp;{first}")
_NUMBERED = (
    "{f}{last}{n}",
    "{last}{f}{n}",
    "{f}{last}0{n}",
    "{last}.{f}{n}",
    "{first}.{l}{n}",
    "{first}{l}0{n}",
)
_NICKNAMED = ("{nick}.{last}", "{nick}{last}", "{nick}_{last}", "{nick}{l}", "{nick}.{l}", "{nick}-{last}")


def _slugs(identity: Identity) -> dict[str, str]:
    first, last = slug(identity.given_ascii), slug(identity.family_ascii)
    return {"first": first, "last": last, "f": first[0], "l": last[0]}


def _patterned(*patterns: str) -> Write:
    """A Latin name by one of these."""

    def write(identity: Identity, chance: Chance) -> Piece | None:
        if not identity.is_latin or " " in identity.family:
            return None
        two = f"{identity.given[0]}{identity.family[0]}".upper()
        names = {"full": identity.full, "first": identity.given, "last": identity.family, "two": two}
        return Piece(chance.pick(patterns).format(**names))

    return write


def _ticket(identity: Identity, chance: Chance) -> Piece | None:
    """As airlines write it, and passports."""
    names = _slugs(identity)
    text = f"{names['last']}{chance.pick(('/', '/', '/', '<<'))}{names['first']}".upper()
    after = chance.pick((" MR", " MRS", "MR", "MS", ""))
    return Piece(text, after=after) if identity.is_latin else None


def _numbered(identity: Identity, chance: Chance) -> Piece | None:
    text = chance.pick(_NUMBERED).format(n=chance.between(1, 9), **_slugs(identity))
    return Piece(text, before=chance.pick(("", "", "@"))) if identity.is_latin else None


def _nicknamed(identity: Identity, chance: Chance) -> Piece | None:
    if identity.nick is None or not identity.is_latin:
        return None
    nick = slug(ascii_of(identity.nick, identity.language))
    return Piece(chance.pick(_NICKNAMED).format(nick=nick, **_slugs(identity)), chance.pick(("", "@")))


def _turned_nickname(identity: Identity, chance: Chance) -> Piece | None:
    return (
        Piece(f"{identity.family}{chance.pick((', ', ' ', ','))}{identity.nick}") if identity.nick else None
    )


def _page(identity: Identity, chance: Chance) -> Piece | None:
    """The end of a page's address."""
    names = _slugs(identity)
    text = f"{names['first']}-{names['last']}"
    around = chance.pick(("in/", "/in/", "people/", "u/")), chance.pick(("", "/", "-4b81a2", "-83"))
    return Piece(text, *around) if identity.is_latin else None


def _guest(identity: Identity, _: Chance) -> Piece:
    """Who was invited into another directory, by an address made into a name."""
    domain = (identity.person.address or "").partition("@")[2]
    return Piece(identity.local_part, after=f"_{domain}#EXT#")


def _cut_address(identity: Identity, chance: Chance) -> Piece:
    domain = (identity.person.address or "").partition("@")[2]
    cut = domain[: chance.between(0, 5)]
    return Piece(identity.local_part, chance.pick(("", "<")), f"@{cut}{chance.pick(('…', '...', ''))}")


def _initial_and_particles(identity: Identity, chance: Chance) -> Piece | None:
    """As in a Dutch phone book."""
    words = identity.family.split()
    particles = [one for one in words if one.lower() in PARTICLES]
    if not particles or identity.language not in {"nl", "de", "fr", "es"}:
        return None
    rest, told = " ".join(words[len(particles) :]), " ".join(particles)
    pattern = chance.pick(
        ("{rest}, {f}. {told}", "{rest}, {f}.{told}", "{rest} {f} {told}", "{f}. {rest}, {told}")
    )
    return Piece(pattern.format(rest=rest, told=told, f=identity.given[0]))


COPIES: Mapping[str, Write] = {
    "Schmidt, Dr. Anna": _patterned(*_BETWEEN),
    "Anna Schmidt (AS)": _patterned(*_SHORT),
    "Anna&nbsp;Schmidt": _patterned(*_MARKUP),
    "LEFEVRE/CHLOE MRS": _ticket,
    "aschmidt2": _numbered,
    "bob.ashdown": _nicknamed,
    "Ashdown, Bob": _turned_nickname,
    "in/anna-schmidt": _page,
    "a.schmidt_example.com#EXT#": _guest,
    "a.schmidt@exa…": _cut_address,
    "Berg, J. van den": _initial_and_particles,
}
