"""The held-out forms, which no detector was written for: none, once a detector was made by their misses.

What people do by habit or by accident, and one sign for one letter, may be demanded. What needs a guess is
beyond that: a detector that catches it is likely to hurt clean strings.
"""

from collections.abc import Mapping

from tests.benchmarks.titles.eastern import FAR_EASTERN
from tests.benchmarks.titles.guesses import GUESSES
from tests.benchmarks.titles.habits import FAR_HABITS
from tests.benchmarks.titles.hands import FAR_HANDS
from tests.benchmarks.titles.letters import FAR_LETTERS
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.scripts import FAR_SCRIPTS
from tests.benchmarks.titles.shapes import FAR_SHAPES
from tests.benchmarks.titles.shortenings import FAR_SHORTENINGS
from tests.benchmarks.titles.signs import FAR_SIGNS
from tests.benchmarks.titles.slips import FAR_SLIPS
from tests.benchmarks.titles.spellings import FAR_SPELLINGS

HELD_OUT: Mapping[str, Write] = {}
BEYOND: Mapping[str, Write] = {
    **FAR_LETTERS, **FAR_SHAPES, **FAR_SCRIPTS, **FAR_SHORTENINGS, **FAR_HABITS, **FAR_SPELLINGS,
    **FAR_EASTERN, **FAR_SLIPS, **GUESSES, **FAR_HANDS, **FAR_SIGNS,
}  # fmt: skip
