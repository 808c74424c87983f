"""What a stream was agreed on without; and what a poll has brought first, where it was too long to read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.signals.signature import TOKEN_BYTES_MAX
from gateway.signals.stream import NEEDED, REQUESTED, TEXT_LENGTH_MAX, Polled, agreed, first_of
from tests.fakes.security_events import CAEP, ISSUER, RISC

LONG = "e" * (TOKEN_BYTES_MAX + 1)
#: What may stand before the tokens; and ids, which have no letter of a token's.
BESIDES = st.dictionaries(
    st.sampled_from(["moreAvailable", "a", "count"]), st.sampled_from([True, None, 12, "", "sets"])
)
TOKENS, IDS = st.text("eyJ0.", min_size=1, max_size=9), st.text('"\\x\u00fc1 ', min_size=1, max_size=5)
SETS = st.dictionaries(IDS, TOKENS, min_size=1, max_size=3)


@given(SETS, BESIDES, st.sampled_from([None, (",", ":")]), st.integers(0, 99))
def test_wherever_it_is_cut_it_is_the_first_or_nothing(
    sets: dict[str, str], besides: dict[str, object], separators: tuple[str, str] | None, more: int
) -> None:
    name, token = next(iter(sets.items()))
    document = json.dumps(besides | {"sets": sets}, separators=separators).encode()
    quoted = f'"{token}"'.encode()
    end = document.index(quoted, document.rindex(b'"sets"')) + len(quoted)
    assert first_of(document[: end + more]) == Polled(sets={name: token}, more_available=True)
    assert first_of(document[: max(end - 1 - more, 0)]) is None


def test_of_one_that_is_too_long_no_more_is_told_than_that_it_is() -> None:
    for told in (LONG, LONG[:-1]):
        found = first_of(b'{"sets":{"set-1":"' + told.encode())
        assert found == (Polled(sets={"set-1": LONG}, more_available=True) if told == LONG else None)


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"[",
        b'{"sets":{}',
        b'{"sets":["',
        b'{"sets":{"1":{"a":"b"}',
        b'{"sets":{"1":"e\\u0079"',
        b'{"sets":{"\\ud800":"ey"',
        b'{"sets":{"":"ey"',
        b'{"sets":{"' + b"x" * (TEXT_LENGTH_MAX + 1) + b'":"ey"',
        b'{"padding":["sets"],"sets":{"1":"ey"',
        b'{"padding":"' + b"x" * 300 + b'","sets":{"1":"ey"',
        b'{"a":1}{"sets":{"1":"ey"',
        '{"sets":{"1":"é"'.encode(),
    ],
)
def test_what_is_not_certain_is_not_told(beginning: bytes) -> None:
    assert first_of(beginning) is None


def missing(**members: object) -> tuple[str, ...]:
    made = agreed(json.dumps({"stream_id": "1", "iss": ISSUER, "aud": "a"} | members).encode(), ISSUER)
    assert made is not None
    return made.missing


PURGED, DISABLED = f"{RISC}account-purged", f"{RISC}account-disabled"


@pytest.mark.parametrize(
    ("delivered", "lacks"),
    [
        ([], ("account-disabled", "account-purged", "session-revoked")),
        ([f"{CAEP}session-revoked"], ("account-disabled", "account-purged")),
        ([f"{RISC}sessions-revoked", PURGED], ("account-disabled",)),
        ([DISABLED, PURGED, f"{CAEP}credential-change"], ("session-revoked",)),
        ([DISABLED, PURGED, f"{CAEP}session-revoked"], ()),
        (REQUESTED, ()),
    ],
)
def test_a_stream_says_what_it_will_not_tell(delivered: list[str], lacks: tuple[str, ...]) -> None:
    assert missing(events_delivered=delivered) == lacks


def test_of_a_stream_that_does_not_say_it_nothing_is_known() -> None:
    assert missing() == missing(events_delivered=None) == ()


def test_all_that_is_needed_is_asked_for() -> None:
    assert frozenset().union(*NEEDED.values()) <= {*REQUESTED}
