import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.decoding import DEPTH_MAX, decode, fitting
from connectors.errors import Malformed
from connectors.google import wire as google
from connectors.microsoft import wire as microsoft
from connectors.port import Projection
from tests.connectors.hostile_json import values


class Person(msgspec.Struct):
    name: str


ANYTHING = msgspec.json.Decoder(object)
PERSON = msgspec.json.Decoder(Person)


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (rb'{"name": "Ada", "other": "\ud800"}', "Ada"),
        (rb'{"name": "A\udc00da"}', "A\ufffdda"),
        (rb'{"name": "\ud83d\ude00", "other": "\udfff\ud83d\ude00"}', "\U0001f600"),
        (rb'{"name": "\\ud800", "other": "\ud800"}', r"\ud800"),
        (rb'{"name": "\\\ud800"}', "\\\ufffd"),
        (b'{"name": "A\xffda"}', "A\ufffdda"),
        (b'\xef\xbb\xbf{"name": "Ada"}', "Ada"),
        (b'{"name": "Ada", "other": NaN}', "Ada"),
        (b'{"name": "Ada", "other": NaN, "more": 1e999999, "most": [-1e999]}', "Ada"),
        (b'{"name": "Ada", "other": Infinity, "more": ' + b"7" * 10_000 + b"}", "Ada"),
        (b'{"name": "A\tda"}', "A\tda"),
        (b'{"name": "Ada", "other": ' + b"[" * 5000 + b"]" * 5000 + b"}", "Ada"),
        (b'{"other": ' + b'{"a":' * 5000 + b'"]}"' + b"}" * 5000 + b', "name": "Ada"}', "Ada"),
    ],
)
def test_a_document_is_read_in_spite_of_one_odd_place(document: bytes, name: str) -> None:
    assert decode(document, PERSON).name == name


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff\xfe",
        b"<html>busy</html>",
        b'{"name": "Ada"',
        b'{"name": "Ada"} {"name": "Bob"}',
        b'{"name": "Ada", "other": ' + b"[" * 5000,
        b'{"name": "\\' * 50,
        b'{"name": "Ada", "other": ' + b"[" * 5000 + b"}" * 5000,
    ],
)
def test_what_is_not_json_is_malformed(document: bytes) -> None:
    with pytest.raises(Malformed, match="bad_json"):
        decode(document, PERSON)


@pytest.mark.parametrize("number", [b"1e999999", b"-1e999", b"7" * 10_000, b"-" + b"7" * 9_000, b"NaN"])
def test_a_number_that_is_none_becomes_null(number: bytes) -> None:
    assert decode(b'{"name": "Ada", "rows": [1, ' + number + b", 0.5]}", ANYTHING) == {
        "name": "Ada",
        "rows": [1, None, 0.5],
    }


@pytest.mark.parametrize("member", [b"sensitivity", b"visibility", b"attendees", b"neverHeardOf"])
@pytest.mark.parametrize("number", [b"1e999999", b"7" * 10_000, b"NaN"])
def test_a_number_that_is_none_does_not_cost_a_page(member: bytes, number: bytes) -> None:
    asked = Projection(people=True)
    odd = b'{"id": "odd", "' + member + b'": ' + number + b"}"
    for wire, rows in ((microsoft, b"value"), (google, b"items")):
        page, _ = wire.page(b'{"' + rows + b'": [' + odd + b', {"id": "sane", "note": "A\tda"}]}', asked)
        assert [item.id for item in page.unclear] == ["odd", "sane"]


def test_only_numbers_without_an_end_are_taken_out() -> None:
    text = rb'{"1e999": "7, 1e999", "a\"": "\" 1e999", "b": [-1e999, 1E+9999, 2e3, -7], "c": 1e999}'
    rows = [None, None, 2e3, -7]
    assert decode(text, ANYTHING) == {"1e999": "7, 1e999", 'a"': '" 1e999', "b": rows, "c": None}
    assert decode(text[:-1] + rb', "d": NaN}', msgspec.json.Decoder(dict[str, object]))["b"] == rows
    with pytest.raises(Malformed, match="bad_json"):
        decode(text[:-1], ANYTHING)


def test_json_of_another_shape_is_told_apart_from_no_json() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(b'{"name": 5}', PERSON)
    with pytest.raises(msgspec.ValidationError):
        decode(rb'{"name": 5, "other": "\ud800"}', PERSON)
    assert fitting(msgspec.Raw(b'{"name": 5}'), PERSON) is None
    assert fitting(msgspec.Raw(b"nonsense"), PERSON) is None


def test_nesting_is_cut_below_the_depth_that_is_allowed() -> None:
    allowed = b"[" * DEPTH_MAX + b"]" * DEPTH_MAX
    deep = b"[" * 3000 + b"]" * 3000
    kept, cut = decode(b"[" + b"[1]," + deep + b"]", msgspec.json.Decoder(list[object]))
    assert kept == [1]
    assert json.dumps(cut).count("[") == DEPTH_MAX - 1
    assert decode(allowed, ANYTHING) == json.loads(allowed)


@settings(max_examples=80, deadline=None)
@given(values)
def test_sane_json_is_read_as_it_is(document: object) -> None:
    text = json.dumps(document)
    if "NaN" not in text and "Infinity" not in text and "\\ud" not in text:
        assert decode(text.encode(), ANYTHING) == json.loads(text)


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ud8e0an1', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(document: bytes) -> None:
    try:
        decode(document, ANYTHING)
    except Malformed as refusal:
        assert refusal.__context__ is None  # noqa: PT017  the raise may or may not come
