"""Disguises by occasion: what stands around a name on devices, lists, trackers, phones, and among guests."""

from collections.abc import Mapping

from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.patterns import first, full, last, turned, within
from tests.benchmarks.titles.plain import Write


def _capital(identity: Identity) -> str:
    """The letters of a family name, the first a capital."""
    letters = "".join(filter(str.isalpha, last(identity)))
    return letters[0].upper() + letters[1:]


def _account(identity: Identity) -> str:
    return f"{slug(identity.given_ascii)[0]}{slug(identity.family_ascii)}"


def _dotted(identity: Identity) -> str:
    return f"{slug(identity.given_ascii)}.{slug(identity.family_ascii)}"


def _eastern(identity: Identity) -> str | None:
    return identity.full if identity.is_eastern else None


OCCASIONS: Mapping[str, Write] = {
    "possessives of whole names": within("possessives of whole names", full),
    "devices": within("devices", first, last),
    "FrauSchmidt": within("honorifics in camel case", _capital),
    "Schmidt, Frau": within("honorifics after a comma", last),
    "honorifics of hosts": within("honorifics of hosts", first, last),
    "Annaと": within("particles of hosts", first, full),
    "민준이랑": within("more glued particles", first, full),
    "trackers and messengers": within("trackers and messengers", _account, _dotted),
    "phone books": within("phone books", full, first),
    "인사)김민준": within("departments of the East", _eastern),
    "numbered lists": within("numbered lists", first, last, full),
    "signed": within("signed", first, full),
    "who is where": within("who is where", first, turned),
}
