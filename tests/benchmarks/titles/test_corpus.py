"""The strings of the benchmark are what they say they are."""

import re
from collections import Counter

import pytest

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.clean import Names
from tests.benchmarks.titles.corpus import EVENTS, FORMS, corpus
from tests.benchmarks.titles.development import DEVELOPMENT
from tests.benchmarks.titles.held_out import BEYOND, HELD_OUT
from tests.benchmarks.titles.identities import Identity, languages, somebody
from tests.benchmarks.titles.occasions import OCCASIONS
from tests.benchmarks.titles.plain import PLAIN
from tests.benchmarks.titles.samples import (
    STRUCTURES,
    Kind,
    Mention,
    Person,
    Piece,
    Sample,
    Sort,
    fill,
    telling,
)
from tests.benchmarks.titles.structures import makes
from tests.benchmarks.titles.surroundings import SURROUNDINGS
from tests.benchmarks.titles.wrappings import WRAPPINGS

_FEW = 500
#: What display names say beside names, and the small words of family names.
_NO_NAMES = {"ext", "finance", "harbour", "works", "de", "la", "der", "von", "van", "den", "ter", "della"}
#: Forms in which a name, or a part that is one as well, may stand as it is.
_AS_IT_IS = {
    "half of a double name",
    "glued to signs",
    "glued to a word",
    "Chinese surname alone",
    "김팀장",
    "closed compounds",
    "scripts glued",
    "honorifics glued",
    "honorifics of elsewhere glued",
}


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(corpus(7, _FEW))


def test_one_seed_has_the_same_strings_each_time_and_another_has_others(samples: list[Sample]) -> None:
    assert list(corpus(7, _FEW)) == samples
    assert {sample.text for sample in corpus(8, 50)} != {sample.text for sample in corpus(7, 50)}


def test_fewer_events_are_the_first_of_more(samples: list[Sample]) -> None:
    few = list(corpus(7, 20))
    assert few == samples[: len(few)]


def test_a_span_is_where_its_core_was_put() -> None:
    mentions = {
        "who": Mention(Piece("Anna", "@", "'s"), Kind.PLAIN, "first"),
        "pin": Mention(Piece("4821", "PIN: "), Kind.PIN, "English"),
    }
    text, spans = fill("Lunch {who} ({pin})", mentions)
    assert text == "Lunch @Anna's (PIN: 4821)"
    assert [(text[start:end], kind) for start, end, kind, *_ in spans] == [
        ("Anna", Kind.PLAIN),
        ("4821", Kind.PIN),
    ]
    assert [text[span.reach] for span in spans] == ["@Anna's", "PIN: 4821"]


def test_spans_stand_in_order_and_each_tells_something(samples: list[Sample]) -> None:
    for text, spans, _, sort in samples:
        ends = [0, *(span.end for span in spans)]
        assert all(end <= span.start < span.end <= len(text) for end, span in zip(ends, spans, strict=False))
        assert all(any(map(telling, text[span.start : span.end])) for span in spans)
        assert (sort is Sort.MENTION) == bool(spans)


def test_a_span_holds_what_its_form_says(samples: list[Sample]) -> None:
    for text, spans, people, _ in samples:
        for start, end, kind, form, _ in spans:
            said = text[start:end]
            if kind is Kind.PLAIN and form in {"full", "first", "last"}:
                assert any(_tells(person, said) for person in people), text
            if kind is Kind.ADDRESS:
                assert re.fullmatch(r"\S+@\S+", said)
            if kind in (Kind.PHONE, Kind.MEETING_ID) and form != "letters":
                assert re.search(r"\d\W*\d", said)


def _tells(person: Person, said: str) -> bool:
    # Upper-case, since display names may be: then a dotless i is an I.
    told = f"{person.name or person.address}".upper()
    return all(word in told for word in said.upper().split())


def test_every_form_of_every_kind_appears(samples: list[Sample]) -> None:
    seen = Counter((span.kind, span.form) for sample in samples for span in sample.spans)
    expected = {(kind, form) for kind, forms in FORMS.items() for form in forms}
    expected |= {(kind, form) for kind, forms in makes().items() for form in forms}
    assert set(seen) == expected
    assert min(seen.values()) >= 5


