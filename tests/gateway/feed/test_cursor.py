from functools import partial

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.booking import TenantId
from gateway.feed.cursor import VERSION, Cursor, Seal, UnknownCursor, read_cursor, write_cursor
from gateway.feed.mark import Mark
from gateway.vault.columns import SealedColumn
from gateway.vault.secret import SecretKey

COLUMN = SealedColumn(SecretKey(bytes(32)), region="eu", tenant="", table="consumers", column="cursor")

POSITIONS = st.integers(0, 2**62)
MARKS = st.dictionaries(
    st.from_regex(r"ten_[A-Za-z0-9_-]{1,22}", fullmatch=True).map(TenantId),
    st.builds(Mark, POSITIONS, POSITIONS, POSITIONS),
    max_size=8,
)
#: The digest of a purpose.
OURS = b"occupancy"
CURSORS = st.builds(Cursor, st.binary(max_size=32), MARKS)
SOME = Cursor(OURS, {TenantId("ten_1"): Mark(3, 5, 0)})


def seal_for(consumer: str) -> Seal:
    return partial(COLUMN.seal, consumer, 0)


def open_for(consumer: str) -> Seal:
    return partial(COLUMN.open, consumer, 0)


@settings(max_examples=50)
@given(CURSORS)
def test_a_cursor_gives_back_what_is_in_it(cursor: Cursor) -> None:
    assert read_cursor(write_cursor(cursor, seal_for("con_1")), open_for("con_1")) == cursor


@settings(max_examples=50)
@given(CURSORS)
def test_a_cursor_goes_into_an_address_as_it_is(cursor: Cursor) -> None:
    text = write_cursor(cursor, seal_for("con_1"))
    assert text.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_hides_its_marks() -> None:
    assert "ten_1" not in write_cursor(SOME, seal_for("con_1"))
    assert write_cursor(SOME, seal_for("con_1")) != write_cursor(SOME, seal_for("con_1"))


def test_another_consumers_cursor_is_unknown() -> None:
    with pytest.raises(UnknownCursor):
        read_cursor(write_cursor(SOME, seal_for("con_1")), open_for("con_2"))


@settings(max_examples=50)
@given(st.data())
def test_an_altered_cursor_is_unknown(data: st.DataObject) -> None:
    text = write_cursor(SOME, seal_for("con_1"))
    # The last character carries padding bits that mean nothing.
    at = data.draw(st.integers(0, len(text) - 2))
    drawn = data.draw(st.sampled_from("AQgw-_ .é"))
    other = "~" if drawn == text[at] else drawn
    with pytest.raises(UnknownCursor):
        read_cursor(text[:at] + other + text[at + 1 :], open_for("con_1"))


@settings(max_examples=50)
@given(st.text(max_size=300))
def test_any_text_is_unknown(text: str) -> None:
    with pytest.raises(UnknownCursor):
        read_cursor(text, open_for("con_1"))


@pytest.mark.parametrize(
    "content",
    [
        msgspec.msgpack.encode([VERSION + 1, OURS, {}]),
        msgspec.msgpack.encode([VERSION]),
        msgspec.msgpack.encode([VERSION, OURS, {"ten_1": [3, 5]}]),
        msgspec.msgpack.encode([VERSION, OURS, {}, "what a later version adds"]),
        b"",
    ],
)
def test_a_cursor_of_another_shape_or_version_is_unknown(content: bytes) -> None:
    text = write_cursor(SOME, lambda _: content)
    with pytest.raises(UnknownCursor):
        read_cursor(text, bytes)
