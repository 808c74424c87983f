"""The declassifier: the one place that looks into tainted texts.

What leaves it is something that we held before and found by the text, and never the text.
"""

from collections.abc import Callable
from typing import TypeVar

from connectors.clear_text import clear_text
from connectors.raw import Tainted

Found = TypeVar("Found")


def found(text: Tainted | None, look_up: Callable[[str], Found | None]) -> Found | None:
    """What we hold under this text, if anything."""
    return None if text is None else look_up(clear_text(text))
