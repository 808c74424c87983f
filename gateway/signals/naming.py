"""How signals name whoever connected their own calendar, and by what we find them: keyed hashes. Pure."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable

from gateway.signals.signal import Name, NameKind
from gateway.subject import Finder, finder

#: A keyed hash of parts under a label.
Identify = Callable[..., str]

#: How much of a refresh token Google calls its prefix (developers.google.com/identity/protocols/risc).
PREFIX_LENGTH = 16
PREFIX = "prefix"
DOUBLE_HASH = "hash_base64_sha512_sha512"

_SUBJECT_FINDERS = {NameKind.ACCOUNT: Finder.DIRECTORY, NameKind.ADDRESS: Finder.ADDRESS}


def grant_name(algorithm: str, token: str) -> Name:
    """What was granted, as its provider names it without telling it."""
    return Name(NameKind.GRANT, f"{algorithm}:{token}")


def names_of_grant(refresh_token: str) -> tuple[Name, Name]:
    """Both ways in which Google names a refresh token."""
    hashed = hashlib.sha512(hashlib.sha512(refresh_token.encode()).digest()).digest()
    beginning = grant_name(PREFIX, refresh_token[:PREFIX_LENGTH])
    return beginning, grant_name(DOUBLE_HASH, b64encode(hashed).decode())


def link_finders(names: Iterable[Name], identify: Identify) -> frozenset[str]:
    """What finds whoever connected; addresses do not, since links know none."""
    return frozenset(identify(f"link.{kind}", value) for kind, value in names if kind is not NameKind.ADDRESS)


def subject_finders(names: Iterable[Name], identify: Identify) -> dict[str, NameKind]:
    """What finds who is enrolled, and by what kind of name that is."""
    return {
        finder(identify, _SUBJECT_FINDERS[kind], value): kind
        for kind, value in names
        if kind in _SUBJECT_FINDERS
    }
