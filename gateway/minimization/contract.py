"""The contract and the other parties whose meet decides what may be seen, and who decided it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from msgspec.structs import replace

from connectors.port import Projection
from connectors.raw import RawEvent
from gateway.minimization.lattice import (
    FIELDS,
    WIDEST,
    Booker,
    Conference,
    Disclosure,
    People,
    Place,
    Status,
    Time,
    Title,
    meet,
)

#: The most FlexO may ever get, whoever asks.
CONTRACT = Disclosure(
    time=Time.EXACT,
    place=Place.RESOURCE,
    status=Status.SHOWN,
    conference=Conference.PRESENT,
    booker=Booker.USER,
    people=People.EXACT,
    title=Title.SCRUBBED,
)


def of_persons(
    *, booker: Booker = Booker.USER, people: People = People.EXACT, title: Title = Title.SCRUBBED
) -> Disclosure:
    """The ceiling of a party that owns the fields of persons: it has no say in those of the resource."""
    return replace(WIDEST, booker=booker, people=people, title=title)


SINGLE_PERSON = replace(WIDEST, time=Time.BUSY, people=People.NONE, booker=Booker.NONE, title=Title.CATEGORY)
#: Exchange writes the organizer's name where a room's events have their subject.
ROOM_MAILBOX = of_persons(title=Title.CATEGORY)
PRIVATE = of_persons(title=Title.NONE, booker=Booker.NONE)
BARE = of_persons(title=Title.NONE, booker=Booker.NONE, people=People.NONE)
SUPPRESSED = BARE
#: Of a booking that is stored, and may be of somebody who has objected since. Its booker it tells by itself.
UNATTRIBUTED = of_persons(title=Title.NONE, people=People.NONE)
#: Whoever was left out of the list may be named in the title.
INCOMPLETE = of_persons(title=Title.CATEGORY)
NOT_UNDERSTOOD = replace(BARE, conference=Conference.NONE)


class Party(StrEnum):
    """Who may lower a field. A closed vocabulary, safe to show and to log."""

    CONTRACT = "contract"
    POLICY = "policy"
    LEGAL_BASIS = "legal_basis"
    PLACE = "place"
    ROOM_MAILBOX = "room_mailbox"
    PRIVACY = "privacy"
    OCCURRENCE = "occurrence"
    NOT_UNDERSTOOD = "not_understood"
    #: The organizer, who is not enrolled, or has objected or may have.
    SUBJECT = "subject"
    #: The provider, who did not tell all of it.
    PROVIDER = "provider"
    #: The closed vocabulary, and the tripwire: none of its words may be told.
    VOCABULARY = "vocabulary"


class Term(NamedTuple):
    """One party's choice."""

    party: Party
    disclosure: Disclosure


class Decision(NamedTuple):
    """What a field came to, and the first party that wanted no more."""

    level: int
    by: Party


def standing_terms(
    policy: Disclosure, legal_ceiling: Disclosure, *, single_person: bool, room_mailbox: bool = False
) -> tuple[Term, ...]:
    """What holds for every event of a calendar: contract, employer, legal basis and place.

    ``room_mailbox``: it is the calendar of a room's own mailbox at Microsoft.
    """
    return (
        Term(Party.CONTRACT, CONTRACT),
        Term(Party.POLICY, policy),
        Term(Party.LEGAL_BASIS, legal_ceiling),
        Term(Party.PLACE, SINGLE_PERSON if single_person else WIDEST),
        Term(Party.ROOM_MAILBOX, ROOM_MAILBOX if room_mailbox else WIDEST),
    )


class Traits(NamedTuple):
    """What an event is, as far as it lowers what may be seen of it. ``complete``: everybody on it is told.

    ``suppressed``: its organizer has objected, or is not told while somebody has.
    """

    private: bool
    bare: bool
    understood: bool
    complete: bool
    suppressed: bool = False


#: Nothing of which lowers anything.
PLAIN = Traits(private=False, bare=False, understood=True, complete=True)


def traits_of(event: RawEvent, *, suppressed: bool = False) -> Traits:
    """The traits of an event."""
    return Traits(event.private, event.bare, event.understood, not event.attendees_omitted, suppressed)


def event_terms(traits: Traits) -> tuple[Term, ...]:
    """What one event lowers by being what it is."""
    private, bare, understood, complete, suppressed = traits
    return (
        Term(Party.PRIVACY, PRIVATE if private else WIDEST),
        Term(Party.OCCURRENCE, BARE if bare else WIDEST),
        Term(Party.NOT_UNDERSTOOD, WIDEST if understood else NOT_UNDERSTOOD),
        Term(Party.PROVIDER, WIDEST if complete else INCOMPLETE),
        Term(Party.SUBJECT, SUPPRESSED if suppressed else WIDEST),
    )


def event_ceiling(traits: Traits) -> Disclosure:
    """The meet of what one event lowers."""
    return effective(event_terms(traits))


def effective(terms: Sequence[Term]) -> Disclosure:
    """The meet of all parties' choices; the contract is a party to every one."""
    return meet(CONTRACT, *(term.disclosure for term in terms))


class Allowed(NamedTuple):
    """What may be seen of an event, and what it is."""

    traits: Traits
    disclosure: Disclosure


@lru_cache(maxsize=256)
def of_events(standing: Disclosure) -> Mapping[tuple[bool, bool, bool, bool, bool], Allowed]:
    """What may be seen of an event, by its traits.

    ``standing`` is what holds for its whole calendar; the contract is a party here too.
    """
    every = (Traits(*traits) for traits in product((False, True), repeat=len(Traits._fields)))
    return {traits: Allowed(traits, meet(CONTRACT, standing, event_ceiling(traits))) for traits in every}


def explain(terms: Sequence[Term]) -> dict[str, Decision]:
    """For each field its effective level and the party that decided it; of equals, the first."""
    disclosure = effective(terms)
    return {field: _decision(field, getattr(disclosure, field), terms) for field in FIELDS}


def _decision(field: str, level: int, terms: Sequence[Term]) -> Decision:
    deciding = (party for party, choice in terms if getattr(choice, field) == level)
    return Decision(level, next(deciding, Party.CONTRACT))


def shows_persons(disclosure: Disclosure) -> bool:
    """Whether anything is shown of people who need not be enrolled for it."""
    return disclosure.people is not People.NONE or disclosure.title is not Title.NONE


def projection(disclosure: Disclosure, *, has_suppressions: bool = False) -> Projection:
    """The first ring: what has to be asked for at all, so that this much can be shown.

    ``has_suppressions``: somebody has objected, so it has to be known who organizes.
    """
    return Projection(
        people=disclosure.people is not People.NONE,
        booker=disclosure.booker is not Booker.NONE or (has_suppressions and shows_persons(disclosure)),
        conference=disclosure.conference is not Conference.NONE,
        title=disclosure.title > Title.CATEGORY,
    )
