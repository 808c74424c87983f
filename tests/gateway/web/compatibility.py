"""Whether who was written against one description of the contract can go on with another."""

from collections.abc import Iterator, Mapping
from typing import Any

Description = Mapping[str, Any]


def breaks(before: Description, after: Description) -> Iterator[str]:
    """What readers of ``before`` would miss or could not send any more."""
    for path, methods in before["paths"].items():
        for method, operation in methods.items():
            now = after["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{method} {path} is gone"
                continue
            yield from (f"{method} {path}: {what}" for what in _of_operation(operation, now))
    for name, shape in before["components"]["schemas"].items():
        now = after["components"]["schemas"].get(name)
        if now is None:
            yield f"{name} is gone"
            continue
        yield from (f"{name}: {what}" for what in _of_shape(shape, now))


def _of_operation(before: Description, after: Description) -> Iterator[str]:
    was, now = ({one["name"]: one for one in operation["parameters"]} for operation in (before, after))
    yield from (f"{name} is not taken any more" for name in was.keys() - now.keys())
    yield from (f"{name} is needed" for name in now.keys() - was.keys() if now[name]["required"])
    for name in was.keys() & now.keys():
        if _narrowed(was[name]["schema"], now[name]["schema"]):
            yield f"{name} takes less"
    if after.get("requestBody", {}).get("required") and not before.get("requestBody", {}).get("required"):
        yield "a body is needed"
    for status, answer in before["responses"].items():
        known, told = answer.get("content", {}), after["responses"].get(status, {}).get("content", {})
        if status not in after["responses"] or not known.keys() <= told.keys():
            yield f"{status} is not answered so any more"


def _narrowed(was: Description, now: Description) -> bool:
    fewer = now.get("maximum", 0) < was.get("maximum", 0) or now.get("minimum", 0) > was.get("minimum", 0)
    stricter = now.get("pattern") not in {None, was.get("pattern")}
    return fewer or stricter or now.get("type") != was.get("type")


def _of_shape(was: Description, now: Description) -> Iterator[str]:
    if set(was.get("required", ())) - set(now.get("required", ())):
        yield "a member is not always told any more"
    for name, member in was.get("properties", {}).items():
        if name not in now.get("properties", {}):
            yield f"{name} is not told any more"
        elif {**member, "description": ""} != {**now["properties"][name], "description": ""}:
            yield f"{name} is another"
    if set(now.get("enum", ())) - set(was.get("enum", ())):
        yield "there are values that nobody expects"
