from datetime import UTC, datetime

import pytest

from connectors.zones import _IANA_BY_WINDOWS, windows_name, zone

SUMMER = datetime(2027, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(_IANA_BY_WINDOWS))
def test_every_windows_name_is_a_zone(name: str) -> None:
    assert zone(name) is not None


def test_windows_and_iana_names_agree() -> None:
    for windows, iana in (("W. Europe Standard Time", "Europe/Berlin"), ("UTC", "UTC")):
        assert SUMMER.astimezone(zone(windows)).utcoffset() == SUMMER.astimezone(zone(iana)).utcoffset()
    assert windows_name("Europe/Berlin") == "W. Europe Standard Time"
    assert windows_name("Europe/Zurich") == "Europe/Zurich"


@pytest.mark.parametrize(
    "name", ["", "Moon", "../../etc/passwd", "tzone://Microsoft/Custom", "x" * 1000, "a\0b"]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone(name) is None
