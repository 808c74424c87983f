"""Authentication: bearer tokens of consumers (RFC 6750)."""

import re
from datetime import datetime

from aiohttp import hdrs, web

from gateway.clock import milliseconds
from gateway.store.consumers import Consumer, ConsumerRows
from gateway.web.problems import UNAUTHORIZED, Problem

_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]{1,256}=*)")
_CHALLENGE = 'Bearer realm="calendar-pii-gateway"'


def bearer_token(request: web.Request) -> str:
    """The one token of a request. Raises Problem if there is none, or more than one."""
    credentials = request.headers.getall(hdrs.AUTHORIZATION, [])
    found = _BEARER.fullmatch(credentials[0]) if len(credentials) == 1 else None
    if found is None:
        raise Problem(UNAUTHORIZED, headers={hdrs.WWW_AUTHENTICATE: _CHALLENGE})
    return found[1]


def authenticate(consumers: ConsumerRows, token: str, now: datetime) -> Consumer:
    """Whose token this is. Raises Problem if it is nobody's, or no more: they look alike."""
    consumer = consumers.by_token(token, milliseconds(now))
    if consumer is None:
        challenge = f'{_CHALLENGE}, error="invalid_token"'
        raise Problem(UNAUTHORIZED, headers={hdrs.WWW_AUTHENTICATE: challenge})
    return consumer
