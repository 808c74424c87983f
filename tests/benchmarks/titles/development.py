"""The disguises that whoever writes a detector may look at: what was held out once is among them."""

from collections.abc import Mapping

from tests.benchmarks.titles.disguises import COMMON
from tests.benchmarks.titles.letters import LETTERS
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.scripts import SCRIPTS
from tests.benchmarks.titles.shapes import SHAPES

DEVELOPMENT: Mapping[str, Write] = {**COMMON, **LETTERS, **SHAPES, **SCRIPTS}
