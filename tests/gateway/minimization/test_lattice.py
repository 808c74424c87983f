"""The lattice says what the design's table says, and meets can only restrict."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.minimization.lattice import (
    FIELDS,
    WIDEST,
    Disclosure,
    PersonLevel,
    ResourceLevel,
    meet,
)

disclosures = st.builds(Disclosure)

#: field -> owner, and the levels for which there is code.
TABLE = {
    "time": (ResourceLevel, [0, 1, 2]),
    "place": (ResourceLevel, [0, 1, 2]),
    "status": (ResourceLevel, [1]),
    "conference": (ResourceLevel, [0, 1]),
    "booker": (PersonLevel, [0, 1, 2]),
    "people": (PersonLevel, [0, 1, 2]),
    "title": (PersonLevel, [0, 1, 2, 3]),
}


def test_the_table() -> None:
    for field in msgspec.structs.fields(Disclosure):
        owner, levels = TABLE[field.name]
        assert issubclass(field.type, owner)
        assert [level.value for level in field.type] == levels
    assert set(FIELDS) == set(TABLE)


@pytest.mark.parametrize(("field", "level"), [("title", 4), ("place", 3), ("status", 0), ("people", 3)])
def test_what_has_no_code_cannot_be_written_down(field: str, level: int) -> None:
    members = msgspec.to_builtins(WIDEST) | {field: level}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(members, Disclosure)


@given(disclosures, disclosures, disclosures)
def test_meet_is_a_meet(a: Disclosure, b: Disclosure, c: Disclosure) -> None:
    assert meet(a, b) == meet(b, a)
    assert meet(a, meet(b, c)) == meet(meet(a, b), c) == meet(a, b, c)
    assert meet(a, a) == meet(a) == meet(a, WIDEST) == a


@given(disclosures, disclosures)
def test_meet_only_restricts_and_no_more_than_asked(a: Disclosure, b: Disclosure) -> None:
    for field in FIELDS:
        level = getattr(meet(a, b), field)
        assert level in {getattr(a, field), getattr(b, field)}
        assert level <= getattr(a, field)
        assert level <= getattr(b, field)
