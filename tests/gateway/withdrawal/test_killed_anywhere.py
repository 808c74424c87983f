"""A process that is killed anywhere while it reads and withdraws leaves what the next one completes.

Not by what is taken for an effect: by how the disk looks before every statement, every change of a key and at
every await, of reading and withdrawing alike. Together the runs look at more than 2,000 points.
"""

from pathlib import Path

import pytest

from tests.gateway.withdrawal.killed import SCOPES, killed

STEPS = 6


@pytest.mark.parametrize(
    ("scope", "page", "least"),
    [
        ("tenant", 0, 370),
        ("tenant", 2, 420),
        ("person", 2, 390),
        ("subject", 0, 440),
        ("subject", 2, 440),
        ("credentials", 0, 200),
        ("credentials", 2, 200),
    ],
)
async def test_the_next_process_completes_it(tmp_path: Path, scope: str, page: int, least: int) -> None:
    found = await killed(SCOPES[scope](), tmp_path, page=page)
    assert found.points >= least
    # What each step leaves was among it.
    assert set(found.left) >= {*range(STEPS + 1)}
