"""Operations: what an address takes and answers, said once, for the router and for the description alike."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from aiohttp import web

from gateway.web.problems import ProblemType

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
Schema = Mapping[str, Any]


class Given(NamedTuple):
    """A parameter. ``place``: ``query``, ``path`` or ``header``."""

    name: str
    place: str
    says: str
    schema: Schema
    required: bool = False


class Content(NamedTuple):
    """A media type of an answer, and the type of what is in it; None: it is text of a standard's."""

    media_type: str
    shape: type[Any] | None = None


class Answer(NamedTuple):
    """An answer that is no problem."""

    status: HTTPStatus
    says: str
    contents: Sequence[Content] = ()
    headers: Mapping[str, str] = {}


class Operation(NamedTuple):
    """One method of one address. ``problems`` are those beside what any address may answer."""

    name: str
    method: str
    path: str
    handle: Handle
    summary: str
    answers: Sequence[Answer]
    given: Sequence[Given] = ()
    body: Content | None = None
    problems: Sequence[ProblemType] = ()
    is_public: bool = False
    needs_body: bool = False
