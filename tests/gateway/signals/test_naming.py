"""An account that is a GUID is the same in any case; every other is what its issuer has made it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.signals.naming import link_finders, subject_finders
from gateway.signals.signal import Name, NameKind
from gateway.subject import directory_id

GUID = "0fd4f6f4-23a0-4c5f-9b4b-4b6a1b6bd3c1"


def identify(label: str, *parts: str) -> str:
    return ":".join((label, *parts))


def found_by(value: str) -> list[str]:
    return [*subject_finders([Name(NameKind.ACCOUNT, value)], identify)]


@given(st.uuids(), st.lists(st.booleans(), min_size=36, max_size=36))
def test_a_guid_is_found_however_it_is_written(guid: UUID, upper: list[bool]) -> None:
    written = "".join(
        one.upper() if is_upper else one for one, is_upper in zip(str(guid), upper, strict=True)
    )
    assert directory_id(written) == str(guid)
    by_written, by_told = found_by(written), found_by(str(guid))
    # As it is enrolled now; and as it was once, if that was written in one case.
    assert by_written[0] == by_told[0] == f"subject.directory:{guid}"
    assert f"subject.directory:{str(guid).upper()}" in {*by_written} & {*by_told}
    assert f"subject.directory:{written}" in by_written
    names = [Name(NameKind.ACCOUNT, written)]
    assert link_finders(names, identify) == {f"subject.directory:{guid}"}


@pytest.mark.parametrize(
    "value",
    ["00uABC", "118033", GUID[:-1], f"{GUID}0", f"{{{GUID}}}", GUID.replace("-", ""), f" {GUID.upper()}"],
)
def test_other_ids_are_taken_as_they_are(value: str) -> None:
    for written in (value, value.upper()):
        assert directory_id(written) == written
        assert found_by(written) == [f"subject.directory:{written}"]


def test_an_address_is_no_id() -> None:
    assert [*subject_finders([Name(NameKind.ADDRESS, GUID.upper())], identify)] == [
        f"subject.address:{GUID.upper()}"
    ]
