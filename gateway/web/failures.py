"""Failures: whatever ends a handler is answered with a problem."""

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from gateway.errors import KeyDestroyed, KeyUnavailable, RestoredStore, StoreBusy, Unreadable
from gateway.feed.cursor import CursorTooOld, UnknownCursor
from gateway.web.problems import (
    BAD_REQUEST,
    CURSOR_TOO_OLD,
    FEED_PATH,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNAVAILABLE,
    UNEXPECTED,
    UNKNOWN_CURSOR,
    Problem,
)

LATER: Mapping[str, str] = {hdrs.RETRY_AFTER: "5"}

#: What our own rooms raise.
BY_ERROR: Mapping[type[Exception], Problem] = {
    UnknownCursor: Problem(UNKNOWN_CURSOR, parameter="after", restart=FEED_PATH),
    CursorTooOld: Problem(CURSOR_TOO_OLD, restart=FEED_PATH),
    KeyUnavailable: Problem(UNAVAILABLE, headers=LATER),
    KeyDestroyed: Problem(UNAVAILABLE, headers=LATER),
    RestoredStore: Problem(UNAVAILABLE, headers=LATER),
    StoreBusy: Problem(UNAVAILABLE, headers=LATER),
    Unreadable: Problem(UNAVAILABLE, headers=LATER),
    TimeoutError: Problem(UNAVAILABLE, headers=LATER),
}

#: What the HTTP library refuses by itself.
BY_STATUS = {kind.status: kind for kind in (BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED, TOO_LARGE)}

log = structlog.get_logger()


@web.middleware
async def tell_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with a problem. What was unexpected is logged by the name of its type alone."""
    try:
        return await handler(request)
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001  the one place of the web behind which nothing may pass
        return _problem(error).response()


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, web.HTTPException):
        return refused(error)
    if type(error) in BY_ERROR:
        return BY_ERROR[type(error)]
    log.error("request_failed", code=type(error).__name__)
    return Problem(UNEXPECTED)


def refused(refusal: web.HTTPException) -> Problem:
    """What the HTTP library refuses by itself, as a problem."""
    kind = BY_STATUS.get(HTTPStatus(refusal.status), BAD_REQUEST)
    allow = refusal.headers.get(hdrs.ALLOW)
    return Problem(kind, headers=None if allow is None else {hdrs.ALLOW: allow})
