"""What Microsoft's models lose or do not know of an answer."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kiota_abstractions.serialization import Parsable
from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter

#: What the models have no members for, though Graph sends it.
_ANNOTATIONS = {"@odata.context", "@odata.etag", "@removed"}


def complaints(model: Parsable, sent: Any) -> list[str]:
    """By path: members that the models do not know, and values that they do not tell as they were sent."""
    writer = JsonSerializationWriter()
    writer.write_object_value(None, model)
    return [*_unknown(model, "answer"), *_lost(sent, json.loads(writer.get_serialized_content()), "answer")]


def _unknown(model: Parsable, path: str) -> Iterator[str]:
    for name in getattr(model, "additional_data", {}).keys() - _ANNOTATIONS:
        yield f"{path}.{name} is not known"
    for name in model.__dataclass_fields__:
        held = getattr(model, name)
        for part in held if isinstance(held, list) else [held]:
            if isinstance(part, Parsable):
                yield from _unknown(part, f"{path}.{name}")


def _lost(sent: Any, told: Any, path: str) -> Iterator[str]:
    """What was sent, beside what a model tells when it is printed again. A null is nothing to lose."""
    if isinstance(sent, dict) and isinstance(told, dict):
        for name, value in sent.items():
            if value is not None:
                yield from _lost(value, told.get(name), f"{path}.{name}")
    elif isinstance(sent, list) and isinstance(told, list) and len(sent) == len(told):
        for number, pair in enumerate(zip(sent, told, strict=True)):
            yield from _lost(*pair, f"{path}[{number}]")
    elif sent != told and not _is_same_time(sent, told):
        yield f"{path} is not read"


def _is_same_time(sent: Any, told: Any) -> bool:
    try:
        return datetime.fromisoformat(sent) == datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return False
