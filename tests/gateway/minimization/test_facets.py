"""Facets: who sees a booking narrowed sees it change exactly when one of the facets shown changes."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.booking import canonical
from gateway.minimization.facets import facets, facets_of
from gateway.minimization.lattice import FIELDS, WIDEST, Disclosure, disclosure_of, levels_of
from gateway.minimization.narrowing import lowered
from gateway.purpose import ALL_FACETS, COMMON, FACETS, LEVELS, Minimized
from tests.properties.purpose_twins import MADE, Look, Tale, booking, disclosures, looks

made = st.sampled_from(MADE)


@given(disclosures, made, looks, looks)
@settings(max_examples=400)
def test_what_is_shown_changes_with_its_facets_and_with_no_others(
    disclosure: Disclosure, made: Disclosure, one: Look, other: Look
) -> None:
    tale = Tale(WIDEST, made, ())
    before, after = (booking(tale, "one", look, look) for look in (one, other))
    stored = [(Minimized(levels_of(made), canonical(told)), told.booker) for told in (before, after)]
    pairs = zip(*itertools.starmap(facets, stored), strict=True)
    shown = [pair for number, pair in enumerate(pairs) if facets_of(disclosure) >> number & 1]
    is_same = lowered(before, disclosure, made) == lowered(after, disclosure, made)
    assert is_same == all(was == now for was, now in shown)


@given(disclosures)
def test_levels_are_read_as_they_were_written(disclosure: Disclosure) -> None:
    assert disclosure_of(levels_of(disclosure)) == disclosure


def test_every_level_above_the_lowest_is_a_facet() -> None:
    fields = ["time", "conference", "booker", "people", "title"]
    lowest = {field: 1 if field == "time" else 0 for field in fields}
    highest = {field: int(getattr(WIDEST, field)) for field in fields}
    every = [(field, level) for field in fields for level in range(lowest[field] + 1, highest[field] + 1)]
    assert list(FACETS) == every
    assert facets_of(WIDEST) == ALL_FACETS
    assert len(FIELDS) == LEVELS
    assert COMMON == 1