def test_there_are_enough_of_everything(samples: list[Sample]) -> None:
    structural = sum(span.kind in STRUCTURES for sample in samples for span in sample.spans)
    assert structural * EVENTS / _FEW >= 10_000
    assert len(languages()) >= 9
    assert len(PLAIN) >= 16
    assert len({*DEVELOPMENT, *HELD_OUT}) >= 160
    assert len({*PLAIN, *DEVELOPMENT, *HELD_OUT, *BEYOND}) == sum(
        map(len, (PLAIN, DEVELOPMENT, HELD_OUT, BEYOND))
    )


def test_clean_strings_hold_none_of_the_events_names(samples: list[Sample]) -> None:
    clean = [sample for sample in samples if sample.sort is not Sort.MENTION]
    assert Counter(sample.sort for sample in clean) == dict.fromkeys(
        (Sort.TITLE, Sort.NAMESAKE, Sort.ROOM), _FEW
    )
    for sample in clean:
        assert _words(sample.text).isdisjoint(_names(sample.people)), sample.text


@pytest.mark.parametrize("text", ["Lunch with ANNA", "1:1 as", "aschmidt: agenda", "Anna-Lena Müller"])
def test_a_text_names_somebody_however_they_are_called(text: str) -> None:
    anna = Identity("de", "Anna", "Schmidt", "Anna", "Schmidt", None, Person(None, "aschmidt@example.com"))
    assert Names([anna]).are_in(text)
    assert not Names([anna]).are_in("Annual review in the adapter room")


def test_a_text_without_spaces_names_somebody_as_well() -> None:
    wang = Identity("zh", "小明", "王", "Xiaoming", "Wang", None, Person("王小明", None))
    assert Names([wang]).are_in("与王总面谈")
    assert not Names([wang]).are_in("预算会议")


def test_nothing_beside_a_mention_names_anybody_of_the_event(samples: list[Sample]) -> None:
    for sample in samples:
        assert _words(_outside(sample)).isdisjoint(_names(sample.people)), sample.text


def _outside(sample: Sample) -> str:
    text = sample.text
    for span in reversed(sample.spans):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text


def test_strangers_share_no_name_with_the_people_of_the_event(samples: list[Sample]) -> None:
    strange = [sample for sample in samples if any(span.kind is Kind.UNKNOWN for span in sample.spans)]
    assert len(strange) == _FEW
    for sample in strange:
        assert _words(sample.text).isdisjoint(_names(sample.people)), sample.text


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) > 1}


def _names(people: tuple[Person, ...]) -> set[str]:
    told = (f"{person.name or ''} {(person.address or '').partition('@')[0]}" for person in people)
    return set().union(*map(_words, told)) - _NO_NAMES


def test_every_address_and_link_is_of_a_domain_for_examples(samples: list[Sample]) -> None:
    kept = re.compile(r"(example|example\.(com|org|net|museum)|internal|localhost)\b", re.IGNORECASE)
    told = {address for sample in samples for _, address in sample.people if address}
    assert all(kept.match(address.rpartition(".")[2]) or "example." in address for address in told)
    for text, spans, _, _ in samples:
        for start, end, kind, form, _ in spans:
            if kind in (Kind.ADDRESS, Kind.DOMAIN, Kind.LINK) and "msteams:" not in text[start:end]:
                assert kept.search(text[start:end]), (form, text)


def test_a_disguise_changes_what_is_written() -> None:
    """What the regular expression of a name would find is no disguise; signs around it are no part of it."""
    people = [somebody(Chance("disguise", number)) for number in range(300)]
    for form, write in {**DEVELOPMENT, **HELD_OUT, **BEYOND}.items():
        if form in {*SURROUNDINGS, *WRAPPINGS, *OCCASIONS, *_AS_IT_IS}:
            continue
        pieces = [(one, write(one, Chance(form, at))) for at, one in enumerate(people)]
        written = [(one, piece.core) for one, piece in pieces if piece is not None]
        assert written, form
        assert all(core not in (one.full, one.given, one.family) for one, core in written), form
