"""Disguises by where a name was put: in plans, on signs, in files, in chats, beside numbers."""

from collections.abc import Mapping

from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.patterns import Core, first, full, last, turned, within
from tests.benchmarks.titles.plain import Write


def _joined(sign: str) -> Core:
    """Both names as in a file's."""
    return lambda identity: f"{identity.family}{sign}{identity.given}".replace(" ", sign)


def _small_first(identity: Identity) -> str:
    return slug(identity.given_ascii)


def _account(identity: Identity) -> str:
    return f"{slug(identity.given_ascii)[0]}{slug(identity.family_ascii)}"


def _dotted(identity: Identity) -> str:
    return f"{slug(identity.given_ascii)}.{slug(identity.family_ascii)}"


WRAPPINGS: Mapping[str, Write] = {
    "a space forgotten": within("a space forgotten", first, full, last),
    "honorifics without a space": within("honorifics without a space", last),
    "honorifics in another script": within("honorifics in another script", first, last),
    "mentions in chats": within("mentions in chats", first, full),
    "handles of teams": within("handles of teams", _small_first),
    "file names": within("file names", _joined("_"), _joined("-"), last),
    "paths": within("paths", _account, _dotted),
    "shift plans": within("shift plans", first, last),
    "room signs": within("room signs", last, first),
    "staff numbers": within("staff numbers", turned, full),
    "and company": within("and company", first, last),
    "generations": within("generations", last, full),
    "namesakes": within("namesakes", first),
    "born as": within("born as", full),
    "degrees": within("degrees", turned, full),
    "calendar files": within("calendar files", turned, full),
}
