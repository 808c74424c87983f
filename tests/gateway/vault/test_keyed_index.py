import hmac
from base64 import urlsafe_b64decode

from hypothesis import given
from hypothesis import strategies as st

from gateway.vault.framing import framed
from gateway.vault.index import Index
from gateway.vault.keyed_hash import KeyedHash
from gateway.vault.secret import SecretKey

KEY = bytes(range(32))
INDEX = Index(SecretKey(KEY))

# Lone surrogates included: a provider's id may hold one.
texts = st.text(st.characters(), max_size=8)


def test_an_identifier_is_128_bits_of_hmac_as_text() -> None:
    identifier = INDEX.identifier("booking", "calendar-1", "event-1")
    assert len(identifier) == 22
    full = hmac.digest(KEY, framed(b"booking", b"calendar-1", b"event-1"), "sha256")
    assert urlsafe_b64decode(identifier + "==") == full[:16]


def test_a_digest_is_128_bits_of_hmac() -> None:
    assert INDEX.digest("change", b"body") == hmac.digest(KEY, framed(b"change") + b"body", "sha256")[:16]


@given(st.binary(max_size=64), st.binary(max_size=200), st.binary(max_size=200))
def test_a_keyed_hash_is_hmac(key: bytes, beginning: bytes, end: bytes) -> None:
    expected = hmac.digest(key, beginning + end, "sha256")
    assert KeyedHash(key).digest(beginning + end) == expected
    assert KeyedHash(key).after(beginning).digest(end) == expected


@given(texts, st.lists(texts, max_size=3), texts)
def test_a_prepared_identifier_is_the_same(label: str, beginning: list[str], last: str) -> None:
    label = label.encode(errors="ignore").decode()
    prepared = INDEX.prepared(label, *beginning)
    assert prepared(last) == prepared(last) == INDEX.identifier(label, *beginning, last)


@given(st.lists(texts, min_size=1, max_size=4), st.lists(texts, min_size=1, max_size=4))
def test_different_parts_give_different_identifiers(left: list[str], right: list[str]) -> None:
    assert (INDEX.identifier("label", *left) == INDEX.identifier("label", *right)) is (left == right)


def test_parts_do_not_run_together() -> None:
    assert INDEX.identifier("label", "ab", "c") != INDEX.identifier("label", "a", "bc")
    assert INDEX.identifier("label", "abc") != INDEX.identifier("labela", "bc")


def test_lone_surrogates_are_told_apart() -> None:
    assert len({INDEX.identifier("label", part) for part in ("\ud800", "\udfff", "?", "\ufffd", "")}) == 5


def test_labels_and_keys_keep_apart() -> None:
    other = Index(SecretKey(bytes(32)))
    assert len({INDEX.identifier("a", "x"), INDEX.identifier("b", "x"), other.identifier("a", "x")}) == 3
    assert len({INDEX.digest("a", b"x"), INDEX.digest("b", b"x"), other.digest("a", b"x")}) == 3


def test_a_digest_is_the_same_whenever_it_is_asked_for() -> None:
    index = Index(SecretKey(KEY))
    first = index.digest("change", b"body")
    assert first == index.digest("change", b"body") == INDEX.digest("change", b"body")
    assert index.digest("change", b"other") != first
