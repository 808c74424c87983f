"""Ids that we give users over SCIM: made of keyed hashes of the names that they were shown under. Pure.

So nothing has to be kept of who is nobody here, and who becomes somebody later is found by the id of before.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from gateway.signals.signal import NameKind

_LETTERS = {NameKind.ACCOUNT: "a", NameKind.ADDRESS: "m"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
#: An account's id, a user name and an address.
_PARTS_MAX = 3
_HASH = r"[A-Za-z0-9_-]{16,64}"
_ID = re.compile(rf"[am]{_HASH}(?:\.[am]{_HASH}){{0,{_PARTS_MAX - 1}}}")


class Hashed(NamedTuple):
    """The keyed hash of a name."""

    kind: NameKind
    hash: str


def user_id(names: Iterable[Hashed]) -> str:
    """The id of whoever has all of these names, at most three."""
    return ".".join(f"{_LETTERS[one.kind]}{one.hash}" for one in names)


def hashes(user: str) -> tuple[Hashed, ...]:
    """What an id is made of; empty of one that we never gave."""
    if not _ID.fullmatch(user):
        return ()
    return tuple(Hashed(_KINDS[part[0]], part[1:]) for part in user.split("."))
