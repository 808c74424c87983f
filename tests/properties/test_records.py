"""A record opens in its own place, unaltered, and nowhere else."""

from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateway.errors import Unreadable
from gateway.vault.columns import SealedColumn
from gateway.vault.secret import SecretKey

KEYS = (bytes(range(32)), bytes(range(1, 33)))


class Place(NamedTuple):
    """All that a record is bound to."""

    key: bytes
    region: str
    tenant: str
    table: str
    column: str
    row: str
    epoch: int


def sealed(place: Place, plaintext: bytes) -> bytes:
    return column(place).seal(place.row, place.epoch, plaintext)


def opened(place: Place, record: bytes) -> bytes:
    return column(place).open(place.row, place.epoch, record)


def column(place: Place) -> SealedColumn:
    return SealedColumn(
        SecretKey(place.key), region=place.region, tenant=place.tenant, table=place.table, column=place.column
    )


# Few letters and short names: so that parts of two places often join to the same text.
names = st.text("ab", max_size=3)
places = st.builds(Place, st.sampled_from(KEYS), names, names, names, names, names, st.integers(0, 3))
plaintexts = st.binary(max_size=64)


@given(places, plaintexts)
def test_a_record_opens_in_its_own_place(place: Place, plaintext: bytes) -> None:
    assert opened(place, sealed(place, plaintext)) == plaintext


@given(places, places, plaintexts)
@settings(max_examples=500)
def test_a_record_does_not_open_in_another_place(place: Place, other: Place, plaintext: bytes) -> None:
    assume(place != other)
    with pytest.raises(Unreadable):
        opened(other, sealed(place, plaintext))


@given(places, st.sampled_from(Place._fields), plaintexts, st.data())
@settings(max_examples=300)
def test_a_record_moved_by_one_member_of_its_place_does_not_open(
    place: Place, member: str, plaintext: bytes, data: st.DataObject
) -> None:
    other = place._replace(**{member: getattr(data.draw(places), member)})
    assume(place != other)
    with pytest.raises(Unreadable):
        opened(other, sealed(place, plaintext))


@given(places, plaintexts, st.data())
@settings(max_examples=500)
def test_an_altered_record_does_not_open(place: Place, plaintext: bytes, data: st.DataObject) -> None:
    record = bytearray(sealed(place, plaintext))
    record[data.draw(st.integers(0, len(record) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        opened(place, bytes(record))


@given(places, plaintexts, st.data())
def test_a_truncated_record_does_not_open(place: Place, plaintext: bytes, data: st.DataObject) -> None:
    record = sealed(place, plaintext)
    with pytest.raises(Unreadable):
        opened(place, record[: data.draw(st.integers(0, len(record) - 1))])


@given(places, plaintexts, st.binary(min_size=1, max_size=32))
def test_an_extended_record_does_not_open(place: Place, plaintext: bytes, more: bytes) -> None:
    with pytest.raises(Unreadable):
        opened(place, sealed(place, plaintext) + more)
    with pytest.raises(Unreadable):
        opened(place, more + sealed(place, plaintext))


@given(places, plaintexts, plaintexts, st.sampled_from(["commitment", "ciphertext"]))
def test_two_records_of_one_place_cannot_be_joined(
    place: Place, plaintext: bytes, other: bytes, part: str
) -> None:
    seam = {"commitment": 41, "ciphertext": 73}[part]
    with pytest.raises(Unreadable):
        opened(place, sealed(place, plaintext)[:seam] + sealed(place, other)[seam:])


@given(places, st.binary(max_size=256))
def test_noise_does_not_open(place: Place, noise: bytes) -> None:
    with pytest.raises(Unreadable):
        opened(place, noise)
    with pytest.raises(Unreadable):
        opened(place, b"\x01" + SecretKey(place.key).id + noise)
