"""The rows of the table: what was measured of each detector."""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from tests.benchmarks.titles.measuring import Results
from tests.benchmarks.titles.samples import STRUCTURES, Kind, Sort
from tests.benchmarks.titles.scoring import Key, Score

_KNOWN = (Kind.PLAIN, Kind.DEVELOPMENT, Kind.HELD_OUT, Kind.BEYOND)


class Row(NamedTuple):
    """One figure of every detector, out of so many. What is indented is part of what stands above it."""

    what: str
    number: int | None
    values: tuple[str, ...]
    is_indented: bool = False


def rows(results: Results, at_a_company: Results) -> Iterator[Row]:
    """Recall, then strings hurt, then the pace: each of every detector in turn.

    The pace is that of a company's titles, one for each event, where people meet again.
    """
    scores = list(results.scores.values())
    yield from _recalls(scores)
    yield from _hurts(scores)
    names, paced = tuple(results.scores), at_a_company
    yield Row("a company's titles a second", None, tuple(f"{paced.pace(name):,.0f}" for name in names))
    ratios = tuple(f"{paced.costs.ratio(names[0], name):.2f}" for name in names)
    yield Row(f"pace / {names[0]}", None, ratios)
    yield Row("strings above a second", None, tuple(f"{results.pace(name):,.0f}" for name in names))


def _recalls(scores: list[Score]) -> Iterator[Row]:
    mentions = scores[0].mentions
    for kind in (*_KNOWN, Kind.DISGUISED):
        keys = [key for key in mentions if key[0] is kind]
        yield _recall(f"recall: {kind}", keys, scores)
        yield from (_recall(key[1], [key], scores)._replace(is_indented=True) for key in keys)
    yield _recall("recall: contacts and links", [key for key in mentions if key[0] in STRUCTURES], scores)
    for kind in STRUCTURES:
        keys = [key for key in mentions if key[0] is kind]
        yield _recall(kind, keys, scores)._replace(is_indented=True)
    yield _recall(f"recall: {Kind.UNKNOWN}", [key for key in mentions if key[0] is Kind.UNKNOWN], scores)


def _hurts(scores: list[Score]) -> Iterator[Row]:
    yield _share("to catch, and nothing found", scores, lambda score: score.silent, Sort.MENTION)
    for sort in (Sort.TITLE, Sort.NAMESAKE, Sort.ROOM):
        yield _hurt(f"clean {sort} hurt", scores, sort)
    yield _hurt("hurt beside a mention", scores, Sort.MENTION)


def _recall(what: str, keys: Collection[Key], scores: list[Score]) -> Row:
    number = sum(scores[0].mentions[key] for key in keys)
    caught = (sum(score.caught[key] for key in keys) for score in scores)
    return Row(what, number, tuple(_part(count, number) for count in caught))


def _hurt(what: str, scores: list[Score], sort: Sort) -> Row:
    return _share(what, scores, lambda score: score.hurt[sort], sort)


def _share(what: str, scores: list[Score], count: Callable[[Score], int], sort: Sort) -> Row:
    number = scores[0].strings[sort]
    return Row(what, number, tuple(_part(count(score), number) for score in scores))


def _part(count: int, number: int) -> str:
    """Cut, not rounded: 1.000 is all."""
    return f"{count * 1000 // number / 1000:.3f}" if number else "-"
