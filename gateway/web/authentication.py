"""Authentication: bearer tokens of consumers (RFC 6750), and certificates that some are bound to (RFC 8705).

Certificates are verified by the TLS proxy in front, and told in a header (RFC 9440), which is believed of the
proxies that the operator names and of nobody else.
"""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

from aiohttp import hdrs, web

from gateway.clock import milliseconds
from gateway.store.consumers import Consumer, ConsumerRows
from gateway.web.parts import PARTS
from gateway.web.problems import UNAUTHORIZED, Problem

CLIENT_CERT = "Client-Cert"

_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]{1,256}=*)")
_BYTES = re.compile(r":([A-Za-z0-9+/=]*):")
_CHALLENGE = 'Bearer realm="calendar-pii-gateway"'


class Credentials(NamedTuple):
    """What a request shows of who asks. ``certificate``: SHA-256 of the client's, if a proxy tells one."""

    token: str
    certificate: bytes | None = None
    #: Told the consumer and when (epoch milliseconds), once they are found to be good.
    used: Callable[[str, int], None] = lambda _consumer, _now: None

    def __repr__(self) -> str:
        return "Credentials"


def credentials_of(request: web.Request) -> Credentials:
    """The one token of a request. Raises Problem if there is none, or more than one."""
    token = token_of(request)
    if token is None:
        raise Problem(UNAUTHORIZED, headers={hdrs.WWW_AUTHENTICATE: _CHALLENGE})
    return Credentials(token, _certificate(request), request.app[PARTS].uses.note)


def token_of(request: web.Request) -> str | None:
    """The one token of a request, however its scheme is written; None if there is none, or more than one."""
    told = request.headers.getall(hdrs.AUTHORIZATION, [])
    found = _BEARER.fullmatch(told[0]) if len(told) == 1 else None
    return None if found is None else found[1]


def authenticate(consumers: ConsumerRows, credentials: Credentials, now: datetime) -> Consumer:
    """Whose token this is. Raises Problem if it is nobody's, or no more: they look alike."""
    at = milliseconds(now)
    consumer = consumers.by_token(credentials.token, at, credentials.certificate)
    if consumer is None:
        challenge = f'{_CHALLENGE}, error="invalid_token"'
        raise Problem(UNAUTHORIZED, headers={hdrs.WWW_AUTHENTICATE: challenge})
    credentials.used(consumer.id, at)
    return consumer


def _certificate(request: web.Request) -> bytes | None:
    told = request.headers.getall(CLIENT_CERT, [])
    found = _BYTES.fullmatch(told[0]) if len(told) == 1 else None
    if found is None or not _is_from(request, request.app[PARTS].certificates_from):
        return None
    try:
        return hashlib.sha256(b64decode(found[1], validate=True)).digest()
    except binascii.Error:
        return None


def _is_from(request: web.Request, proxies: Sequence[IPv4Network | IPv6Network]) -> bool:
    peer = request.transport and request.transport.get_extra_info("peername")
    if not isinstance(peer, tuple):
        return False
    address = ip_address(peer[0])
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return any(address in network for network in proxies)
