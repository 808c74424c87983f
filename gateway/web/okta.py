"""/v1/signals/{address}/okta: Okta tells what happened to accounts (event hooks).

Its requests bear nothing but the secret that was given to it, its question whether this address is ours
included. Answered once what is told is durable.
"""

import hashlib
import re
from http import HTTPStatus

from aiohttp import web

from gateway.clock import milliseconds
from gateway.signals import okta
from gateway.signals.signal import CHANNEL, Claim, Signal
from gateway.signals.transmitter import Caller
from gateway.web.body import bounded_body
from gateway.web.problems import BAD_REQUEST, Problem
from gateway.web.receiving import RECEIVING, SIGNALS_PATH

OKTA_PATH = f"{SIGNALS_PATH}/{{address}}/okta"
CHALLENGE = "X-Okta-Verification-Challenge"

BODY_BYTES_MAX = 2**20
_CHALLENGE = re.compile(r"[!-~]{1,512}")


async def get_okta(request: web.Request, caller: Caller) -> web.Response:
    """Okta's question, once: it is foreign text, repeated to whom it came from, and goes nowhere else."""
    asked = request.headers.getall(CHALLENGE, [])
    if len(asked) != 1 or not _CHALLENGE.fullmatch(asked[0]):
        raise Problem(BAD_REQUEST)
    receiving = request.app[RECEIVING]
    question, now = hashlib.sha256(asked[0].encode()).hexdigest(), milliseconds(receiving.clock())
    works = Signal(caller.issuer, question, CHANNEL, Claim.CHANNEL_WORKS, now)
    await receiving.door.receive(caller.tenant, caller.id, [works])
    return web.json_response({"verification": asked[0]})


async def post_okta(request: web.Request, caller: Caller) -> web.Response:
    """What happened, one or many. What cannot be read is refused, so that Okta shows it as not delivered."""
    receiving = request.app[RECEIVING]
    told = okta.heard(await bounded_body(request, BODY_BYTES_MAX), caller, receiving.clock())
    if told is None:
        raise Problem(BAD_REQUEST)
    if told:
        await receiving.door.receive(caller.tenant, caller.id, told)
    return web.Response(status=HTTPStatus.NO_CONTENT)
