"""What working for one tenant takes: its keys, its fence, its provider and its rules."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import cast

import msgspec
from msgspec.structs import replace

from connectors.port import Connector, Projection, Window
from gateway.booking import BookingId, CalendarId, EventUid, ResourceId, SeriesId, SubjectId
from gateway.minimization.contract import (
    UNATTRIBUTED,
    Term,
    effective,
    projection,
    shows_persons,
    standing_terms,
)
from gateway.minimization.lattice import Booker, Disclosure, Title, meet
from gateway.minimization.minimize import Minimizer
from gateway.minimization.personal import Places
from gateway.minimization.places import Bookable, Importer
from gateway.minimization.receipt import Counting
from gateway.minimization.subjects import NOBODY, Subjects
from gateway.minimization.vocabulary import NO_WORDS, Vocabulary
from gateway.store.restrictions import NO_SUBJECTS, KnownSubjects
from gateway.store.store import Fence
from gateway.subject import Finder, finder
from gateway.tenant import Mode, Provider, Tenant, has_room_mailboxes
from gateway.vault.index import Index
from gateway.vault.keyring import TenantKeys


def booking_ids(index: Index, calendar: CalendarId, resource: ResourceId) -> Callable[[str], BookingId]:
    """Our ids of a calendar's events as bookings of a resource, by the provider's."""
    return cast(Callable[[str], BookingId], index.prepared("booking", calendar, resource))


def copy_ids(index: Index, resource: ResourceId) -> Callable[[str], BookingId]:
    """Our ids of events as bookings of a resource, the same for all copies in persons' calendars."""
    return cast(Callable[[str], BookingId], index.prepared("copy", resource))


