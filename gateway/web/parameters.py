"""Parameters of a query: known, given once, and in range. Problems name them and never quote their values."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from aiohttp import web

from gateway.web.problems import INVALID_PARAMETER, Problem

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_NUMBER = re.compile(r"[0-9]{1,9}")


def given_parameters(request: web.Request, known: AbstractSet[str]) -> Mapping[str, str]:
    """What was given, by name. Raises Problem for an unknown or repeated parameter."""
    given: dict[str, str] = {}
    for name, value in request.query.items():
        if name not in known or name in given:
            raise invalid(name)
        given[name] = value
    return given


def number(given: Mapping[str, str], name: str, allowed: range, *, default: int) -> int:
    """A whole number in ASCII digits. Raises Problem if it is not one that is allowed."""
    text = given.get(name)
    if text is None:
        return default
    if _NUMBER.fullmatch(text) is None or int(text) not in allowed:
        raise invalid(name)
    return int(text)


def invalid(name: str) -> Problem:
    """The problem that names a parameter."""
    # An unknown name is foreign text; it is repeated only where it looks like a name.
    return Problem(INVALID_PARAMETER, parameter=name if _NAME.fullmatch(name) else "unreadable")
