"""Who sends notifications that hold something: Graph's publisher, by the tokens that come with them.

learn.microsoft.com/graph/change-notifications-with-resource-data, "Validate the authenticity".
"""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec.json import Decoder

from connectors.decoding import fitting
from connectors.errors import Malformed, Unreachable
from connectors.port import Clock
from connectors.raw import Hidden
from connectors.transport import Transport

#: The application that publishes Graph's notifications, the same in every directory.
PUBLISHER_ID = "0bf30f3b-4a52-48df-9a82-234910c4a086"
TOKENS_MAX = 20
TOKEN_LENGTH_MAX = 16 * 2**10
KEYS_LIFE = timedelta(days=1)
#: Tokens of keys that we do not know make us ask for keys, and no more often.
KEYS_PAUSE = timedelta(minutes=5)

_DISCOVERY = "common/.well-known/openid-configuration"
_GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: Where China's tokens are issued; everybody else's are at one host.
_ISSUERS = {"login.chinacloudapi.cn": "sts.chinacloudapi.cn"}
_ISSUER = "sts.windows.net"


class _Discovery(Hidden, frozen=True):
    """What is read of OpenID Connect's discovery document."""

    jwks_uri: str


class _Claims(Hidden, frozen=True):
    """What is read of a token: ``appid`` in Entra's first version, ``azp`` in its second."""

    aud: str
    iss: str
    exp: float
    nbf: float = 0
    appid: str = ""
    azp: str = ""


_DISCOVERED = Decoder(_Discovery)


class Publisher:
    """Vouches for bodies that Graph's publisher sends to one application."""

    def __init__(self, transport: Transport, client_id: str, clock: Clock) -> None:
        """``transport`` leads to the login host, where its keys are."""
        self._transport = transport
        self._client_id = client_id
        self._now = clock
        self._keys: KeySet | None = None
        self._had_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking: asyncio.Task[None] | None = None
        login = re.escape(transport.prefix.url)
        host = urlsplit(transport.prefix.url).hostname or ""
        issuer = re.escape(_ISSUERS.get(host, _ISSUER))
        self._issuer = re.compile(f"(?:https://{issuer}/({_GUID})/|{login}({_GUID})/v2\\.0)")

    async def directories(self, tokens: Sequence[str]) -> frozenset[str]:
        """Whose notifications a body may hold: all of its tokens are good, or none counts.

        Raises Malformed, and whatever asking for the keys raises.
        """
        if not 0 < len(tokens) <= TOKENS_MAX or any(len(token) > TOKEN_LENGTH_MAX for token in tokens):
            raise Malformed("content_unvouched")
        keys = await self._known()
        found = self._vouched(tokens, keys)
        if found is None and await self._renewed():
            found = self._vouched(tokens, await self._known())
        if found is None:
            raise Malformed("content_unvouched")
        return found

    def _vouched(self, tokens: Sequence[str], keys: KeySet) -> frozenset[str] | None:
        found = {self._directory(token, keys) for token in tokens}
        return None if None in found else frozenset(filter(None, found))

    def _directory(self, token: str, keys: KeySet) -> str | None:
        """Whose a token is; None if it is not good."""
        try:
            told = msgspec.convert(jwt.decode(token, keys, algorithms=["RS256"]).claims, _Claims)
        except (JoseError, msgspec.ValidationError, ValueError, TypeError, RecursionError):
            return None
        now, issuer = self._now().timestamp(), self._issuer.fullmatch(told.iss)
        is_ours = told.aud == self._client_id and (told.appid or told.azp) == PUBLISHER_ID
        return (issuer[1] or issuer[2]) if issuer and is_ours and told.nbf <= now < told.exp else None

    async def _known(self) -> KeySet:
        """The publisher's keys of today. Raises Unreachable while they cannot be had."""
        if self._is_older(self._had_at, KEYS_LIFE):
            await self._renewed()
        if self._keys is None or self._is_older(self._had_at, KEYS_LIFE):
            raise Unreachable("publisher_keys_missing")
        return self._keys

    async def _renewed(self) -> bool:
        """Ask for the keys, unless that was done a moment ago; whether they were had."""
        if self._asking is None or self._asking.done():
            if not self._is_older(self._asked_at, KEYS_PAUSE):
                return False
            self._asked_at = self._now()
            # Whoever waits may give up before the keys are here: they are the next one's.
            self._asking = asyncio.create_task(self._ask())  # noqa: TID251  ends when its transport loses patience
        await asyncio.shield(self._asking)
        return True

    async def _ask(self) -> None:
        self._keys = await self._fetched()
        self._had_at = self._asked_at

    def _is_older(self, moment: datetime | None, age: timedelta) -> bool:
        return moment is None or self._now() - moment >= age

    async def _fetched(self) -> KeySet:
        body = await self._read(self._transport.prefix.url + _DISCOVERY)
        discovered = fitting(msgspec.Raw(body), _DISCOVERED)
        if discovered is None or not self._transport.prefix.reaches(discovered.jwks_uri):
            raise Malformed("publisher_keys_elsewhere")
        keys = await self._read(discovered.jwks_uri)
        try:
            return KeySet.import_key_set(msgspec.json.decode(keys))
        except (JoseError, msgspec.DecodeError, ValueError, TypeError, LookupError, RecursionError):
            pass
        raise Malformed("publisher_keys_unreadable")

    async def _read(self, url: str) -> bytes:
        answer = await self._transport.public(url)
        if answer.status != HTTPStatus.OK:
            raise Unreachable("publisher_keys_missing")
        return answer.body
