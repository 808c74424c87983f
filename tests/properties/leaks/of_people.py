"""Leaks of who comes, who booked, and how many they are."""

from hashlib import sha256

from msgspec.structs import replace

from connectors.raw import RawEvent, Response
from gateway.booking import Booking, Status
from gateway.minimization.lattice import Booker, Disclosure, People
from tests.fakes.clear import clear
from tests.properties.leaks.mutant import Leak, mutants
from tests.properties.minimization_twins import SUBJECTS


def raw_organizer(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, booker=booking.booker or clear(event.organizer))


def pseudonym_of_the_unenrolled(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, booker=booking.booker or str(len(clear(event.organizer) or "")))


def booker_of_a_private_event(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    subject = SUBJECTS.get(clear(event.organizer))
    return replace(booking, booker=subject.pseudonym) if subject and disclosure.booker else booking


def exact_count_under_a_bucket(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, people=len(event.attendees or ())) if isinstance(booking.people, str) else booking


def declined_are_counted(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    rows = [row for row in event.attendees or () if not row.is_resource]
    return replace(booking, people=len(rows)) if isinstance(booking.people, int) else booking


def resources_are_counted(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    rows = [row for row in event.attendees or () if row.response is not Response.DECLINED]
    return replace(booking, people=len(rows)) if isinstance(booking.people, int) else booking


def a_count_of_an_incomplete_list(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    return replace(booking, people=len(event.attendees or ())) if disclosure.people else booking


def attendee_order(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    first = next(iter(event.attendees or ()), None)
    return replace(booking, title=first.response.value) if first and first.is_organizer else booking


def a_persons_response(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    unsure = any(row.response is Response.TENTATIVE for row in event.attendees or () if not row.is_resource)
    return replace(booking, status=Status.TENTATIVE) if unsure else booking


def guests_from_outside(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    outside = any((clear(row.address) or "").endswith("rival.example") for row in event.attendees or ())
    return replace(booking, zone="UTC") if outside else booking


def size_of_the_event(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone=booking.zone + " " * len(event.attendees or ()))


def user_id_where_a_pseudonym_is_shown(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    subject = SUBJECTS.get(clear(event.organizer))
    shown = subject is not None and disclosure.booker is Booker.PSEUDONYM and booking.booker is not None
    return replace(booking, booker=clear(event.organizer)) if shown else booking


def hash_of_the_organizer(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    address = clear(event.organizer) or ""
    return replace(booking, zone=sha256(address.encode()).hexdigest()[:8])


def whether_somebody_organizes(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, conference=event.organizer is not None)


def who_is_on_the_list(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone=" ".join(sorted(clear(row.name) or "" for row in event.named)))


def how_many_are_named(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone=booking.zone + " " * len(event.named))


def people_of_a_bare_occurrence(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    shown = event.bare and disclosure.people is not People.NONE
    return replace(booking, people=len(event.attendees or ())) if shown else booking


def all_have_accepted(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    accepted = all(row.response is Response.ACCEPTED for row in event.attendees or ())
    return replace(booking, status=Status.CONFIRMED if accepted else Status.TENTATIVE)


def the_list_is_cut_short(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    return replace(booking, people="6+") if event.attendees_omitted and disclosure.people else booking


_LEAKS: list[Leak] = [
    raw_organizer,
    pseudonym_of_the_unenrolled,
    booker_of_a_private_event,
    exact_count_under_a_bucket,
    declined_are_counted,
    resources_are_counted,
    a_count_of_an_incomplete_list,
    attendee_order,
    a_persons_response,
    guests_from_outside,
    size_of_the_event,
    user_id_where_a_pseudonym_is_shown,
    hash_of_the_organizer,
    whether_somebody_organizes,
    who_is_on_the_list,
    how_many_are_named,
    people_of_a_bare_occurrence,
    all_have_accepted,
    the_list_is_cut_short,
]
OF_PEOPLE = mutants(_LEAKS)
