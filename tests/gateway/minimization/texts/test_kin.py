"""Beside somebody's name their father's is theirs, another surname, and a given name in another language."""

import pytest

from gateway.minimization.texts.kin import is_given, is_of_father, is_surname
from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.tripwire import scan


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Анна Гусева", "Анна Сергеевна"),
        ("Анна Гусева", "Гусева Анна Павловна"),
        ("Ivan Gusev", "Ivan Ilyich"),
        ("Ivan Gusev", "Ivan Sergeevich"),
        ("Sigrid Jonsdottir", "Sigrid Olafsdottir"),
        ("Maryam Barakat", "Maryam bint Said"),
        ("زينب بركات", "زينب بنت سعيد"),
        ("Tariq Barakat", "Abu Omar Barakat"),
        ("Inés Belmonte", "Inés Belmonte Otero"),
        ("Inés Belmonte", "Inés Belmonte y Robles"),
        ("Inés Belmonte", "Inés Belmonte de la Serna"),
        ("Paweł Dąbek", "Paul Dąbek"),
        ("Marta Okafor", 'Marta "Bear" Okafor'),
        ("Marta Okafor", "Marta (Holm) Okafor"),
        ("Emre Kaya", "Emre'nin"),
        ("Marta Okafor", "Marta Okfsxr"),
    ],
)
def test_what_is_theirs_is_in_the_mention(name: str, written: str) -> None:
    text = f"1:1 {written} / budget"
    (hit,) = scan(text, Known([Person(name, None)]))
    assert text[hit.start : hit.end].strip('"') == written


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Inés Belmonte", "Inés Otero", "Inés"),
        ("Inés Belmonte", "Inés Belmonte Budget", "Inés Belmonte"),
        ("Inés Belmonte", "Inés Belmonte otero", "Inés Belmonte"),
        ("Inés Belmonte", "Inés Belmonte Kundenvertrag", "Inés Belmonte"),
        ("Inés Belmonte", "Inés Belmonte / Otero", "Inés Belmonte"),
        ("Inés Belmonte", "Inés y Robles", "Inés"),
        ("Inés Belmonte", "Inés Belmonte de", "Inés Belmonte"),
        ("Ivan Gusev", "Ivan / Sergeevich", "Ivan"),
        ("Marta Okafor", "Budget Okafor", "Okafor"),
        ("Marta Okafor", "paul Okafor", "Okafor"),
        ("Marta Okafor", "Paul: Okafor", "Okafor"),
        ("Marta Okafor", "Mxxxxxxxxxxxx Okafor", "Okafor"),
    ],
)
def test_what_is_not_theirs_is_left(name: str, text: str, found: str) -> None:
    (hit,) = scan(text, Known([Person(name, None)]))
    assert text[hit.start : hit.end] == found


def test_rooms_of_the_famous_are_nobodys() -> None:
    known = Known([Person("María Otero", None), Person("Viktor Kunz", None)])
    for room in ("Marie Curie", "Salle Victor Hugo", "Room Mary Shelley"):
        assert scan(room, known) == []
    assert scan("Marie", known)
    assert scan("Marie Otero", known)
    assert scan("Marie Curie", Known([Person("Marie Otero", None)]))


def test_words_are_told_by_how_they_end_and_are_written() -> None:
    assert all(
        map(is_of_father, "petrovich sergeevna ilyich ivanych pavlovna mammadoglu olafsson kuzmich".split())
    )
    assert not any(map(is_of_father, "which rich petrov manager sandwich".split()))
    assert is_given("paul", "Paul")
    assert not is_given("paul", "PAUL")
    assert not is_given("will", "Will")
    assert is_surname("otero", "Otero")
    assert not is_surname("ot", "Ot")
    assert not is_surname("kundenvertrag", "Kundenvertrag")
