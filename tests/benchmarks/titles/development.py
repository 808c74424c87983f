"""The disguises that whoever writes a detector may look at: what was held out once is among them."""

from collections.abc import Mapping

from tests.benchmarks.titles.accidents import ACCIDENTS
from tests.benchmarks.titles.copies import COPIES
from tests.benchmarks.titles.desks import DESKS
from tests.benchmarks.titles.disguises import COMMON
from tests.benchmarks.titles.eastern import EASTERN
from tests.benchmarks.titles.endings import ENDINGS
from tests.benchmarks.titles.grammar import GRAMMAR
from tests.benchmarks.titles.habits import HABITS
from tests.benchmarks.titles.hands import HANDS
from tests.benchmarks.titles.hosts import HOSTS
from tests.benchmarks.titles.letters import LETTERS
from tests.benchmarks.titles.occasions import OCCASIONS
from tests.benchmarks.titles.parts import PARTS
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.readings import READINGS
from tests.benchmarks.titles.scripts import SCRIPTS
from tests.benchmarks.titles.shapes import SHAPES
from tests.benchmarks.titles.shortenings import SHORTENINGS
from tests.benchmarks.titles.signs import SIGNS
from tests.benchmarks.titles.slips import SLIPS
from tests.benchmarks.titles.spellings import SPELLINGS
from tests.benchmarks.titles.surroundings import SURROUNDINGS
from tests.benchmarks.titles.tongues import TONGUES
from tests.benchmarks.titles.variants import VARIANTS
from tests.benchmarks.titles.wrappings import WRAPPINGS

DEVELOPMENT: Mapping[str, Write] = {
    **COMMON, **LETTERS, **SHAPES, **SCRIPTS,
    **SURROUNDINGS, **SHORTENINGS, **HABITS, **GRAMMAR, **SPELLINGS, **EASTERN, **SLIPS,
    **WRAPPINGS, **PARTS, **VARIANTS, **ENDINGS, **READINGS, **ACCIDENTS,
    **HOSTS, **COPIES, **HANDS, **SIGNS, **OCCASIONS, **TONGUES, **DESKS,
}  # fmt: skip
