"""A person at Google connects their own calendar: a web client, authorization code with PKCE, and refresh.

developers.google.com/identity/protocols/oauth2/web-server.
"""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from msgspec.structs import replace

from connectors.delegation import DelegatedGrant, Delegation, Link, Persist
from connectors.errors import CredentialRefused, Malformed
from connectors.google.grant import Account
from connectors.google.refusal import grant_refusal, is_token_gone
from connectors.id_token import claims
from connectors.pkce import challenge, nonce
from connectors.port import Admission, CalendarAddress, Clock
from connectors.raw import Hidden
from connectors.token_endpoint import REPLY_BYTES_MAX, TokenEndpoint
from connectors.transport import Limits, Transport

#: Events of calendars that the person owns. Of less, free/busy, no place that is invited can be told.
CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar.events.owned.readonly"
_SCOPES = (CALENDAR_SCOPE, "openid")
#: Of who lets us know their address, or their name and picture, Google tells what becomes of the account, and
#: of nobody else. What it says of the address is not read.
_TOLD_SCOPE = "email"
#: Google writes itself in both ways.
_ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})


class _Web(Hidden, frozen=True):
    """The registration of a web client, by the members that we need."""

    client_id: str
    client_secret: str
    auth_uri: str
    token_uri: str


class _ClientFile(Hidden, frozen=True):
    """The file that Google's console hands out; that of another sort of client has no such member."""

    web: _Web


class GoogleDelegation:
    """Links of persons with one web client. ``client_file`` is the JSON file's content.

    Revoking stands beside the token endpoint. ``clock`` is the real time, by which id_tokens end.
    ``is_told``: whether Google is to tell what becomes of accounts. Raises CredentialRefused at once if the
    file cannot be used.
    """

    removal = (
        "At Google the permission stands until the person removes it: myaccount.google.com/connections, this "
        "application, Delete all connections."
    )

    def __init__(
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        client_file: bytes,
        *,
        clock: Clock,
        is_told: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self._client = _opened(client_file)
        # Of refresh tokens no more is asked than of those that were given before.
        self._asked_for = (*_SCOPES, _TOLD_SCOPE) if is_told else _SCOPES
        self._clock = clock
        limits = replace(limits or Limits(), body_bytes_max=REPLY_BYTES_MAX)
        self._base_url = self._client.token_uri.rpartition("/")[0]
        self._transport = Transport(session, admit, self._base_url, limits=limits)
        self._endpoint = TokenEndpoint(
            self._transport,
            self._client.token_uri,
            scopes=_SCOPES,
            family="google",
            authentication=self._shown,
            refusal=grant_refusal,
        )

    def begin(self, state: str, verifier: str, redirect_uri: str) -> str:
        """Without ``include_granted_scopes``, which would add whatever was granted before."""
        asked = {
            "client_id": self._client.client_id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._asked_for),
            "state": state,
            "nonce": nonce(verifier),
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            "access_type": "offline",
            # Otherwise a refresh token comes the first time only.
            "prompt": "consent",
        }
        return f"{self._client.auth_uri}?{urlencode(asked, quote_via=quote)}"

    async def redeem(self, code: str, verifier: str, redirect_uri: str) -> Link:
        """Raises Malformed where it cannot be told who the person is, beside what Delegation tells."""
        reply = await self._endpoint.redeem(code, verifier, redirect_uri)
        who = claims(reply.id_token)
        if not who.sub:
            raise Malformed("id_token_unreadable")
        who.check(issuers=_ISSUERS, audience=self._client.client_id, nonce=nonce(verifier), now=self._clock())
        return Link(
            refresh_token=reply.refresh_token,
            scopes=self._endpoint.granted(reply),
            account=who.sub,
            organization=who.hd,
            is_consumer=who.hd is None,
            calendar=CalendarAddress("primary"),
        )

    def grant(self, link: Link, persist: Persist) -> DelegatedGrant:
        return DelegatedGrant(link, self._endpoint.refresh, persist)

    async def revoke(self, link: Link) -> bool:
        """True, also if it was gone already. Google ends all that the person has granted to this client."""
        answer = await self._transport.post_form(f"{self._base_url}/revoke", {"token": link.refresh_token})
        if answer.status != HTTPStatus.OK and not is_token_gone(answer):
            raise grant_refusal(answer)
        return True

    async def _shown(self) -> Mapping[str, str]:
        return {"client_id": self._client.client_id, "client_secret": self._client.client_secret}


class LinkedAccount:
    """A person in the place of a service account: one grant, whatever it is asked for."""

    def __init__(self, grant: DelegatedGrant) -> None:
        self._grant = grant

    def grant(self, scope: str) -> DelegatedGrant:  # noqa: ARG002  theirs has one alone
        return self._grant


def client_id(client_file: bytes) -> str:
    """The id of a web client. Raises CredentialRefused if it is no web client's file."""
    return _opened(client_file).client_id


def _opened(client_file: bytes) -> _Web:
    """The error of a bad file may quote it: it is left behind."""
    try:
        web = msgspec.json.decode(client_file, type=_ClientFile).web
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        web = None
    if web is None or not all(url.startswith("https://") for url in (web.auth_uri, web.token_uri)):
        raise CredentialRefused("google_client_unusable")
    return web


_: type[Delegation] = GoogleDelegation
__: type[Account] = LinkedAccount
