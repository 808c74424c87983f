"""Tainted texts for tests: how they are made, and how two records that hold some are compared."""

from typing import Any

import msgspec

from connectors.clear_text import clear_text
from connectors.raw import Tainted


def tainted(text: str | None) -> Tainted | None:
    """A text as a provider's wire hands it on, where there is one."""
    return None if text is None else Tainted(text)


def clear(value: Any) -> Any:
    """The same in plain values: records as their members, tainted texts as they are."""
    if isinstance(value, Tainted):
        return clear_text(value)
    if isinstance(value, msgspec.Struct):
        return {name: clear(getattr(value, name)) for name in value.__struct_fields__}
    return tuple(map(clear, value)) if isinstance(value, tuple) else value
