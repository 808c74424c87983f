"""An application's own access to one directory, shown by a certificate: client credentials, OAuth 2.0.

learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
"""

import asyncio
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msal
import msgspec

from connectors.errors import ConnectorError, CredentialRefused, Unreachable
from connectors.microsoft.login import LoginHost
from connectors.microsoft.refusal import Denial, entra_refusal
from connectors.microsoft.signing_key import opened
from connectors.raw import Hidden

#: Discovery and token, ten seconds each, with room for a slow reader.
ACQUISITION_SECONDS = 45.0


class Application(Hidden, frozen=True):
    """Our registration with Entra. ``private_key`` and ``certificate`` are the contents of PEM files."""

    client_id: str
    private_key: str
    certificate: str


class EntraGrant:
    """Tokens for one directory. msal keeps them until five minutes before their end.

    The first login host is asked; it may lead to the others and nowhere else. msal blocks, so it works in a
    thread; one request at a time is under way.
    """

    def __init__(
        self,
        application: Application,
        directory_id: str,
        tls: ssl.SSLContext,
        *,
        login_urls: Sequence[str] = ("https://login.microsoftonline.com",),
        scope: str = "https://graph.microsoft.com/.default",
    ) -> None:
        self._application = application
        self._authority = f"{login_urls[0].rstrip('/')}/{directory_id}"
        self._scope = scope
        self._login = LoginHost(login_urls, tls)
        self._single_flight = asyncio.Lock()
        # Its own: a login host that hangs must not take the threads that open keys.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="entra")
        self._client: Any = None
        self._latest = ""

    async def token(self) -> str:
        """A token that is good for some minutes.

        Raises AccessLost, AccessDoubtful, SignInNeeded, CredentialRefused, Throttled, Unreachable; Malformed
        if discovery leads elsewhere.
        """
        async with self._single_flight:
            try:
                async with asyncio.timeout(ACQUISITION_SECONDS):
                    loop = asyncio.get_running_loop()
                    self._latest = await loop.run_in_executor(self._thread, self._acquired)
                    return self._latest
            except TimeoutError:
                self._client = None
        raise Unreachable("entra_timeout")

    def forget(self, token: str) -> None:
        """Drop a token that was refused, unless a newer one has already taken its place."""
        if token == self._latest:
            self._client = None

    def _acquired(self) -> str:
        """One conversation with Entra, in a thread."""
        client, self._client = self._client, None
        reply: Any
        try:
            client = client or self._new_client()
            reply = client.acquire_token_for_client([self._scope])
        except ConnectorError:
            raise
        except Exception:  # noqa: BLE001  msal and PyJWT share no base; what is left is about our own key
            reply = None
        if reply is None:
            raise CredentialRefused("entra_credential_unusable")
        if "access_token" not in reply:
            raise entra_refusal(msgspec.convert(reply, Denial))
        # Kept only after success: msal replays a refusal from memory for a minute.
        self._client = client
        return str(reply["access_token"])

    def _new_client(self) -> Any:
        """Asks the login host where its endpoints are, and no other host whether that one is genuine."""
        credential = {
            "private_key": opened(self._application.private_key),
            "public_certificate": self._application.certificate,
        }
        return msal.ConfidentialClientApplication(
            self._application.client_id,
            authority=self._authority,
            client_credential=credential,
            instance_discovery=False,
            http_client=self._login,
        )
