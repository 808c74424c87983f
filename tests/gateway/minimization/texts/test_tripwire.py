"""What holds of every text and everybody: the tripwire answers, within bounds, and in time."""

import re
import sys
from collections.abc import Callable
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gateway.minimization.texts import codes, contacts, decoding, digits, holes, mentions, numbers, pieces
from gateway.minimization.texts.known import Known, Memory, Person
from gateway.minimization.texts.names import PARTICLES, TITLES
from gateway.minimization.texts.reading import readings, spoken
from gateway.minimization.texts.tripwire import TEXT_LENGTH_MAX, Hit, Kind, scan

ANNA = Person("Anna Schmidt", "anna.schmidt@cobalt.example")
#: Everything that a str may hold, lone surrogates included.
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)
#: Texts made of what the tripwire looks for.
PARTS = (
    "Anna|schmidt|A|S|.| |@|-|1|123|王|小明|김|Анна|אנה|\u200b|\ud800|\u202e|é|at|dot|com|://|PIN|+41|ﷺ|ア|ー|ゃ|'s|#|_|\n|🎉"
    "|%41|%C3|&#65;|&amp;|=C3=BC|\\u0041|Ã|¼|***|?|\ufffd|QW5uYQ==|\u202e|ɐ|ﾊ|ﾞ|-a"
).split("|")
suspicious = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)
people = st.lists(st.builds(Person, st.none() | anything | suspicious, st.none() | anything), max_size=5)
#: How long it takes is counted in calls, below.
untimed = settings(deadline=None)
letters = st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F)


@untimed
@given(text=anything | suspicious, people=people)
def test_hits_are_in_order_apart_and_within_the_text(text: str, people: list[Person]) -> None:
    hits = scan(text, Known([*people, ANNA]))
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(one.end <= other.start for one, other in pairwise(hits))


@untimed
@given(text=anything | suspicious)
def test_reading_is_idempotent(text: str) -> None:
    assert spoken(spoken(text)) == spoken(text)
    assert all(reading.letters.isascii() for reading in readings(text))


@untimed
@given(text=anything | suspicious)
def test_every_letter_read_is_traced_back_to_where_it_stands(text: str) -> None:
    for reading in readings(text):
        for index in range(len(reading.letters)):
            start, end = reading.span(index, index + 1)
            assert 0 <= start < end <= len(text)
            assert reading.within(start, end)[0] <= index < reading.within(start, end)[1]
            # Two, where a small kana takes the place of what is before it.
            assert sum(spoken(char) != "" for char in text[start:end]) in {1, 2}


@untimed
@example(given="AAA", family="AİJ")
@given(given=st.text(letters, min_size=3, max_size=12), family=st.text(letters, min_size=3, max_size=12))
def test_anybody_is_found_by_their_plain_names(given: str, family: str) -> None:
    assume({spoken(given).lower(), spoken(family).lower()}.isdisjoint(PARTICLES | TITLES))
    known = Known([Person(f"{given} {family}", None)])
    for mention in (f"{given} {family}", given, family, f"{family}, {given}", f"{given}'s", family.lower()):
        text = f"Sync / {mention}"
        assert scan(text, known), ascii(text)


@untimed
@given(people=people, text=suspicious)
def test_what_is_remembered_changes_nothing(people: list[Person], text: str) -> None:
    memory = Memory()
    first = scan(text, Known(people, memory))
    assert scan(text, Known(people, memory)) == first == scan(text, Known(people))


def test_a_text_that_is_no_title_is_one_hit() -> None:
    text = "a" * 1_000_000
    assert scan(text, Known([])) == [Hit(Kind.PERSON, 0, len(text))]
    assert scan("a" * TEXT_LENGTH_MAX, Known([])) == []


def test_thousands_may_be_known_and_one_letter_be_a_name() -> None:
    known = Known([Person(f"{'abcdefghij'[index % 10]} Name{index:05}x", None) for index in range(10_000)])
    assert scan("Budget review", known) == []


def test_nothing_that_knows_people_shows_them() -> None:
    memory = Memory()
    shown = f"{ANNA!r} {Known([ANNA], memory)!r} {memory!r} {memory.forms(ANNA)!r}"
    assert "nna" not in shown
    assert "cobalt" not in shown


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, Python's own and those in C."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a ",
        "a.",
        "a@a.",
        "1 ",
        "12 ",
        "AnnaSchmidt",
        "anna ",
        "王小明",
        "김민준",
        "ア",
        "a at a dot ",
        "é",
        "\u200b",
        "A. S. ",
        "a[.]",
        "one ",
        "\\\\a",
        "@anna ",
        "anna7 ",
        "1,,",
        "1-",
        "%41",
        "&#65;",
        "=41",
        "a*",
        "?a",
        "A-a ",
        "Ã¼",
        "QUJD",
        "ɐa",
        "\u202ea",
    ],
)
def test_work_grows_as_the_text_does(unit: str) -> None:
    sizes = (TEXT_LENGTH_MAX // 4, TEXT_LENGTH_MAX)
    known = Known([ANNA, Person("王小明", "anna7@cobalt.example")])
    texts = [(unit * size)[:size] for size in sizes]
    scan(texts[1], known)  # what is remembered is remembered for both
    small, large = (calls(lambda text=text: scan(text, known)) for text in texts)  # type: ignore[misc]
    assert large <= 6 * small + 100


def test_work_grows_as_the_people_do() -> None:
    crowds = [
        Known([Person(f"Vorn{index} Quell{index}", None) for index in range(size)]) for size in (100, 400)
    ]
    small, large = (calls(lambda known=known: scan("Zelkova 1:1 with Vorn", known)) for known in crowds)  # type: ignore[misc]
    assert large <= 6 * small + 100


def test_every_repetition_in_a_pattern_is_bounded_or_never_given_back() -> None:
    patterns = [
        value
        for module in (codes, contacts, decoding, digits, holes, mentions, numbers, pieces)
        for value in vars(module).values()
        if isinstance(value, re.Pattern)
    ]
    assert len(patterns) > 20
    for pattern in patterns:
        plain = re.sub(r"\[[^\]]*\]", "x", re.sub(r"\\.", "x", pattern.pattern))
        assert not re.search(r"[*+]", plain.replace("++", "")), pattern.pattern
