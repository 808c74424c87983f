"""The part of ``make bench``: the regular expression and ours, without the forms one by one."""

from tests.benchmarks.table import Report
from tests.benchmarks.titles.company import company
from tests.benchmarks.titles.corpus import corpus
from tests.benchmarks.titles.detectors import Alternation, Tripwire
from tests.benchmarks.titles.measuring import measure
from tests.benchmarks.titles.rows import rows

_SEED = 1


async def compare_detectors(report: Report, events: int) -> None:
    """Totals alone; ``python -m tests.benchmarks.titles`` has all of it."""
    samples = list(corpus(_SEED, events))
    results = await measure([Alternation(), Tripwire()], samples)
    paced = await measure([Alternation(), Tripwire()], list(company(_SEED)))
    report.section(f"{len(samples):,} titles and places: {' and '.join(results.scores)}")
    for row in rows(results, paced):
        if not row.is_indented:
            report.add(row.what, " and ".join(row.values))
