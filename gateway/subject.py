"""Subject: a natural person who is enrolled, and by what they are found. Sealed, under their own key."""

import re
from collections.abc import Callable
from enum import StrEnum

import msgspec

from gateway.booking import SubjectId


class Finder(StrEnum):
    """What finds a subject. Stored as a keyed hash, under a label of its own."""

    USER = "user"
    DIRECTORY = "directory"
    ADDRESS = "address"
    #: A place that is a person's, and whose regular user they are.
    PLACE = "place"


#: How ids begin: of who is enrolled, and of who objected and was not. Of these no key was ever made.
ENROLLED, OBJECTED = "sub_", "obj_"

_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

#: A keyed hash of parts under a label.
Identifier = Callable[..., str]


class SubjectRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is enrolled. ``user`` is FlexO's id of them; ``directory`` their provider's, which never changes.

    ``pseudonym`` is random, drawn anew at every enrolment. Addresses are folded to lower case. ``places``, by
    their provider's ids: those that they let be told like any other.
    """

    pseudonym: str
    user: str
    directory: str | None
    addresses: frozenset[str]
    places: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "<SubjectRecord>"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return []

    def finders(self, identify: Identifier) -> list[str]:
        """All that finds them."""
        found = [finder(identify, Finder.USER, self.user)]
        if self.directory is not None:
            found.append(finder(identify, Finder.DIRECTORY, self.directory))
        found += (finder(identify, Finder.ADDRESS, address) for address in sorted(self.addresses))
        return [*found, *(finder(identify, Finder.PLACE, place) for place in sorted(self.places))]


def finder(identify: Identifier, kind: Finder, value: str) -> str:
    """The keyed hash under which somebody is looked up."""
    return identify(label(kind), value)


def label(kind: Finder) -> str:
    """What keeps keyed hashes of this kind apart from all others."""
    return f"subject.{kind}"


def folded(address: str) -> str:
    """An address as it is looked up: as connectors fold those of organizers."""
    return address.strip().lower()


def directory_id(value: str) -> str:
    """An id of a directory as it is kept and looked up: a GUID is the same in any case, and no other."""
    return value.lower() if _GUID.fullmatch(value) else value


def spellings(value: str) -> tuple[str, ...]:
    """As an id may have been kept: first as it is now; earlier it was as an admin had written it."""
    kept = directory_id(value)
    return tuple(dict.fromkeys((kept, value, kept.upper()) if _GUID.fullmatch(value) else (value,)))


def was_enrolled(subject: SubjectId) -> bool:
    """Whether somebody withdrew who was enrolled, or only objected."""
    return subject.startswith(ENROLLED)
