"""What shows to an Azure Key Vault that we may use it: an application with a certificate."""

from typing import Protocol

from connectors.errors import ConnectorError
from connectors.microsoft.grant import Application, EntraGrant
from gateway.app.providers.credentials import certificate_in, check_pair, read_credential, tls_context
from gateway.errors import KeyUnavailable
from gateway.key_settings import AzureSettings


class Tokens(Protocol):
    """What is asked for tokens. Raises ConnectorError."""

    async def token(self) -> str: ...

    def forget(self, token: str) -> None: ...


def entra_grant(settings: AzureSettings) -> EntraGrant:
    """Raises ConfigurationError for a certificate that cannot be read."""
    check_pair(settings.certificate_file)
    pem = read_credential(settings.certificate_file)
    application = Application(settings.client_id, private_key=pem, certificate=certificate_in(pem))
    return EntraGrant(
        application,
        settings.directory,
        tls_context(None),
        login_urls=[settings.login_url],
        scope=settings.scope,
    )


class AzureGrant:
    """Tokens of Microsoft Entra; what keeps one from us keeps keys from us."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def token(self) -> str:
        """Raises KeyUnavailable."""
        try:
            return await self._tokens.token()
        except ConnectorError as error:
            raise KeyUnavailable(
                f"Microsoft Entra gives no token for the key vault ({error.code}). Nothing is read or "
                "served until it does; check [key_service.azure], and that its certificate is known there."
            ) from None

    def forget(self, token: str) -> None:
        self._tokens.forget(token)
