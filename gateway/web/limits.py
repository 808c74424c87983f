"""How much a token may ask for: so many requests a minute, told with each answer.

Fields after draft-ietf-httpapi-ratelimit-headers. Tokens are told apart by their hashes, good or not: whoever
does not know one cannot use up what it may ask for.
"""

import hashlib
from collections import OrderedDict
from typing import NamedTuple

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from gateway.clock import milliseconds
from gateway.web.authentication import token_of
from gateway.web.parts import PARTS
from gateway.web.problems import TOO_MANY_REQUESTS, Problem
from gateway.web.receiving import SIGNALS_PATH

#: Ten a second, all the time: far more than a reader needs that waits for news.
REQUESTS_MAX = 600
WINDOW_SECONDS = 60
#: Of who asks which user somebody is: enough for everybody who signs in, and too little to try out ids.
RESOLUTIONS_MAX = 60
#: So many tokens are remembered; of more, the one that asked longest ago begins anew.
TOKENS_MAX = 10_000

POLICY = f'"requests";q={REQUESTS_MAX};w={WINDOW_SECONDS}'


class Left(NamedTuple):
    """What may still be asked for; negative where too much was. ``reset_seconds``: until it begins anew."""

    requests: int
    reset_seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": POLICY,
            "RateLimit": f'"requests";r={max(self.requests, 0)};t={self.reset_seconds}',
        }


class Limits:
    """What each token has asked for in this window."""

    def __init__(self, requests_max: int = REQUESTS_MAX) -> None:
        self.requests_max = requests_max
        self._asked = OrderedDict[bytes, tuple[int, int]]()

    def ask(self, token: str, now_ms: int) -> Left:
        """Count one request more."""
        key = hashlib.sha256(token.encode(errors="surrogateescape")).digest()
        window, since_ms = divmod(now_ms, WINDOW_SECONDS * 1000)
        known, number = self._asked.pop(key, (window, 0))
        number = number + 1 if known == window else 1
        self._asked[key] = window, number
        if len(self._asked) > TOKENS_MAX:
            self._asked.popitem(last=False)
        return Left(self.requests_max - number, WINDOW_SECONDS - since_ms // 1000)


LIMITS = web.AppKey("limits", Limits)
#: Of each consumer, beside what its tokens may ask for.
RESOLUTIONS = web.AppKey("resolutions", Limits)
_LEFT = web.RequestKey("left", Left)


@web.middleware
async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what is too much. Raises Problem."""
    told = request.headers.get(hdrs.AUTHORIZATION)
    # Of what it is refused, an issuer may tell never again.
    if told is not None and not request.path.startswith(f"{SIGNALS_PATH}/"):
        left = request.app[LIMITS].ask(token_of(request) or told, milliseconds(request.app[PARTS].clock()))
        request[_LEFT] = left
        refuse_too_much(left)
    return await handler(request)


def refuse_too_much(left: Left) -> None:
    """Raises Problem if more was asked for than may be."""
    if left.requests < 0:
        raise Problem(TOO_MANY_REQUESTS, headers={hdrs.RETRY_AFTER: str(left.reset_seconds)})


async def tell_left(request: web.Request, response: web.StreamResponse) -> None:
    """Say with an answer what may still be asked for."""
    left = request.get(_LEFT)
    if left is not None:
        response.headers.update(left.headers)
