"""What is caught, what is missed, and what is hurt."""

from collections.abc import Sequence

from gateway.minimization.vocabulary import Vocabulary
from tests.benchmarks.titles.closed import Closed
from tests.benchmarks.titles.corpus import corpus
from tests.benchmarks.titles.detectors import Alternation, Place
from tests.benchmarks.titles.measuring import measure
from tests.benchmarks.titles.rows import rows
from tests.benchmarks.titles.samples import Kind, Mention, Person, Piece, Sample, Sort, Span, fill
from tests.benchmarks.titles.scoring import Score, chosen

_ANNA = (Person("Anna Schmidt", "a.schmidt@example.com"),)
_WILL = (Person("Will Marsh", "will.marsh@example.com"),)


class Oracle:
    """Knows the answers."""

    name = "oracle"

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._spans = {(sample.text, sample.people): sample.spans for sample in samples}

    def spans(self, text: str, people: Sequence[Person]) -> list[Place]:
        return [(span.start, span.end) for span in self._spans[text, tuple(people)]]


class Blind:
    name = "blind"

    def spans(self, _text: str, _people: Sequence[Person]) -> list[Place]:
        return []


class Zealot:
    """Finds everything everywhere."""

    name = "zealot"

    def spans(self, text: str, _people: Sequence[Person]) -> list[Place]:
        return [(0, len(text))]


def _score(text: str, span: tuple[int, int] | None, *places: Place) -> Score:
    spans = () if span is None else (Span(*span, Kind.PLAIN, "full", slice(*span)),)
    score = Score()
    score.take(Sample(text, spans, _ANNA, Sort.MENTION if span else Sort.TITLE), places)
    return score


def test_a_mention_counts_where_every_letter_is_covered() -> None:
    key = (Kind.PLAIN, "full")
    assert _score("1:1 Anna Schmidt", (4, 16), (4, 8), (9, 16)).caught[key] == 1
    assert _score("1:1 Anna Schmidt", (4, 16), (4, 15)).caught[key] == 0
    assert _score("1:1 Anna Schmidt", (4, 16), (9, 16)).misses[0].text == "1:1 Anna Schmidt"


def test_signs_that_stand_for_letters_have_to_be_covered_as_well() -> None:
    assert _score("1:1 🅰🅽🅽🅰", (4, 8), (5, 8)).caught.total() == 0
    assert _score("1:1 A·B", (4, 7), (4, 5), (6, 7)).caught.total() == 1


def test_a_string_is_hurt_where_something_beside_its_mentions_is_found() -> None:
    assert _score("Budget review", None, (0, 6)).hurt[Sort.TITLE] == 1
    assert _score("Budget: review", None, (6, 7)).hurt.total() == 0
    assert _score("1:1 Anna", (4, 8), (4, 8)).hurt.total() == 0
    assert _score("1:1 Anna", (4, 8), (0, 8)).hurt[Sort.MENTION] == 1


def test_what_belongs_to_a_mention_may_be_found_with_it() -> None:
    text, spans = fill("1:1 {who}", {"who": Mention(Piece("Anna", "Dr "), Kind.PLAIN, "Dr X")})
    for start, hurt in ((7, 0), (4, 0), (0, 1)):
        score = Score()
        score.take(Sample(text, spans, _ANNA, Sort.MENTION), [(start, len(text))])
        assert (score.caught.total(), score.hurt.total()) == (1, hurt)


def test_a_string_with_a_mention_in_which_nothing_is_found_is_silent() -> None:
    assert _score("1:1 Anna", (4, 8)).silent == 1
    assert _score("1:1 Anna", (4, 8), (4, 5)).silent == 0
    assert _score("Budget review", None).silent == 0


def test_the_misses_told_are_of_all_forms_before_two_are_of_one() -> None:
    score = Score()
    for form, number in (("typo", 3), ("glued", 1)):
        for _ in range(number):
            score.take(Sample("Anna", (Span(0, 4, Kind.PLAIN, form, slice(0, 4)),), _ANNA, Sort.MENTION), ())
    assert [miss.span.form for miss in chosen(score, 3)] == ["typo", "glued", "typo"]
    assert len(chosen(score, 40)) == 4


def test_the_peer_looks_for_the_people_of_the_event_at_hand() -> None:
    peer = Alternation()
    assert peer.spans("Anna and Will", _ANNA) == [(0, 4)]
    assert peer.spans("Anna and Will", _WILL) == [(9, 13)]


def test_a_closed_vocabulary_leaves_its_own_words_but_names() -> None:
    closed = Closed(Alternation(), Vocabulary([("will",), ("review",), ("预算",), ("会议",)]))
    assert closed.spans("Will review Zoe", _ANNA) == [(12, 15)]
    assert closed.spans("Will review", _WILL) == [(0, 4)]
    assert closed.spans("预算会议 review", _ANNA) == []
    assert closed.spans("王伟会议", _ANNA) == [(0, 1), (1, 2)]


async def test_the_table_tells_detectors_apart() -> None:
    samples = list(corpus(3, 30))
    results = await measure([Oracle(samples), Blind(), Zealot()], samples)
    told = {row.what: row.values for row in rows(results, results)}
    recalls = [row for row in rows(results, results) if row.what.startswith("recall") or row.is_indented]
    assert len(recalls) > 80
    assert all(row.values == ("1.000", "0.000", "1.000") for row in recalls if row.number)
    assert told["clean titles hurt"] == told["clean rooms hurt"] == ("0.000", "0.000", "1.000")
    assert told["hurt beside a mention"][:2] == ("0.000", "0.000")
    oracle, blind, zealot = map(float, told["to catch, and nothing found"])
    assert oracle == zealot == 0 < blind
