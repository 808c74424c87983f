"""How a sign-in becomes a code, and a code tokens: what Entra and Google have in common (RFC 6749, 7636)."""

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec
from aiohttp import hdrs, web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.consent import PersonalConsent
from connectors.sandbox.directory import Account
from connectors.sandbox.door import json_response
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Tenant, World

_CODE_LIFE = timedelta(minutes=10)
_SPENT_MAX = 10_000
_REDIRECT = re.compile(r"https://[^\s#]+|http://(127\.0\.0\.1|localhost)(:\d{1,5})?(/[^\s#]*)?")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class Whom(NamedTuple):
    """Who signs in, and where they belong."""

    tenant: Tenant
    person: Account


class Asked(NamedTuple):
    """What a client asks a person for."""

    client: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    nonce: str


class Code(msgspec.Struct, frozen=True, tag="code"):
    """What a code stands for."""

    serial: str
    asked: Asked
    tenant: str
    subject: str
    generation: int
    until: datetime


class Renewal(msgspec.Struct, frozen=True, tag="renewal"):
    """What a refresh token stands for. ``serial`` tells one from the next."""

    serial: str
    client: str
    tenant: str
    subject: str
    scopes: tuple[str, ...]
    generation: int


class SignIns:
    """Makes codes and refresh tokens, and reads them back. Of codes it keeps which were spent."""

    def __init__(self, world: World, seal: Seal, wall_clock: Clock) -> None:
        self._world = world
        self._seal = seal
        self._now = wall_clock
        self._spent: dict[str, None] = {}

    def whom(self, tenants: Iterable[Tenant], login_hint: str) -> Whom | None:
        """The person of that address; without one, the last that the first of the tenants has."""
        for tenant in tenants:
            names = [login_hint] if login_hint else [person.address for person in tenant.people[-1:]]
            for found in filter(None, map(self._world.directories[tenant.id].find, names)):
                return Whom(tenant, found)
        return None

    def code(self, asked: Asked, whom: Whom) -> str:
        generation = self._world.personal(whom.person.address).generation
        until = self._now() + _CODE_LIFE
        return self._seal.close(
            Code(secrets.token_hex(8), asked, whom.tenant.id, whom.person.address, generation, until)
        )

    def opened(self, text: str) -> Code | None:
        """What a code stands for; None if it is none, or too old."""
        code = self._seal.open(text, Code)
        return code if code is not None and code.until > self._now() else None

    def is_spent(self, code: Code) -> bool:
        """Whether it was redeemed before; it is from now on."""
        if code.serial in self._spent:
            return True
        if len(self._spent) >= _SPENT_MAX:
            del self._spent[next(iter(self._spent))]
        self._spent[code.serial] = None
        return False

    def renewal(self, code: Code) -> Renewal:
        """What the first refresh token of a sign-in stands for."""
        asked = code.asked
        return Renewal("", asked.client, code.tenant, code.subject, asked.scopes, code.generation)

    def refresh_token(self, renewal: Renewal) -> str:
        """Another each time; the earlier ones stay good."""
        return self._seal.close(msgspec.structs.replace(renewal, serial=secrets.token_hex(8)))

    def renewed(self, text: str) -> Renewal | None:
        return self._seal.open(text, Renewal)

    def who(self, tenant_id: str, address: str) -> Whom:
        """Whose code or refresh token it is; StopIteration if they are in the world no more."""
        tenant = next(one for one in self._world.tenants if one.id == tenant_id)
        there = self._world.directories[tenant.id].there()
        return Whom(tenant, next(one for one in there if one.address == address))


def given(consent: PersonalConsent, scopes: Iterable[str]) -> tuple[str, ...]:
    """What the person leaves of what is asked for."""
    return tuple(scope for scope in scopes if scope not in consent.withheld)


def is_redirect(uri: str) -> bool:
    """Whether a client may have a person sent there: over TLS, or to this machine."""
    return _REDIRECT.fullmatch(uri) is not None


def is_challenge(text: str) -> bool:
    return _CHALLENGE.fullmatch(text) is not None


def answers(verifier: str, challenge: str) -> bool:
    """Whether a verifier is what a challenge was made of (S256)."""
    digest = sha256(verifier.encode(errors="surrogateescape")).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=") == challenge


def sent_to(redirect_uri: str, **told: str) -> web.Response:
    """Send the person back, without a page in between."""
    sign = "&" if "?" in redirect_uri else "?"
    location = f"{redirect_uri}{sign}{urlencode({name: value for name, value in told.items() if value})}"
    return json_response({}, status=302, headers={hdrs.LOCATION: location})
