"""Subjects: whom an organizer's address finds. Only what we hold of them already ever comes of it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from connectors.raw import RawEvent, Unclear
from gateway.booking import SubjectId
from gateway.minimization.declassify import found


class Subject(msgspec.Struct, frozen=True):
    """An enrolled natural person, as FlexO may know them. ``id`` is ours, and told to nobody."""

    id: SubjectId
    pseudonym: str
    user: str

    def __repr__(self) -> str:
        return f"<Subject {self.id}>"


#: The enrolled subject of an address, if any.
Enrolled = Callable[[str], Subject | None]

#: Whether whoever has this address has objected.
Suppressed = Callable[[str], bool]


class Subjects(NamedTuple):
    """What is known of an address. ``suppressed`` is None where nobody has objected."""

    enrolled: Enrolled
    suppressed: Suppressed | None = None


#: Where nobody is enrolled, and nobody has objected.
NOBODY = Subjects(lambda _address: None)


def organizers(
    items: Iterable[RawEvent | Unclear], look_up: Callable[[str], SubjectId | None]
) -> set[SubjectId]:
    """Who of the enrolled organizes any of these."""
    met = {found(item.organizer, look_up) for item in items if isinstance(item, RawEvent)}
    return {subject for subject in met if subject is not None}
