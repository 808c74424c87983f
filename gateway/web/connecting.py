"""People connect calendars of their own: to their provider and back. Answers are sentences, for a browser."""

from functools import partial
from http import HTTPStatus
from typing import NamedTuple, Protocol

from aiohttp import hdrs, web

from gateway.errors import NotConnected
from gateway.web.lasting import LASTING
from gateway.web.notifications import Desk

START_PATH = "/v1/connect"
RETURN_PATH = "/v1/connected"

#: Ours alone: not for other hosts, nor for scripts. A provider that sends a person back is another site.
COOKIE = "connecting"
COOKIE_SECONDS = 900

TOO_LATE = "That took too long. Follow the invitation again in some minutes."


class Begun(NamedTuple):
    """Where a person goes to sign in, and what their browser shows when they come back.

    ``secure``: whether browsers reach us over TLS, as everywhere but on one machine.
    """

    url: str
    session: str
    secure: bool


class Connecting(Protocol):
    """What is behind these addresses. Raises NotConnected, with a sentence for the person."""

    async def begin(self, secret: str) -> Begun:
        """Begin the sign-in of whoever holds an invitation."""
        ...

    async def finish(self, state: str, session: str, code: str | None, error: str | None) -> str:
        """End it with what the provider sent along. Returns what to tell the person.

        Cut off, it leaves nothing behind that nobody knows of, or has connected them.
        """
        ...


CONNECTING = web.AppKey("connecting", Connecting)

#: A desk of their own: they wait for a provider, and notifications are not to wait for them.
SIGN_INS = web.AppKey("sign_ins", Desk)
SIGN_INS_AT_ONCE = 8


async def get_start(request: web.Request) -> web.StreamResponse:
    """Send whoever was invited to their provider."""
    try:
        async with request.app[SIGN_INS].turn():
            begun = await request.app[CONNECTING].begin(request.match_info["invitation"])
    except NotConnected as error:
        return _told(str(error), HTTPStatus.NOT_FOUND)
    response = web.Response(status=HTTPStatus.SEE_OTHER, headers={hdrs.LOCATION: begun.url})
    response.headers["Referrer-Policy"] = "no-referrer"
    response.set_cookie(
        COOKIE,
        begun.session,
        max_age=COOKIE_SECONDS,
        path=RETURN_PATH,
        secure=begun.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


async def get_return(request: web.Request) -> web.StreamResponse:
    """Take back whoever comes from their provider. What they granted is dealt with, even if they leave."""
    # Providers send more along than they say.
    given = request.query
    finish = partial(
        request.app[CONNECTING].finish,
        given.get("state", ""),
        request.cookies.get(COOKIE, ""),
        given.get("code"),
        given.get("error"),
    )
    try:
        told = await request.app[LASTING].run(request.app[SIGN_INS].turn(), finish)
    except NotConnected as error:
        return _told(str(error), HTTPStatus.FORBIDDEN)
    except TimeoutError:
        return _told(TOO_LATE, HTTPStatus.SERVICE_UNAVAILABLE)
    response = _told(told, HTTPStatus.OK)
    response.del_cookie(COOKIE, path=RETURN_PATH)
    return response


def _told(sentence: str, status: HTTPStatus) -> web.Response:
    response = web.Response(text=f"{sentence}\n", status=status, content_type="text/plain")
    # The address holds what was sent along.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
