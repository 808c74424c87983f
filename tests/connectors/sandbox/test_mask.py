from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sandbox.mask import InvalidMask, Mask, applied, check, parsed

NAMES = st.sampled_from(["id", "items", "start", "attendees", "self"])
MASKS: st.SearchStrategy[Mask] = st.recursive(
    st.just({}), lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3), max_leaves=8
).filter(bool)
VALUES = st.recursive(
    st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def _written(mask: Mask) -> str:
    return ",".join(name + (f"({_written(inner)})" if inner else "") for name, inner in mask.items())


@given(MASKS)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read(mask: Mask) -> None:
    assert parsed(_written(mask)) == mask


@given(MASKS, VALUES)
@settings(max_examples=60, deadline=None)
def test_a_mask_applied_twice_keeps_what_it_kept_once(mask: Mask, value: Any) -> None:
    once = applied(mask, value)
    assert applied(mask, once) == once


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("items/id", {"items": {"id": {}}}),
        ("items(id,start/date),kind", {"items": {"id": {}, "start": {"date": {}}}, "kind": {}}),
        ("items(id),items(status)", {"items": {"id": {}, "status": {}}}),
        ("a(b(c),d),e", {"a": {"b": {"c": {}}, "d": {}}, "e": {}}),
        ("*", {"*": {}}),
        (" items ( id ) ", {"items": {"id": {}}}),
    ],
)
def test_masks_are_read(text: str, mask: Mask) -> None:
    assert parsed(text) == mask


@pytest.mark.parametrize(
    "text",
    ["", ",", "a,", "a,,b", "a(", "a)", "a()", "(a)", "a/", "/a", "a b", "a;b", "é", "a(" * 40, "a" * 5000],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(InvalidMask):
        parsed(text)


def test_only_what_is_named_is_kept() -> None:
    value = {
        "kind": "x",
        "items": [{"id": 1, "summary": "s", "attendees": [{"self": True, "email": "e"}, {}]}],
    }
    mask = parsed("items(id,attendees(self),missing)")
    assert applied(mask, value) == {"items": [{"id": 1, "attendees": [{"self": True}, {}]}]}
    assert applied(parsed("items(*)"), value) == {"items": value["items"]}


def test_names_that_are_not_there_are_refused() -> None:
    schema: Mask = {"items": {"id": {}, "start": {}}, "kind": {}}
    check(parsed("items(id,start/anything),kind"), schema)
    check(parsed("items/*"), schema)
    for text in ("item", "items(id,summary)", "kind,nextToken"):
        with pytest.raises(InvalidMask):
            check(parsed(text), schema)
