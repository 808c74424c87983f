"""Initials and names of two letters are found where they are no word and no acronym."""

import pytest

from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.tripwire import scan

ANNA = Person("Anna Schmidt", "anna.schmidt@cobalt.example")
LI = Person("Li Bo", None)


@pytest.mark.parametrize("text", ["Li", "1:1 li", "Sync Bo", "LI / Bo", "@bo", "li-bo", "Bo's review"])
def test_short_names_count_as_whole_words(text: str) -> None:
    assert scan(text, Known([LI]))


@pytest.mark.parametrize("text", ["Library", "Limit review", "Board", "About us", "Alignment"])
def test_short_names_are_not_found_inside_words(text: str) -> None:
    assert scan(text, Known([LI, Person("Al Ba", None)])) == []


def test_a_short_name_that_is_a_word_counts_only_as_a_name_is_written() -> None:
    known = Known([Person("Al Berg", None)])
    assert scan("Presentación al equipo", known) == []
    assert scan("Al equipo", known) == []
    assert scan("Sync with Al", known)
    assert scan("Al / budget", known)


@pytest.mark.parametrize("text", ["AS plan", "Sync AS", "A.S.", "a.s. review", "A. S. review"])
def test_initials_are_found_where_they_are_unmistakable(text: str) -> None:
    assert scan(text, Known([ANNA]))


def test_what_is_counted_is_no_name_that_is_shortened() -> None:
    known = Known([Person("Minjun Kang", None)])
    assert scan("3 x 45 min", known) == []
    assert scan("45min sync", known) == []
    assert scan("Sync with Min", known)


@pytest.mark.parametrize("text", ["as planned", "AS PLANNED", "Take as is", "10 a.m. start", "HR plan"])
def test_initials_are_not_found_in_words(text: str) -> None:
    hr = Person("Hanna Ruiz", None)
    assert scan(text, Known([ANNA, hr, Person("Ada Moss", None)])) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna Diehl", "Sync AD"),
        ("Anna Diehl", "1:1 AD"),
        ("Hugo Zettel", "HZ"),
        ("Ines Thorn", "Sync with IT"),
    ],
)
def test_initials_count_even_where_they_are_an_acronym(name: str, text: str) -> None:
    known = Known([Person(name, None)])
    assert scan(text, known)
    assert scan(text, Known([ANNA])) == []


@pytest.mark.parametrize(
    "text", ["IT plan", "IT, HR and QA", "IT/HR sync", "Flight IT164", "IT-42", "TI rollout"]
)
def test_initials_are_not_found_in_what_a_calendar_is_full_of(text: str) -> None:
    assert scan(text, Known([Person("Ines Thorn", None)])) == []


@pytest.mark.parametrize("text", ["Termin Frau S.", "Mr. S review", "Dr.S", "Call with Prof A"])
def test_an_initial_tells_behind_a_form_of_address(text: str) -> None:
    (hit,) = scan(text, Known([ANNA]))
    assert text[hit.start : hit.end] in {"S", "A"}


@pytest.mark.parametrize("text", ["Frau T.", "Frau s", "frau S", "HR S", "Plan S", "Frau: S", "Frau"])
def test_no_other_letter_does(text: str) -> None:
    assert scan(text, Known([ANNA])) == []
