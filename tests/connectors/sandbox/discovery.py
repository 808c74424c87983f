"""Google's own description of its answers, as its library ships it, and a check of an answer against it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec
from googleapiclient.discovery_cache import get_static_doc

#: How the description of a member lists its values.
_LISTED = re.compile(r'^- "([^"]+)"', re.MULTILINE)

Schema = Mapping[str, Any]


def _is_whole(bits: int) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(r"-?\d{1,20}", text) is not None and abs(int(text)) < 2 ** (bits - 1)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_FORMATS = {"date": _is_date, "date-time": _is_moment, "int64": _is_whole(64)}
_TYPES: dict[str, Callable[[Any], bool]] = {
    "any": lambda _: True,
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}


class Description:
    """One service's schemas."""

    def __init__(self, name: str, version: str) -> None:
        self._document = msgspec.json.decode(get_static_doc(name, version))

    def answers(self, method: str) -> bool:
        """Whether a method, such as ``events.list``, answers with a body."""
        return "response" in self._method(method)

    def complaints(self, value: Any, method: str) -> list[str]:
        """What in the answer of a method is not as described; by path."""
        return list(self._wrong(value, self._method(method)["response"], "answer"))

    def complaints_of(self, value: Any, schema: str) -> list[str]:
        """The same of what is pushed, which answers nothing."""
        return list(self._wrong(value, {"$ref": schema}, "message"))

    def _method(self, method: str) -> Schema:
        *resources, name = method.split(".")
        described = self._document
        for resource in resources:
            described = described["resources"][resource]
        found: Schema = described["methods"][name]
        return found

    def _wrong(self, value: Any, schema: Schema, path: str) -> Iterator[str]:
        if "$ref" in schema:
            yield from self._wrong(value, self._document["schemas"][schema["$ref"]], path)
        elif not _TYPES[schema["type"]](value):
            yield f"{path} is no {schema['type']}"
        elif schema["type"] == "array":
            for number, item in enumerate(value):
                yield from self._wrong(item, schema["items"], f"{path}[{number}]")
        elif schema["type"] == "object":
            yield from self._members(value, schema, path)
        elif schema["type"] == "string":
            yield from _wrong_text(value, schema, path)

    def _members(self, value: dict[str, Any], schema: Schema, path: str) -> Iterator[str]:
        known = schema.get("properties", {})
        for name, member in value.items():
            described = known.get(name, schema.get("additionalProperties"))
            if described is None:
                yield f"{path}.{name} is not described"
            else:
                yield from self._wrong(member, described, f"{path}.{name}")


def _wrong_text(value: str, schema: Schema, path: str) -> Iterator[str]:
    if "format" in schema and not _FORMATS[schema["format"]](value):
        yield f"{path} is no {schema['format']}"
    text = schema.get("description", "")
    values = _LISTED.findall(text)
    if values and value not in values:
        yield f"{path} is none of {values}"
    # Kinds are constants that stand as defaults.
    if path.endswith(".kind") and value != schema.get("default", value):
        yield f"{path} is not {schema['default']}"


@cache
def calendar() -> Description:
    return Description("calendar", "v3")


@cache
def reports() -> Description:
    return Description("admin", "reports_v1")


@cache
def directory() -> Description:
    return Description("admin", "directory_v1")
