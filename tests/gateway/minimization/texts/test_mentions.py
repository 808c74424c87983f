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
    covered,
    names_of,
    people,
)

TRIES = 150
#: Everybody who is mentioned in one form or another, as a round remembers them.
MEMORY = Memory()
#: A title, and where in it somebody is mentioned.
PLACES = (
    "{title} {mention}",
    "{mention} {title}",
    "{title}: {mention}",
    "{mention} / {title}",
    "{title} ({mention})",
)
ANNA = Person("Anna Schmidt", "anna.schmidt@cobalt.example")
#: The same people come in every form.
MEMORY = Memory()


def missed(form: Form) -> list[str]:
    left = list[str]()
    for turn in range(TRIES):
        present = people(turn, 1 + turn % 12)
        mention = form(turn, *names_of(present[turn % len(present)]))
        if mention is not None:
            before, after = PLACES[turn % len(PLACES)].split("{mention}")
            title = TITLES[turn % len(TITLES)]
            start = len(before.format(title=title))
            text = before.format(title=title) + mention + after.format(title=title)
            if not covered(text, scan(text, Known(present, MEMORY)), start, start + len(mention)):
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
    hurt, seen = list[str](), 0
    for turn in range(60):
        present = people(turn, 10)
        names = {name.lower() for person in present for name in names_of(person)}
        for title in CLEAN:
            if names.isdisjoint(title.lower().split()):
                seen += 1
                hurt += [title] if scan(title, Known(present, MEMORY)) else []
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


@pytest.mark.parametrize(("name", "mention"), [("SCHMIDT Friedrich", "Fritz"), ("DE LA VEGA José", "Pepe")])
def test_capitals_tell_the_family_name(name: str, mention: str) -> None:
    known = Known([Person(name, None)])
    assert scan(f"Sync {mention}", known)
    assert scan("Bureau de change", known) == []


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Anna", "AA meeting"),
        ("Marieke Vos", "Marie Curie"),
        ("Paul Meyer", "Call 3 PM"),
        ("이민호", "Park visit"),
        ("タナカ ユキ", "アルタナカラ"),
        ("王伟", "国王杯"),
        ("Ai Tanaka", "AI review"),
    ],
)
def test_what_only_resembles_a_name_is_left(name: str, title: str) -> None:
    assert scan(title, Known([Person(name, None)])) == []


@pytest.mark.parametrize(
    ("name", "mention"),
    [
        ("Bartholomew Vos", "Bartho"),
        ("FRIEDRICH SCHMIDT", "Fritz"),
        ("Anna Schmidt", "AS"),
        ("Anna Keller", "KA"),
        ("Anna Maria Schmidt", "A.M.S."),
        ("Anne-Marie Schmidt", "AMS"),
        ("Schmidt Ing", "Ing"),
        ("Bo Vogel", "BO"),
        ("Anna @Home", "Anna"),
        ("mark.kingsley@cobalt.example", "Mark"),
    ],
)
def test_what_is_short_for_a_name_is_found(name: str, mention: str) -> None:
    """Amid short words in capitals, too."""
    for text in (f"DEV {mention}", mention):
        assert covered(text, scan(text, Known([Person(name, None)])), len(text) - len(mention), len(text))


@pytest.mark.parametrize(
    ("text", "covered_until"),
    [("42Anna", 6), ("Anna H ---- Schmidt", 4), ("Anna H. Schmidt", 15), ("Anna Sophie Schmidt", 19)],
)
def test_what_is_glued_on_belongs_to_a_name_and_what_is_far_does_not(text: str, covered_until: int) -> None:
    assert scan(text, Known([ANNA]))[0] == Hit(Kind.PERSON, 0, covered_until)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Игорь Соколов", "Соколов И.П."),
        ("Игорь Соколов", "И. П. Соколов"),
        ("Omar Al-Khatib", "El Khatib"),
    ],
)
def test_what_a_family_name_is_written_with_belongs_to_it(name: str, text: str) -> None:
    assert covered(text, scan(text, Known([Person(name, None)])), 0, len(text))


@pytest.mark.parametrize("text", ["Anna budget Schmidt", "Anna BUDGET Schmidt", "Anna Budget Schmidt"])
def test_what_is_no_name_amid_a_name_is_left(text: str) -> None:
    assert [hit[1:] for hit in scan(text, Known([ANNA]))] == [(0, 4), (12, 19)]


def test_of_a_slip_beside_other_words_only_the_slip_is_found() -> None:
    assert scan("SyncCall Kowalzyk", Known([Person("Jan Kowalczyk", None)])) == [Hit(Kind.PERSON, 9, 17)]


def test_a_word_beside_a_name_is_no_slip_of_another() -> None:
    assert scan("Anna time", Known([Person("Anna Tims", None)])) == [Hit(Kind.PERSON, 0, 4)]


@pytest.mark.parametrize("text", ["Llamada a Anna", "Spotkanie z Anna"])
def test_what_stands_before_a_name_is_left(text: str) -> None:
    known = Known([Person("Anna Zabel", None), Person("Anna Adler", None)])
    assert scan(text, known) == [Hit(Kind.PERSON, text.index("Anna"), len(text))]


@pytest.mark.parametrize(("name", "title"), [("Coen Vries", "Taller con clientes"), ("윤예준", "Reunión")])
def test_another_spelling_of_a_name_is_no_word(name: str, title: str) -> None:
    assert scan(title, Known([Person(name, None)])) == []


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


@pytest.mark.parametrize(
    ("name", "mention"), [("Игорь Орлов", "Игорь"), ("Anna Schmidt", "\u200bAnna\u200b")]
)
def test_a_mention_is_found_with_the_letters_that_are_not_read(name: str, mention: str) -> None:
    assert scan(mention, Known([Person(name, None)])) == [Hit(Kind.PERSON, 0, len(mention))]


def test_nobody_is_known_where_nobody_comes() -> None:
    assert scan("Anna Schmidt", Known([])) == []
