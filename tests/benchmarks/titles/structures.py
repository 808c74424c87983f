"""Links, numbers and addresses by lot: numbers that are kept for fiction, hosts for examples."""

from collections.abc import Callable, Mapping
from functools import cache

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.plain import around
from tests.benchmarks.titles.samples import STRUCTURES, Kind, Person, Piece
from tests.benchmarks.titles.sections import section

#: By lot, and for some by somebody on the event.
Make = Callable[[Chance, Person], Piece]

_HOSTS = (
    "meet.example.com",
    "harbour.zoom.example",
    "teams.example.net",
    "call.halden-voss.example",
    "x.example.org",
)
_LOCALS = ("j.doe", "info", "facilities+rooms", "m_weber", "anna-lena.k", "o'hara", "reception", "é.blanc")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _drawn(pattern: str, chance: Chance) -> Piece:
    """A pattern of ``notations.txt``, which says how they are read."""
    pattern = pattern.replace("HOST", chance.pick(_HOSTS)).replace("LOCAL", chance.pick(_LOCALS))
    text = "".join(_sign(sign, chance) for sign in pattern)
    before, _, rest = text.partition("{") if "{" in text else ("", "", text)
    core, _, after = rest.partition("}")
    return Piece(core, before, after)


def _sign(sign: str, chance: Chance) -> str:
    if sign == "#":
        return str(chance.below(10))
    if sign == "~":
        return chance.pick("abcdefghjkmnpqrstuvwxyz")
    return "#" if sign == "§" else sign


def _one_of(patterns: list[str]) -> Make:
    return lambda chance, _: _drawn(chance.pick(patterns), chance)


def _of_person(chance: Chance, person: Person) -> Piece:
    address = person.address or "nobody@example.com"
    shown = chance.pick((address, address, address.upper(), address.replace("@", "@mail.")))
    return around(chance.pick(("{}", "<{}>", "mailto:{}", "({})", "{};")), shown)


def _other_digits(make: Make, zero: str) -> Make:
    def other(chance: Chance, person: Person) -> Piece:
        piece = make(chance, person)
        digits = {ord("0") + number: chr(ord(zero) + number) for number in range(10)}
        return piece._replace(core=piece.core.translate(digits))

    return other


def _invisible(make: Make, sign: str) -> Make:
    def other(chance: Chance, person: Person) -> Piece:
        piece = make(chance, person)
        at = chance.between(2, len(piece.core) - 2)
        return piece._replace(core=piece.core[:at] + sign + piece.core[at:])

    return other


def _spelled(chance: Chance, _: Person) -> Piece:
    return Piece(" ".join(chance.pick(_WORDS) for _ in range(9)), before="call ")


@cache
def makes() -> Mapping[Kind, Mapping[str, Make]]:
    """How each form of each kind is made."""
    made = {kind: _noted(kind) for kind in (*STRUCTURES, Kind.DISGUISED)}
    made[Kind.ADDRESS]["of a person on the event"] = _of_person
    number, address = made[Kind.PHONE]["international"], made[Kind.ADDRESS][".com"]
    made[Kind.DISGUISED] |= {
        "full-width digits": _other_digits(number, "\uff10"),
        "Arabic digits": _other_digits(number, "\u0660"),
        "Devanagari digits": _other_digits(number, "\u0966"),
        "zero-width in a number": _invisible(number, "\u200b"),
        "soft hyphen in an address": _invisible(address, "\u00ad"),
        "spelled digits": _spelled,
    }
    return made


def _noted(kind: Kind) -> dict[str, Make]:
    lines = (line.split(" | ") for line in section("notations", kind))
    return {form: _one_of(patterns) for form, *patterns in lines}
