"""A capacity, however it is printed. What cannot be read may be one."""

import pytest
from msgspec import Raw

from connectors.capacity import NOT_UNDERSTOOD, capacity


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("null", None),
        ("8", 8),
        ('"8"', 8),
        ("8.0", 8),
        ('" 1 "', 1),
        ('"01"', 1),
        *((odd, NOT_UNDERSTOOD) for odd in ("0", "-1", "true", "1.5", '"one"', '""', "[1]", "{}", "1e400")),
        ('"' + "9" * 5000 + '"', NOT_UNDERSTOOD),
    ],
)
def test_a_capacity(told: str, number: int | None) -> None:
    assert capacity(Raw(told.encode())) == number
