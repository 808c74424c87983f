"""A process that is killed anywhere while it reads and withdraws leaves what the next one completes.

Not by what is taken for an effect: by how the disk looks before every statement, every change of a key and at
every await, of reading and withdrawing alike. Together the runs look at more than 2,000 points.
"""

from pathlib import Path

import pytest

from tests.gateway.withdrawal.killed import SCOPES, killed

POINTS_LEAST = {"tenant": 350, "person": 250, "subject": 350}
STEPS = 6


@pytest.mark.parametrize("page", [0, 2])
@pytest.mark.parametrize("scope", SCOPES)
async def test_the_next_process_completes_it(tmp_path: Path, scope: str, page: int) -> None:
    found = await killed(SCOPES[scope](), tmp_path, page=page)
    assert found.points >= POINTS_LEAST[scope]
    # What each step leaves was among it.
    assert set(found.left) >= {*range(STEPS + 1)}
