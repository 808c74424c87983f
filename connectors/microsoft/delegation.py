"""A person at Microsoft connects their own calendar: authorization code with PKCE, and refresh.

learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, /refresh-tokens. Not by msal: it always
asks for ``profile`` as well, and keeps names and tokens in a cache of its own.
"""

import re
from functools import partial
from urllib.parse import quote, urlencode

import aiohttp
from msgspec.structs import replace

from connectors.delegation import DelegatedGrant, Delegation, Link, Persist
from connectors.errors import Malformed, ScopeTooSmall
from connectors.id_token import Claims, claims
from connectors.microsoft.assertion import shown
from connectors.microsoft.grant import Application
from connectors.microsoft.person import USER_SCOPE, check_person
from connectors.microsoft.refusal import refused_token
from connectors.pkce import challenge, nonce
from connectors.port import Admission, CalendarAddress, Clock
from connectors.token_endpoint import REPLY_BYTES_MAX, TokenEndpoint
from connectors.transport import Limits, Transport

#: Whose directory is every personal account's.
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
#: The person's events without body and attachments. Of less, free/busy, no place that is invited can be told.
CALENDAR_SCOPE = "Calendars.ReadBasic"
_SCOPES = (CALENDAR_SCOPE, USER_SCOPE, "offline_access", "openid")

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


class MicrosoftDelegation:
    """Links of persons with one registration. ``directory`` is whose may sign in: an id, or ``common``.

    ``clock`` is the real time, by which id_tokens end. Tokens are renewed at the person's own directory.
    ``login_url`` and ``graph_url`` are one cloud's.
    """

    removal = (
        "At Microsoft the permission stands until the person removes it: at work, "
        "myapplications.microsoft.com, this application, Manage your application, Revoke permissions; a "
        "personal account, account.live.com/consent/Manage."
    )

    def __init__(
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        application: Application,
        *,
        clock: Clock,
        graph_url: str,
        directory: str = "common",
        login_url: str = "https://login.microsoftonline.com",
        limits: Limits | None = None,
    ) -> None:
        self._application = application
        self._directory = directory
        self._clock = clock
        self._login_url = login_url.rstrip("/")
        limits = replace(limits or Limits(), body_bytes_max=REPLY_BYTES_MAX)
        self._transport = Transport(session, admit, self._login_url, limits=limits)
        self._graph = Transport(session, admit, f"{graph_url.rstrip('/')}/v1.0", limits=limits)

    def begin(self, state: str, verifier: str, redirect_uri: str) -> str:
        asked = {
            "client_id": self._application.client_id,
            "response_type": "code",
            # A form that Entra's page posts would come without the cookie that the state is held against.
            "response_mode": "query",
            "redirect_uri": redirect_uri,
            "scope": " ".join(_SCOPES),
            "state": state,
            "nonce": nonce(verifier),
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            # Whoever is signed in already is to see that something is asked of them, and of whom.
            "prompt": "select_account",
        }
        return f"{self._url(self._directory, 'authorize')}?{urlencode(asked, quote_via=quote)}"

    async def redeem(self, code: str, verifier: str, redirect_uri: str) -> Link:
        """The person's directory is asked about them before anything of their calendar is read.

        Raises PersonExcluded, and Malformed where it cannot be told who they are, beside what Delegation
        tells.
        """
        endpoint = self._endpoint(self._directory)
        reply = await endpoint.redeem(code, verifier, redirect_uri)
        who = self._checked(claims(reply.id_token), verifier)
        is_consumer = who.tid.lower() == CONSUMERS
        if not endpoint.covers(reply, USER_SCOPE):
            raise ScopeTooSmall("entra_user_scope_missing")
        # No directory knows consumers: Microsoft itself keeps minors among them out when they sign in.
        if not is_consumer:
            await check_person(self._graph, reply.access_token)
        return Link(
            refresh_token=reply.refresh_token,
            scopes=endpoint.granted(reply),
            account=who.oid,
            organization=who.tid,
            is_consumer=is_consumer,
            # Not "me": a token that is another person's is then refused, and never reads another calendar.
            calendar=CalendarAddress(who.oid),
        )

    def grant(self, link: Link, persist: Persist) -> DelegatedGrant:
        return DelegatedGrant(link, self._endpoint(link.organization or self._directory).refresh, persist)

    async def revoke(self, link: Link) -> bool:  # noqa: ARG002  whichever it is
        """False: Entra has no endpoint for it. The refresh token is good until the person removes it."""
        return False

    def _checked(self, who: Claims, verifier: str) -> Claims:
        if not (_GUID.fullmatch(who.oid) and _GUID.fullmatch(who.tid)):
            raise Malformed("id_token_unreadable")
        if _GUID.fullmatch(self._directory) and self._directory.lower() != who.tid.lower():
            raise Malformed("id_token_elsewhere")
        who.check(
            issuers=frozenset({f"{self._login_url}/{who.tid}/v2.0"}),
            audience=self._application.client_id,
            nonce=nonce(verifier),
            now=self._clock(),
        )
        return who

    def _endpoint(self, directory: str) -> TokenEndpoint:
        url = self._url(directory, "token")
        return TokenEndpoint(
            self._transport,
            url,
            scopes=_SCOPES,
            family="entra",
            authentication=partial(shown, self._application, url),
            refusal=refused_token,
        )

    def _url(self, directory: str, endpoint: str) -> str:
        return f"{self._login_url}/{quote(directory, safe='')}/oauth2/v2.0/{endpoint}"


_: type[Delegation] = MicrosoftDelegation
