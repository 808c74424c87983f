"""Who is known is found in whatever form; who is not, and who is nobody, is left alone."""

import pytest

from gateway.minimization.texts.known import Known, Memory, Person
from gateway.minimization.texts.tripwire import Hit, Kind, scan
from tests.gateway.minimization.texts.mention_forms import (
    ACROSS,
    ADVERSARIAL,
    CLEAN,
    PLAIN,
    TITLES,
    Form,
    names_of,
    people,
)

TRIES = 150
#: A title, and where in it somebody is mentioned.
PLACES = (
    "{title} {mention}",
    "{mention} {title}",
    "{title}: {mention}",
    "{mention} / {title}",
    "{title} ({mention})",
)
ANNA = Person("Anna Schmidt", "anna.schmidt@cobalt.example")
LI = Person("Li Bo", None)


def covered(text: str, hits: list[Hit], start: int, end: int) -> bool:
    """Whether no letter and no digit is left."""
    return all(
        any(hit.start <= index < hit.end for hit in hits)
        for index in range(start, end)
        if text[index].isalnum()
    )


def missed(form: Form) -> list[str]:
    memory, left = Memory(), list[str]()
    for turn in range(TRIES):
        present = people(turn, 1 + turn % 12)
        mention = form(turn, *names_of(present[turn % len(present)]))
        if mention is not None:
            before, after = PLACES[turn % len(PLACES)].split("{mention}")
            title = TITLES[turn % len(TITLES)]
            start = len(before.format(title=title))
            text = before.format(title=title) + mention + after.format(title=title)
            if not covered(text, scan(text, Known(present, memory)), start, start + len(mention)):
                left.append(text)
    return left


@pytest.mark.parametrize("form", PLAIN.values(), ids=PLAIN.keys())
def test_the_known_are_found_as_they_are_written(form: Form) -> None:
    assert missed(form) == []


@pytest.mark.parametrize("form", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_the_known_are_found_as_they_are_mangled(form: Form) -> None:
    assert missed(form) == []


@pytest.mark.parametrize(("name", "mention"), ACROSS)
def test_the_known_are_found_in_other_scripts(name: str, mention: str) -> None:
    text = f"Sync {mention}"
    assert covered(text, scan(text, Known([Person(name, None)])), 5, len(text))


def test_clean_titles_stay_whole() -> None:
    memory, hurt, seen = Memory(), list[str](), 0
    for turn in range(60):
        present = people(turn, 10)
        names = {name.lower() for person in present for name in names_of(person)}
        for title in CLEAN:
            if names.isdisjoint(title.lower().split()):
                seen += 1
                hurt += [title] if scan(title, Known(present, memory)) else []
    assert len(hurt) <= seen * 0.002, sorted(set(hurt))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Will Larsen", "Will draft review"),
        ("Grace Holm", "Grace period policy"),
        ("Rose May", "Release in May"),
        ("Jordan Vogel", "Room Jordan"),
    ],
)
def test_an_ordinary_word_counts_where_it_is_the_name_of_who_comes(name: str, title: str) -> None:
    assert scan(title, Known([Person(name, None)]))
    assert scan(title, Known([ANNA])) == []


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


@pytest.mark.parametrize("text", ["as planned", "AS PLANNED", "Take as is", "10 a.m. start", "HR plan"])
def test_initials_are_not_found_in_words(text: str) -> None:
    hr = Person("Hanna Ruiz", None)
    assert scan(text, Known([ANNA, hr, Person("Ada Moss", None)])) == []


@pytest.mark.parametrize(
    ("address", "mention"),
    [
        ("anna.schmidt@cobalt.example", "Schmidt"),
        ("aschmidt@cobalt.example", "Schmidt"),
        ("a.schmidt@cobalt.example", "schmidt"),
        ("annaschmidt@cobalt.example", "Anna"),
        ("anna_schmidt+cal@cobalt.example", "Anna"),
    ],
)
def test_names_come_from_addresses_too(address: str, mention: str) -> None:
    text = f"Lunch with {mention}"
    assert covered(text, scan(text, Known([Person(None, address)])), 11, len(text))


@pytest.mark.parametrize(
    "name",
    ["Dr. Anna Schmidt", "Schmidt, Anna (EXT)", "Anna Schmidt [Contoso]", "Anna von Schmidt | Sales, DE"],
)
def test_titles_and_affixes_are_no_names(name: str) -> None:
    known = Known([Person(name, None)])
    assert [
        scan(text, known) for text in ("Ext. visit", "Contoso demo", "Sales DE", "von A nach B", "Dr. visit")
    ] == [[]] * 5
    assert scan("Anna", known)
    assert scan("Schmidt", known)


def test_a_company_is_known_by_its_peoples_addresses() -> None:
    known = Known([Person("Ewa Novak", "ewa@cobalt.example"), Person("Olu Ade", "olu@mail.example")])
    assert scan("Cobalt sync", known) == [Hit(Kind.DOMAIN, 0, 6)]
    assert scan("Gmail migration", known) == []


@pytest.mark.parametrize(
    ("name", "mention"), [("Игорь Орлов", "Игорь"), ("Anna Schmidt", "\u200bAnna\u200b")]
)
def test_a_mention_is_found_with_the_letters_that_are_not_read(name: str, mention: str) -> None:
    assert scan(mention, Known([Person(name, None)])) == [Hit(Kind.PERSON, 0, len(mention))]


def test_nobody_is_known_where_nobody_comes() -> None:
    assert scan("Anna Schmidt", Known([])) == []
