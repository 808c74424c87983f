"""A tainted text can be carried, and nothing else can be done with it by accident."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import structlog
from structlog.testing import capture_logs

from connectors.raw import Attendee, Response, Tainted

TEXT = "Termination talk with Anna"

ACCIDENTS: dict[str, Callable[[Any], object]] = {
    "str": str,
    "f-string": lambda text: f"{text}",
    "padded": lambda text: f"{text:>60}",
    "format": "{}".format,
    "percent": lambda text: "%s" % text,  # noqa: UP031  one more way that it could get out
    "bytes": bytes,
    "join": ", ".join,
    "glued before": lambda text: "about " + text,
    "glued behind": lambda text: text + " today",
    "repeated": lambda text: text * 2,
    "equal": lambda text: text == TEXT,
    "equal to itself": lambda text: text == text,  # noqa: PLR0124  what is asked is whether it can be
    "unequal": lambda text: text != TEXT,
    "among": [TEXT].count,
    "ordered": lambda text: sorted([text, text]),
    "measured": len,
    "empty": bool,
    "letter by letter": list,
    "the first letter": lambda text: text[0],
    "searched": lambda text: "Anna" in text,
    "hashed": hash,
    "a key": lambda text: {text: 1},
    "of a record": lambda text: hash(Attendee(Response.ACCEPTED, text)),
    "records compared": lambda text: Attendee(Response.ACCEPTED, text) == Attendee(Response.ACCEPTED, TEXT),  # type: ignore[arg-type]
    "pickled": pickle.dumps,
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "JSON": json.dumps,
    "JSON of a record": lambda text: msgspec.json.encode(Attendee(Response.ACCEPTED, text)),
    "as builtins": msgspec.to_builtins,
}


@pytest.mark.parametrize("accident", ACCIDENTS.values(), ids=ACCIDENTS.keys())
def test_nothing_comes_out_by_accident(accident: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError) as raised:
        accident(Tainted(TEXT))
    assert "Anna" not in str(raised.value)


def test_it_shows_that_it_is_there() -> None:
    assert repr(Tainted(TEXT)) == "<Tainted>"
    assert repr([Tainted(TEXT)]) == "[<Tainted>]"
    assert not hasattr(Tainted(TEXT), "__dict__")


def test_a_log_shows_that_it_is_there() -> None:
    with capture_logs() as logged:
        structlog.get_logger().info("title_read", title=Tainted(TEXT))
    assert "Anna" not in repr(logged)
