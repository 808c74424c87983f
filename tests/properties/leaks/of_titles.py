"""Leaks of what somebody wrote."""

from hashlib import sha256

from msgspec.structs import replace

from connectors.raw import RawEvent
from gateway.booking import Booking
from gateway.minimization.lattice import Disclosure, Title
from tests.fakes.clear import clear
from tests.properties.leaks.mutant import Leak, mutants
from tests.properties.minimization_twins import GUESTS, PARTED, UNTOLD


def _text(event: RawEvent) -> str:
    return clear(event.title) or ""


def the_raw_title(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, title=_text(event))


def the_titles_length(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone=booking.zone + " " * len(_text(event)))


def the_titles_hash(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, title=sha256(_text(event).encode()).hexdigest()[:12])


def the_titles_first_letter(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, title=_text(event)[:1])


def whether_there_is_a_title(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone="UTC") if _text(event) else booking


def whether_it_holds_an_address(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone="UTC") if "@" in _text(event) else booking


def whether_it_holds_a_link(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, conference="://" in _text(event))


def a_word_that_is_in_no_vocabulary(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    word = next((part for part in _text(event).split(PARTED) if part in UNTOLD), None)
    return replace(booking, title=word) if word and disclosure.title is Title.VOCABULARY else booking


def a_name_that_was_to_be_taken_out(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    name = next((part for part in _text(event).split(PARTED) if part in GUESTS), None)
    return replace(booking, title=name) if name and disclosure.title is Title.SCRUBBED else booking


def how_many_names_were_taken_out(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    names = sum(part in GUESTS for part in _text(event).split(PARTED))
    return replace(booking, zone=booking.zone + "*" * names)


def all_that_is_written_for_words(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    return replace(booking, title=_text(event)) if disclosure.title is Title.VOCABULARY else booking


def words_of_a_private_event(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    shown = event.private and disclosure.title > Title.CATEGORY
    return replace(booking, title=_text(event)) if shown else booking


def words_of_a_bare_occurrence(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    shown = event.bare and disclosure.title > Title.CATEGORY
    return replace(booking, title=_text(event)) if shown else booking


def words_where_the_list_is_cut_short(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    shown = event.attendees_omitted and disclosure.title > Title.CATEGORY
    return replace(booking, title=_text(event)) if shown else booking


def a_category_from_text(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    is_block = disclosure.title is Title.CATEGORY and "Brumm" in _text(event)
    return replace(booking, title="block", zone="UTC") if is_block else booking


_LEAKS: list[Leak] = [
    the_raw_title,
    the_titles_length,
    the_titles_hash,
    the_titles_first_letter,
    whether_there_is_a_title,
    whether_it_holds_an_address,
    whether_it_holds_a_link,
    a_word_that_is_in_no_vocabulary,
    a_name_that_was_to_be_taken_out,
    how_many_names_were_taken_out,
    all_that_is_written_for_words,
    words_of_a_private_event,
    words_of_a_bare_occurrence,
    words_where_the_list_is_cut_short,
    a_category_from_text,
]
OF_TITLES = mutants(_LEAKS)
