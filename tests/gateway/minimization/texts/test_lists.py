"""Every word of every list has its effect, and what is on none of them has not."""

from collections.abc import Callable

import pytest

from gateway.minimization.texts.companies import company
from gateway.minimization.texts.handles import called_by_handle, is_role
from gateway.minimization.texts.kin import is_given
from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.line import Line
from gateway.minimization.texts.lists import lines, listed
from gateway.minimization.texts.names import called
from gateway.minimization.texts.reading import readings, spoken
from gateway.minimization.texts.tripwire import scan
from gateway.minimization.texts.words import ORDINARY, WORDS
from tests.gateway.minimization.texts.marked import marked

NOBODY = Known([])
PAUL, VIKTOR = (Known([Person(name, None)]) for name in ("Paul Ox", "Viktor Kunz"))
SEVEN = "eight four two nine one five three"


def whole(text: str, known: Known) -> bool:
    return marked(text, known) == f"«{text}»"


def called_backwards(acronym: str) -> Known:
    """Somebody whose initials are the letters, family name first."""
    names = (
        first.upper() + rest
        for first, rest in zip(acronym[::-1], ("orbalux", "ustrakon", "elminor"), strict=False)
    )
    return Known([Person(" ".join(names), None)])


def is_no_word_of_interest(word: str) -> bool:
    """Whether it is read as it stands, and as nobody's name."""
    line = Line(word, readings(word)[0])
    return spoken(word).lower() not in line.odd and all(heard.written != word for heard in line.heard)


#: What each word of a list does; and words that are not on it.
EFFECTS: dict[str, tuple[Callable[[str], bool], str]] = {
    "descent": (lambda word: whole(f"Paul {word} Omar", PAUL), "plan y"),
    "joining": (lambda word: whole(f"Paul Ox {word} Omar", PAUL), "plan to"),
    "abbreviated": (lambda word: not scan(f"{word[0]}. {word[1]}.", called_backwards(word[::-1])), "qx"),
    "famous": (lambda word: not scan(f"Victor {word.title()}", VIKTOR), "xander holm"),
    "foreign": (is_no_word_of_interest, "王小明 Соколов כהן 김민준"),
    "public": (lambda word: company(f"{word}.de") is None, "cobalt"),
    "top_levels": (lambda word: whole(f"abc.{word}/x", NOBODY), "xyz docx"),
    "numerals": (lambda word: whole(f"{word} {SEVEN}", NOBODY), "ten plan"),
    "roles": (
        lambda word: is_role(word) and called_by_handle(f"ox-{word}", is_alone=True).particles == {"ox"},
        "anna",
    ),
    "particles": (lambda word: word in called(f"Anna {word} Ox").particles, "holm"),
    "honorifics": (lambda word: called(f"{word} Anna Ox").names == ["anna", "ox"], "holm"),
    "suffixes": (lambda word: called(f"Ox, {word}").names == ["ox"], "holm"),
    "given": (lambda word: is_given(word, word.title()), "wut"),
}  # fmt: skip


@pytest.mark.parametrize("name", EFFECTS)
def test_each_word_of_a_list_has_its_effect(name: str) -> None:
    has_effect, others = EFFECTS[name]
    assert [word for word in sorted(listed(name)) if not has_effect(word)] == []
    assert [word for word in others.split() if has_effect(word)] == []


def test_no_acronym_is_somebody_whose_initials_it_is_backwards() -> None:
    short = [word for word in listed("acronyms") if 2 <= len({*word}) == len(word) <= 3]
    assert [word for word in short if marked(word.upper(), called_backwards(word)) != word.upper()] == []
    assert marked("QXZ", called_backwards("qxz")) == "«QXZ»"
    assert [word for word in listed("acronyms") if Line(word, readings(word)[0]).heard] == []


def test_what_hardly_any_calendar_is_without_is_nobody_before_another_word() -> None:
    common = "ai api ceo cfo cto eu hr id it ok okr pm pr qa sap tv uk us ux vip vpn".split()
    assert [one for one in common if scan(f"{one.upper()} plan", called_backwards(one[::-1]))] == []
    assert [one for one in common if not scan(f"Plan {one.upper()}", called_backwards(one[::-1]))] == []
    assert scan("AD plan", called_backwards("da"))


@pytest.mark.parametrize("unit", "min sec sek std hrs mio".split())
def test_what_is_counted_is_nobody(unit: str) -> None:
    known = Known([Person(f"{unit.title()}ovar Holm", None)])
    assert scan(f"45 {unit}", known) == []
    assert scan(f"45{unit}", known) == []
    assert scan(f"Plan {unit}ova", known)


def test_a_word_is_ordinary_whatever_it_ends_in() -> None:
    endings = "s es n en e er ed d ing ly al".split()
    assert {"plan" + ending for ending in endings} | {"plan"} <= ORDINARY
    assert {"plan", "plans"} <= WORDS
    assert {"planed", "planx"}.isdisjoint(WORDS)
    # Of two letters there are too many that are names.
    assert "to" in WORDS
    assert {"tos", "toed", "toing"}.isdisjoint(ORDINARY)
    assert {"alls", "alling"} <= ORDINARY


def test_each_letter_that_looks_like_another_is_read_as_it() -> None:
    looks = [(sign, letter) for letter, signs in map(str.split, lines("lookalikes")) for sign in signs]
    assert [sign for sign, letter in looks if readings(f"{sign}x")[-1].letters != f"{letter}x"] == []


def test_each_form_of_address_tells_a_family_name_of_one_sign() -> None:
    known = Known([Person("王伟", None)])
    assert [sign for sign in "小老阿" if marked(f"{sign}王", known) != f"«{sign}王»"] == []
    after = "总總先女小老师師经經理工哥姐董博教主院处局씨님군양さ様君氏"
    assert [sign for sign in after if marked(f"王{sign}", known) != f"«王{sign}»"] == []
    assert marked("王国", known) == "王国"
