"""The held-out disguises, which no detector was written for.

What people do by habit or by accident, and one sign for one letter, may be demanded. What needs a guess is
beyond that: a detector that catches it is likely to hurt clean strings.
"""

from collections.abc import Mapping

from tests.benchmarks.titles.letters import FAR_LETTERS, LETTERS
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.scripts import FAR_SCRIPTS, SCRIPTS
from tests.benchmarks.titles.shapes import FAR_SHAPES, SHAPES

HELD_OUT: Mapping[str, Write] = {**LETTERS, **SHAPES, **SCRIPTS}
BEYOND: Mapping[str, Write] = {**FAR_LETTERS, **FAR_SHAPES, **FAR_SCRIPTS}
