"""Minimization: what is left of an event once the people are taken out. Pure and total.

A booking starts empty and gains named fields, each by a function that sees its level. Texts that somebody
wrote are the declassifier's alone.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePath
from traceback import walk_tb

from msgspec.structs import replace

from connectors.port import Window
from connectors.raw import Kind, RawEvent, Response, Unclear
from gateway.booking import Booking, BookingId, EventUid, Status
from gateway.minimization.categories import category
from gateway.minimization.contract import SINGLE_PERSON, Traits, of_events
from gateway.minimization.declassify import declassified_title, found
from gateway.minimization.lattice import (
    WIDEST,
    Booker,
    Conference,
    Disclosure,
    People,
    Time,
    Title,
    levels_of,
    meet,
)
from gateway.minimization.outcome import Dropped, Outcome, Put, Reason, Removed, Unknown
from gateway.minimization.people import head_count
from gateway.minimization.places import Bookable
from gateway.minimization.span import (
    BAD_RANGE,
    EARLIEST,
    ZERO_LENGTH,
    NoSpan,
    Span,
    midnight,
    occupied,
    occupied_either_way,
    rounded_outward,
    zone_named,
)
from gateway.minimization.subjects import NOBODY, Subject, Subjects
from gateway.minimization.texts.known import Memory
from gateway.minimization.titles import NOTHING, Told
from gateway.minimization.vocabulary import NO_WORDS, Vocabulary

#: A keyed hash of a provider's id.
Identify = Callable[[str], BookingId]

#: A keyed hash of what all copies of an event have in common.
IdentifyUid = Callable[[str], EventUid]

#: What connectors say of an item that they could not read.
CODES = {
    reason.value: reason
    for reason in (Reason.NO_ID, Reason.NO_START, Reason.NO_END, Reason.BAD_RANGE, Reason.BAD_ITEM)
}

NEVER_BOOKINGS = {
    Kind.MASTER: Reason.SERIES,
    Kind.WORKING_LOCATION: Reason.EVENT_TYPE,
    Kind.BIRTHDAY: Reason.EVENT_TYPE,
}


_NEVER = tuple(NEVER_BOOKINGS)

# Looking a member up in an Enum class costs more than the rest of a line, and so does hashing one.
_ACCEPTED, _DECLINED = Response.ACCEPTED, Response.DECLINED
_CONFIRMED, _TENTATIVE = Status.CONFIRMED, Status.TENTATIVE
_NO_TIME, _BUSY = Time.NONE, Time.BUSY
_NO_TITLE, _NO_BOOKER, _NO_CONFERENCE, _NO_PEOPLE = Title.NONE, Booker.NONE, Conference.NONE, People.NONE


def first_day(place: Bookable, now: datetime) -> datetime:
    """What ended by then is not shown, whatever the window: a place that is a person has no past."""
    if not place.single_person:
        return EARLIEST
    zone = zone_named(place.resource.zone)
    return midnight(now.astimezone(zone).date(), zone)


def kept_from(place: Bookable, window: Window, now: datetime) -> datetime:
    """What ended by then is never kept of a place. Raises ConfigurationError for a zone that is none."""
    return max(first_day(place, now), window.start)


def kept_from_any(places: Iterable[Bookable], window: Window, now: datetime) -> datetime:
    """What ended by then is not kept where it may be of any of these: some may be persons."""
    return max((kept_from(place, window, now) for place in places), default=window.start)


class Minimizer:
    """Minimizes the items of one calendar within one window; prepared once, used for many.

    ``disclosure`` is what holds for the whole calendar; place and event can only lower it. ``now`` tells
    which day is today where the place is a person. Raises ConfigurationError if there is no such zone.
    """

    def __init__(
        self,
        place: Bookable,
        disclosure: Disclosure,
        *,
        window: Window,
        now: datetime,
        identify: Identify,
        subjects: Subjects = NOBODY,
        identify_uid: IdentifyUid | None = None,
        vocabulary: Vocabulary = NO_WORDS,
    ) -> None:
        #: Where the items take place.
        self.place = place
        resource = place.resource
        zone = zone_named(resource.zone)
        self._resource, self._zone, self._window = resource, zone, window
        self._level = place.level
        #: What ended by then is never kept.
        self.kept_from = kept_from(place, window, now)
        self._identify = identify
        self._identify_uid = identify_uid
        self._enrolled, self._suppressed = subjects
        self._vocabulary = vocabulary
        self._memory = Memory()
        ceiling = SINGLE_PERSON if place.single_person else WIDEST
        standing = meet(disclosure, ceiling)
        self._levels = levels_of(standing)
        self._allowed = of_events(standing)

    def minimize(self, item: RawEvent | Unclear) -> Outcome:
        """What becomes of one item. Never raises; whatever is not understood keeps its place."""
        try:
            return self._outcome(item)
        except Exception as error:  # noqa: BLE001  a fault of ours, whatever it is: the calendar goes on
            return self._busy(item, error)

    def _busy(self, item: RawEvent | Unclear, error: Exception) -> Outcome:
        """The bare block that an item is told as where code of ours failed over it."""
        if isinstance(item, RawEvent):
            block = RawEvent(
                item.id,
                item.start,
                item.end,
                # Lowered for this alone, which lowers all that anything does.
                private=False,
                understood=False,
                maybe_days=item.maybe_days,
                # Its copies are still known as such.
                uid=item.uid,
            )
            try:
                outcome = self._outcome(block)
            except Exception:  # noqa: BLE001  then not even that
                return Unknown(None, Reason.FAULT)
            return replace(outcome, fault=_place_of(error)) if isinstance(outcome, Put) else outcome
        return Unknown(None, Reason.FAULT)

    def _outcome(self, item: RawEvent | Unclear) -> Outcome:
        if isinstance(item, Unclear):
            return Unknown(None if item.id is None else self._identify(item.id), reason_of(item))
        identity = self._identify(item.id)
        if item.cancelled:
            return Removed(identity, Reason.CANCELLED)
        if item.response is _DECLINED:
            return Removed(identity, Reason.DECLINED)
        if item.kind in _NEVER:
            return Dropped(identity, NEVER_BOOKINGS[item.kind])
        return self._occupancy(item, identity)

    def _occupancy(self, event: RawEvent, identity: BookingId) -> Outcome:
        # Whoever is not told to organize it may be one who has objected.
        suppressed = self._suppressed is not None and found(event.organizer, self._suppressed) is not False
        traits, disclosure = self._allowed[
            event.private, event.bare, event.understood, not event.attendees_omitted, suppressed
        ]
        if disclosure.time is _NO_TIME or disclosure.place < self._level:
            return Dropped(identity, Reason.WITHHELD)
        span = self._either_way(event) if event.maybe_days else occupied(event.start, event.end, self._zone)
        if span is ZERO_LENGTH:
            return Dropped(identity, span)
        if span is BAD_RANGE:
            return Unknown(identity, span)
        if disclosure.time is _BUSY:
            span = rounded_outward(span)
        # The window looks at what is disclosed: else its edge would tell minutes that a block hides.
        if span.end <= self.kept_from or span.start >= self._window.end:
            return Dropped(identity, self._outside(span))
        return self._put(event, identity, span, traits, disclosure)

    def _put(
        self, event: RawEvent, identity: BookingId, span: Span, traits: Traits, disclosure: Disclosure
    ) -> Put:
        title = NOTHING if disclosure.title is _NO_TITLE else self._title(event, disclosure.title)
        subject = None if disclosure.booker is _NO_BOOKER else found(event.organizer, self._enrolled)
        resource = self._resource
        booking = Booking(
            id=identity,
            resource=resource.id,
            start=span.start,
            end=span.end,
            all_day=span.all_day,
            zone=resource.zone,
            status=status(event),
            people=None if disclosure.people is _NO_PEOPLE else head_count(event, disclosure.people),
            title=title.text,
            conference=None if disclosure.conference is _NO_CONFERENCE else event.conference,
            booker=None if subject is None else _shown(subject, disclosure.booker),
        )
        return Put(
            booking,
            None if event.uid is None else self._uid(event.uid),
            title.tripped,
            levels=self._levels,
            subject=None if subject is None else subject.id,
            traits=traits,
        )

    def _uid(self, told: str) -> EventUid | None:
        return None if self._identify_uid is None else self._identify_uid(told)

    def _either_way(self, event: RawEvent) -> Span | NoSpan:
        if isinstance(event.start, datetime) and isinstance(event.end, datetime):
            return occupied_either_way(event.start, event.end, self._zone)
        return occupied(event.start, event.end, self._zone)

    def _outside(self, span: Span) -> Reason:
        is_inside = span.end > self._window.start and span.start < self._window.end
        return Reason.BEFORE_TODAY if is_inside else Reason.OUTSIDE_WINDOW

    def _title(self, event: RawEvent, level: Title) -> Told:
        least = category(self._resource.kind, event.kind)
        if level is Title.CATEGORY:
            return Told(least)
        told = declassified_title(event, level, self._vocabulary, self._memory)
        return told._replace(text=told.text or least)


def _shown(subject: Subject, level: Booker) -> str:
    return subject.user if level is Booker.USER else subject.pseudonym


def status(event: RawEvent) -> Status:
    """Tentative until the resource has accepted; what it organizes itself it has accepted.

    How the time is shown (``free``, transparent) never frees a room, and no person's response counts.
    """
    if event.response is None or not event.understood:
        return _CONFIRMED
    return _CONFIRMED if event.response is _ACCEPTED and not event.tentative else _TENTATIVE


def _place_of(error: Exception) -> str:
    """What was raised and where, and nothing of what it says."""
    *_, (frame, line) = walk_tb(error.__traceback__)
    return f"{type(error).__name__} at {PurePath(frame.f_code.co_filename).name}:{line}"


def reason_of(item: Unclear) -> Reason:
    """The connector's code, if it is one of ours."""
    return CODES.get(item.code, Reason.BAD_ITEM)
