"""How two records that hold tainted texts are compared."""

from typing import Any

import msgspec

from connectors.clear_text import clear_text
from connectors.raw import Tainted


def clear(value: Any) -> Any:
    """The same in plain values: records as their members, tainted texts as they are."""
    if isinstance(value, Tainted):
        return clear_text(value)
    if isinstance(value, msgspec.Struct):
        return {name: clear(getattr(value, name)) for name in value.__struct_fields__}
    return tuple(map(clear, value)) if isinstance(value, tuple) else value
