"""JSON as a hostile or broken provider might print it, for property tests."""

import json
import re
from typing import Any

from hypothesis import strategies as st

#: Lone surrogates and control characters included.
odd_text = st.text(st.characters(), max_size=8)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | odd_text
    | st.sampled_from(["", "UTC", "normal"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_text, inner, max_size=3),
    max_leaves=6,
)

_LONE = re.compile("[\ud800-\udfff]")
_DEEP = "DEEP"


def items(members: list[str]) -> st.SearchStrategy[Any]:
    """Anything; mostly objects with some of these members, holding anything."""
    return values | st.dictionaries(st.sampled_from(members) | odd_text, values, max_size=8)


def printed(document: Any, *, ascii_only: bool) -> bytes:
    """As bytes. Where it says DEEP there is nesting that no parser by recursion survives."""
    text = json.dumps(document, ensure_ascii=ascii_only)
    nest = "[" * 3000 + "]" * 3000
    return text.replace(f'"{_DEEP}"', nest).encode("utf-8", errors="surrogatepass")


def readable_ids(rows: list[Any]) -> list[str]:
    """Ids that a lenient reader would find, with what cannot be text replaced."""
    ids = [row.get("id") for row in rows if isinstance(row, dict)]
    told = [json.loads(json.dumps(identity)) for identity in ids if isinstance(identity, str) and identity]
    return [_LONE.sub("\ufffd", identity) for identity in told]
