"""Days of faults, deaths and withdrawals: in the end all told is true, and nothing personal is left."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.system.soak import play

LENGTH = timedelta(days=2)


@pytest.mark.parametrize("seed", [1, 7, 8])
def test_days_of_faults_end_in_the_truth(seed: int, tmp_path: Path) -> None:
    happened = play(seed, LENGTH, tmp_path)
    assert all(happened[kind] for kind in ("crash", "suspension", "withdrawal", "sign-in"))
