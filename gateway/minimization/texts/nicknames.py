"""What people are called who are christened otherwise: each line of the list is a name, formal and familiar.

Folded to ASCII. A form may stand in several lines.
"""

from collections import defaultdict
from importlib.resources import files
from typing import Final


def _table(lines: str) -> dict[str, frozenset[str]]:
    table = defaultdict[str, set[str]](set)
    for line in lines.splitlines():
        forms = line.split()
        for form in forms:
            # Two familiar forms of different names have nothing in common: each goes by its own lines.
            table[form] |= {*forms} - {form}
    return {form: frozenset(others) for form, others in table.items()}


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


NICKNAMES: Final = _table(_read("nicknames.txt"))
#: Names that are given, whoever bears them.
GIVEN: Final = NICKNAMES.keys() | {*_read("given.txt").split()}
