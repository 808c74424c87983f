"""The JSON Schema of a policy file, for editors: made of the types that read it."""

from collections.abc import Iterable
from typing import Any

import msgspec

from gateway.minimization.policy import INDISPENSABLE, PolicyFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def policy_schema() -> bytes:
    """JSON, without the levels that no policy may have."""
    schema: dict[str, Any] = msgspec.json.schema(PolicyFile)
    parts: dict[str, Any] = schema.pop("$defs")
    policy: dict[str, Any] = parts.pop(PolicyFile.__name__)
    fields: dict[str, Any] = policy["properties"]
    for field, member in fields.items():
        name = member.get("$ref", "").rpartition("/")[2]
        if name in parts:
            fields[field] = _levels(parts[name], refused=INDISPENSABLE.get(field))
    return msgspec.json.format(
        msgspec.json.encode({"$schema": DIALECT, **policy, "title": "Policy"}), indent=2
    )


def _levels(part: dict[str, Any], *, refused: int | None) -> dict[str, Any]:
    levels: Iterable[int] = part["enum"]
    said = " ".join(part["description"].split())
    return {"description": said, "enum": [level for level in levels if level != refused]}
