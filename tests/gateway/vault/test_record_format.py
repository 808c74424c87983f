from contextlib import suppress
from hmac import digest
from itertools import pairwise, product

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import KeyUnavailable, Unreadable
from gateway.vault.columns import SealedColumn
from gateway.vault.framing import framed
from gateway.vault.records import open_record, seal_record
from gateway.vault.secret import SecretKey

KEY = bytes(range(32))
ROW = "4kq0s2Jr7c1"
SALT = bytes(range(32))
PLAINTEXT = b'{"status":"confirmed"}'


def column(key: SecretKey, name: str = "body") -> SealedColumn:
    return SealedColumn(key, region="eu", tenant="tenant-a", table="booking", column=name)


def test_a_record_opens_where_it_was_sealed() -> None:
    sealed = column(SecretKey(KEY))
    assert sealed.open(ROW, 7, sealed.seal(ROW, 7, PLAINTEXT)) == PLAINTEXT


def test_the_layout_is_the_documented_one() -> None:
    key = SecretKey(KEY)
    record = column(key).seal(ROW, 7, PLAINTEXT)
    bounds = (0, 1, 9, 41, 73, len(record))
    version, key_id, salt, commitment, ciphertext = (record[start:end] for start, end in pairwise(bounds))

    assert (version, key_id) == (b"\x01", key.id)
    extracted = digest(bytes(64), KEY, "sha512")
    output = digest(extracted, b"calendar gateway record, version 1" + salt + b"\x01", "sha512")
    assert commitment == output[32:]
    place = framed(b"\x00\x01", b"eu", b"tenant-a", b"booking", b"body", key.id)
    row = (7).to_bytes(8, "big") + framed(ROW.encode())
    assert AESGCM(output[:32]).decrypt(bytes(12), ciphertext, place + row) == PLAINTEXT


def test_nothing_is_padded() -> None:
    sealed = column(SecretKey(KEY))
    assert [len(sealed.seal(ROW, 1, bytes(size))) for size in (0, 1, 400)] == [89, 90, 489]


def test_no_two_records_share_a_salt() -> None:
    sealed = column(SecretKey(KEY))
    records = [sealed.seal(ROW, 1, PLAINTEXT) for _ in range(50)]
    records += sealed.seal_all(1, [(ROW, PLAINTEXT)] * 50)
    assert len({record[9:41] for record in records}) == 100


def test_many_cells_are_sealed_like_one() -> None:
    sealed = column(SecretKey(KEY))
    rows = [f"row-{number}" for number in range(9)]
    records = sealed.seal_all(7, [(row, row.encode()) for row in rows])
    assert [sealed.open(row, 7, record) for row, record in zip(rows, records, strict=True)] == [
        row.encode() for row in rows
    ]


def test_every_failure_reads_the_same() -> None:
    key = SecretKey(KEY)
    record = seal_record(key, SALT, b"here", PLAINTEXT)
    failures = {
        "empty": b"",
        "too short": record[:88],
        "of another version": b"\x02" + record[1:],
        "of another key": seal_record(SecretKey(bytes(32)), SALT, b"here", PLAINTEXT),
        "with another commitment": record[:41] + bytes(32) + record[73:],
        "with another ciphertext": record[:-1] + bytes([record[-1] ^ 1]),
        "from elsewhere": seal_record(key, SALT, b"there", PLAINTEXT),
    }
    errors = set()
    for record in failures.values():
        with pytest.raises(Unreadable) as caught:
            open_record(key, b"here", record)
        assert caught.value.__cause__ is None
        errors.add(str(caught.value))
    assert len(errors) == 1


def test_a_hundred_thousand_records_in_places_of_others_do_not_open() -> None:
    key = SecretKey(KEY)
    names = product(("eu", "us"), (f"tenant-{number}" for number in range(5)), ("a", "b"), ("a", "b"))
    columns = [SealedColumn(key, region=r, tenant=t, table=a, column=c) for r, t, a, c in names]
    places = [*product(columns, ("row-1", "row-2", "row-3", "row-4", "row-5"), range(1, 6))]
    moved = opened = 0
    for at, (column_, row, epoch) in enumerate(places[::9]):
        record = column_.seal(row, epoch, PLAINTEXT)
        for number, (other, other_row, other_epoch) in enumerate(places):
            if number != 9 * at:
                moved += 1
                with suppress(Unreadable):
                    opened += len(other.open(other_row, other_epoch, record))
    assert (moved > 100_000, opened) == (True, 0)


def test_a_dropped_key_neither_seals_nor_opens() -> None:
    key = SecretKey(KEY)
    sealed = column(key)
    record = sealed.seal(ROW, 1, PLAINTEXT)
    key.drop()
    with pytest.raises(KeyUnavailable):
        sealed.seal(ROW, 1, PLAINTEXT)
    with pytest.raises(KeyUnavailable):
        sealed.open(ROW, 1, record)
