"""``python -m tests.benchmarks.titles [--seed N] [--size N] [--misses] [--unseen]``: detectors compared."""

import argparse
import asyncio
import sys
from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.benchmarks.titles.closed import Closed, vocabulary
from tests.benchmarks.titles.company import company
from tests.benchmarks.titles.corpus import EVENTS, PRESENT, corpus
from tests.benchmarks.titles.detectors import Alternation, Detector, Tripwire, presidio
from tests.benchmarks.titles.measuring import Results, measure
from tests.benchmarks.titles.rows import rows
from tests.benchmarks.titles.scoring import chosen
from tests.benchmarks.titles.unseen.forms import UNSEEN_EDITION
from tests.loopback import stay_on_loopback

MISSES_MAX = 40
HURT_MAX = 20
#: Where the table goes to no terminal.
_WIDTH = 120


def detectors(console: Console) -> list[Detector]:
    """The peer first, then ours, then whoever is here; ours also behind the closed vocabulary."""
    other = presidio()
    if other is None:
        console.print("Presidio is not installed here. For it beside the others: make titles")
    return [Alternation(), Tripwire(), *filter(None, [other]), Closed(Tripwire(), vocabulary())]


def print_table(console: Console, results: Results, paced: Results, title: str) -> None:
    table = Table(title=title, box=box.SIMPLE_HEAD)
    table.add_column("what")
    for name in ("number", *results.scores):
        table.add_column(name, justify="right")
    for row in rows(results, paced):
        number = "" if row.number is None else f"{row.number:,}"
        table.add_row(Text(f"    {row.what}" if row.is_indented else row.what), number, *row.values)
    console.print(table)


def print_misses(console: Console, results: Results) -> None:
    """Of ours. Everybody in them is made up."""
    name = Tripwire.name
    console.print(f"Missed by {name}, at most {MISSES_MAX}:")
    for span, text in chosen(results.scores[name], MISSES_MAX):
        core = _visible(text[span.start : span.end])
        console.print(Text(f"  {span.kind}, {span.form}: {core} in {_visible(text)}"), soft_wrap=True)
    console.print(f"Clean strings hurt by {name}, at most {HURT_MAX}:")
    spoiled = {_visible(sample.text) for sample in results.scores[name].spoiled if not sample.spans}
    for text in sorted(spoiled)[:HURT_MAX]:
        console.print(Text(f"  {text}"), soft_wrap=True)


def _visible(text: Iterable[str]) -> str:
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.titles", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same strings")
    parser.add_argument("--size", type=int, default=EVENTS, help="how many events; a dozen strings each")
    parser.add_argument("--misses", action="store_true", help="list some of what was missed")
    parser.add_argument("--unseen", action="store_true", help="hold out the unseen forms, not the present")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    stay_on_loopback()
    samples = list(corpus(arguments.seed, arguments.size, UNSEEN_EDITION if arguments.unseen else PRESENT))
    results = asyncio.run(measure(detectors(console), samples))
    # Anew: what a detector has remembered of people is no part of this.
    paced = asyncio.run(measure(detectors(console), list(company(arguments.seed))))
    print_table(console, results, paced, f"{len(samples):,} titles and places, seed {arguments.seed}")
    if arguments.misses:
        print_misses(console, results)


if __name__ == "__main__":
    main()