#: The keys of an enrolled subject. Raises KeyUnavailable.
OpenSubject = Callable[[SubjectId], Awaitable[TenantKeys]]


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Sight:
    """One tenant at one epoch, and what may be seen of it. A raised epoch ends it: then it is opened anew."""

    tenant: Tenant
    fence: Fence
    keys: TenantKeys
    policy: Disclosure
    legal_ceiling: Disclosure
    #: What may be told of titles where words may.
    vocabulary: Vocabulary = NO_WORDS
    #: The tenant's places, which a person's calendar may name.
    places: Places = field(default_factory=dict)
    #: Who is enrolled, and who has objected.
    subjects: KnownSubjects = NO_SUBJECTS

    def identify(self, calendar: CalendarId, resource: ResourceId) -> Callable[[str], BookingId]:
        return booking_ids(self.keys.index, calendar, resource)

    def identify_series(self, calendar: CalendarId) -> Callable[[str], SeriesId]:
        """Our ids of a calendar's series, by the provider's. They are told to nobody."""
        return cast(Callable[[str], SeriesId], self.keys.index.prepared("series", calendar))

    def importer(self) -> Importer:
        """What makes resources of the directory's entries."""
        choice, identify = self.tenant.registration, self.keys.index.identifier
        return Importer(
            level=_effective(standing_terms(self.policy, self.legal_ceiling, single_person=False)).place,
            decisions=choice.places,
            zone=choice.zone,
            identify=identify,
            agreed=lambda place: self.subjects.enrolled.get(finder(identify, Finder.PLACE, place)),
        )

    def disclosure(self, place: Bookable, *, of_person: bool = False) -> Disclosure:
        """What may be seen of any event in this place, in its own calendar or in a person's."""
        return _effective(self.terms(place, of_person=of_person))

    def terms(self, place: Bookable, *, of_person: bool = False) -> tuple[Term, ...]:
        """Whose choices hold for any event in this place, in its own calendar or in a person's."""
        return standing_terms(
            self._policy(scrubbed=place.scrubbed_titles),
            self.legal_ceiling,
            single_person=place.single_person,
            room_mailbox=not of_person and has_room_mailboxes(self.tenant),
        )

    def personal_disclosure(self) -> Disclosure:
        """What may be seen of any event in a place that is somebody's own."""
        return _effective(standing_terms(self.policy, self.legal_ceiling, single_person=True))

    def rules(self, place: Bookable) -> bytes:
        """A keyed hash of the disclosure, to tell whether bookings were made under another one."""
        disclosure = self.disclosure(place)
        circumstances = self.circumstances(disclosure)
        return self.keys.index.digest("rules", msgspec.json.encode(disclosure) + circumstances)

    def circumstances(self, disclosure: Disclosure) -> bytes:
        """What else it depends on: the vocabulary where words are told, objections where people are."""
        wording = self.vocabulary.digest if disclosure.title > Title.CATEGORY else b""
        if not (self.subjects.suppressed and shows_persons(disclosure)):
            return wording
        return wording + msgspec.json.encode(sorted(self.subjects.suppressed | self.subjects.asking))

    def kept(self, place: Bookable, *, of_person: bool = False) -> Disclosure:
        """What may stay of bookings that are stored under other rules.

        They do not tell who organizes: once somebody has objected, nothing of people stays until it is read.
        """
        disclosure = self.disclosure(place, of_person=of_person)
        return meet(disclosure, UNATTRIBUTED) if self.subjects.suppressed else disclosure

    def projection(self, place: Bookable) -> Projection:
        return self._asked(self.disclosure(place))

    def widest_projection(self) -> Projection:
        """What is asked for where an event of a person's calendar may name any place."""
        scrubbed = bool(self.tenant.registration.places.scrubbed_titles)
        policy = self._policy(scrubbed=scrubbed)
        return self._asked(_effective(standing_terms(policy, self.legal_ceiling, single_person=False)))

    def _policy(self, *, scrubbed: bool) -> Disclosure:
        """The employer's choice for a place: only one that tells words at all may tell what is written."""
        is_chosen = scrubbed and self.policy.title > Title.CATEGORY
        return replace(self.policy, title=Title.SCRUBBED) if is_chosen else self.policy

    def _asked(self, disclosure: Disclosure) -> Projection:
        # Copies are known as such where persons may connect calendars of their own.
        has_copies = self.tenant.registration.persons is not None
        asked = projection(disclosure, has_suppressions=bool(self.subjects.suppressed))
        return replace(asked, uid=has_copies)

    @property
    def recognizes(self) -> bool:
        """Whether anybody who booked is told anywhere."""
        terms = standing_terms(self.policy, self.legal_ceiling, single_person=False)
        return _effective(terms).booker is not Booker.NONE

    def counting(self, asked: Projection, *, of_person: bool = False) -> Counting:
        """What counts pages for the receipt that were read with a projection."""
        connection = self.tenant.connection
        return Counting(
            asked,
            partial(self.terms, of_person=of_person),
            # Persons' calendars are read by snapshots whatever the tenant chose.
            asks_for_less=of_person or connection.mode is not Mode.DELTA,
            names_people=connection.provider is not Provider.GOOGLE,
        )

    def minimizer(
        self,
        place: Bookable,
        identify: Callable[[str], BookingId],
        *,
        window: Window,
        now: datetime,
        of_person: bool = False,
        subjects: Subjects = NOBODY,
    ) -> Minimizer:
        """Prepared for one place and one window, in its own calendar or in a person's."""
        return Minimizer(
            place,
            self.disclosure(place, of_person=of_person),
            window=window,
            now=now,
            identify=identify,
            subjects=subjects,
            identify_uid=cast(Callable[[str], EventUid], self.keys.index.prepared("uid")),
            vocabulary=self.vocabulary,
        )


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Tenancy(Sight):
    """What working for one tenant takes: what may be seen of it, and its provider."""

    connector: Connector
    open_subject: OpenSubject
    #: Where its provider is to tell of changes; None where it is not asked to.
    notify_url: str | None = None
    #: Whether its provider did not answer as it should the last time that counted.
    is_degraded: bool = False


# Asked in every turn, and there are few answers.
_effective = lru_cache(maxsize=256)(effective)
