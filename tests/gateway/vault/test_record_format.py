from hmac import digest
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import KeyUnavailable, Unreadable
from gateway.vault.columns import SealedColumn
from gateway.vault.framing import framed
from gateway.vault.records import open_record, seal_record
from gateway.vault.secret import SecretKey

KEY = bytes(range(32))
ROW = "4kq0s2Jr7c1"
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
    output = digest(digest(salt, KEY, "sha512"), b"calendar gateway record, version 1\x01", "sha512")
    assert commitment == output[32:]
    place = framed(b"\x00\x01", b"eu", b"tenant-a", b"booking", b"body", key.id)
    row = (7).to_bytes(8, "big") + framed(ROW.encode())
    assert AESGCM(output[:32]).decrypt(bytes(12), ciphertext, place + row) == PLAINTEXT


def test_nothing_is_padded() -> None:
    sealed = column(SecretKey(KEY))
    assert [len(sealed.seal(ROW, 1, bytes(size))) for size in (0, 1, 400)] == [89, 90, 489]


def test_no_two_records_share_a_salt() -> None:
    sealed = column(SecretKey(KEY))
    assert len({sealed.seal(ROW, 1, PLAINTEXT)[9:41] for _ in range(100)}) == 100


def test_every_failure_reads_the_same() -> None:
    key = SecretKey(KEY)
    record = seal_record(key, b"here", PLAINTEXT)
    failures = {
        "empty": b"",
        "too short": record[:88],
        "of another version": b"\x02" + record[1:],
        "of another key": seal_record(SecretKey(bytes(32)), b"here", PLAINTEXT),
        "with another commitment": record[:41] + bytes(32) + record[73:],
        "with another ciphertext": record[:-1] + bytes([record[-1] ^ 1]),
        "from elsewhere": seal_record(key, b"there", PLAINTEXT),
    }
    errors = set()
    for record in failures.values():
        with pytest.raises(Unreadable) as caught:
            open_record(key, b"here", record)
        assert caught.value.__cause__ is None
        errors.add(str(caught.value))
    assert len(errors) == 1


def test_a_dropped_key_neither_seals_nor_opens() -> None:
    key = SecretKey(KEY)
    sealed = column(key)
    record = sealed.seal(ROW, 1, PLAINTEXT)
    key.drop()
    with pytest.raises(KeyUnavailable):
        sealed.seal(ROW, 1, PLAINTEXT)
    with pytest.raises(KeyUnavailable):
        sealed.open(ROW, 1, record)
