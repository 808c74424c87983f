"""The unseen forms are what they say they are. No detector is asked."""

import re

import pytest

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.corpus import FORMS, corpus
from tests.benchmarks.titles.identities import languages
from tests.benchmarks.titles.samples import Kind, Person, Sample, telling
from tests.benchmarks.titles.sections import headings
from tests.benchmarks.titles.unseen.__main__ import by_form, lines
from tests.benchmarks.titles.unseen.forms import BY_TITLES, UNSEEN, UNSEEN_EDITION, title
from tests.benchmarks.titles.unseen.people import anybody, at_home

_FEW = 600
_NO_NAMES = {"ext", "finance", "harbour", "works", "de", "la", "der", "von", "van", "den", "ter", "della"}


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(corpus(7, _FEW, UNSEEN_EDITION))


def test_one_seed_has_the_same_strings_each_time(samples: list[Sample]) -> None:
    few = list(corpus(7, 30, UNSEEN_EDITION))
    assert few == samples[: len(few)]
    assert few != list(corpus(8, 30, UNSEEN_EDITION))


def test_every_form_appears_and_each_tells_something(samples: list[Sample]) -> None:
    found = by_form(samples)
    assert set(found) == set(UNSEEN)
    assert min(map(len, found.values())) >= 5
    for pieces in found.values():
        for (text, *_), span in pieces:
            assert sum(map(telling, text[span.start : span.end])) >= 2, text


def test_there_are_enough_in_enough_languages() -> None:
    known = {language.code for language in languages()}
    assert len(UNSEEN) >= 60
    assert len(known | {heading.split()[0].strip(",") for heading in headings("unseen/names")}) >= 30


def test_none_is_among_the_forms_of_the_corpus() -> None:
    assert set(UNSEEN).isdisjoint(form for forms in FORMS.values() for form in forms)
    assert {**UNSEEN_EDITION.forms, Kind.HELD_OUT: FORMS[Kind.HELD_OUT]} == FORMS


def test_each_title_has_room_for_one() -> None:
    for form in UNSEEN:
        for number in range(30):
            drawn = title(form, Chance(form, number))
            assert drawn.count("{who}") == 1, drawn
            assert "{" not in drawn.replace("{who}", ""), drawn


def test_no_title_is_left_over() -> None:
    assert set(headings("unseen/titles")) == set(BY_TITLES)


def test_nothing_beside_a_mention_names_anybody_of_the_event(samples: list[Sample]) -> None:
    for text, spans, people, _ in samples:
        rest = text
        for span in reversed(spans):
            rest = f"{rest[: span.start]} {rest[span.end :]}"
        assert _words(rest).isdisjoint(_names(people)), text


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) > 1}


def _names(people: tuple[Person, ...]) -> set[str]:
    told = (f"{person.name or ''} {(person.address or '').partition('@')[0]}" for person in people)
    return {word for text in told for word in _words(text)} - _NO_NAMES


def test_who_is_told_in_latin_letters_has_names_at_home() -> None:
    drawn = [anybody(Chance("at home", number)) for number in range(2_000)]
    abroad = [one for one in drawn if one.is_abroad]
    assert {one.language for one in abroad} > {"he", "ka", "uk", "hi", "ko"}
    assert all(not name.isascii() for one in abroad for name in at_home(one))


def test_samples_are_printed_by_form(samples: list[Sample]) -> None:
    printed = list(lines(by_form(samples), each=1))
    assert len(printed) == 2 * len(UNSEEN)
    assert all("⟦" in line for line in printed[1::2])
