"""The key service that an installation has: the key directory, and what wraps the keys in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from gateway.app.databases import data_directory
from gateway.app.keys.azure_grant import AzureGrant, entra_grant
from gateway.app.keys.token_keys import open_token_keys
from gateway.app.providers.credentials import tls_context
from gateway.app.providers.sessions import open_session
from gateway.key_settings import (
    AwsSettings,
    AzureSettings,
    KeyServiceSettings,
    Pkcs11Settings,
    TransitSettings,
)
from gateway.settings import Settings
from gateway.vault.aws import AwsKeys
from gateway.vault.aws_endpoint import AwsEndpoint
from gateway.vault.azure import AzureKeys
from gateway.vault.azure_vault import AzureVault
from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService
from gateway.vault.local import LocalKeyService
from gateway.vault.transit import TransitKeys
from gateway.vault.transit_engine import TransitEngine
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKeys


@asynccontextmanager
async def open_key_service(settings: Settings) -> AsyncIterator[KeyService]:
    """Raises ConfigurationError for a directory that is not fit for keys; asks no service yet."""
    directory, data = Path(settings.keys), data_directory(settings)
    service = next(iter(settings.key_service.named()), None)
    if service is None:
        yield LocalKeyService(directory, data)
        return
    opened = open_key_directory(directory, data)
    async with _open_wrapping(service) as wrapping:
        yield WrappedKeyService(opened, wrapping)


@asynccontextmanager
async def _open_wrapping(service: KeyServiceSettings) -> AsyncIterator[WrappingKeys]:
    if isinstance(service, Pkcs11Settings):
        async with open_token_keys(service) as keys:
            yield keys
        return
    ca_file = service.ca_file if isinstance(service, TransitSettings) else None
    async with open_session(tls_context(ca_file)) as session:
        yield _wrapping(service, session)


def _wrapping(
    service: TransitSettings | AwsSettings | AzureSettings, session: aiohttp.ClientSession
) -> WrappingKeys:
    match service:
        case TransitSettings():
            mount_url = f"{service.url.rstrip('/')}/v1/{service.mount}"
            return TransitKeys(TransitEngine(session, mount_url, Path(service.token_file)))
        case AwsSettings():
            return AwsKeys(AwsEndpoint(session, service.region, Path(service.credentials_file)))
        case AzureSettings():
            grant = AzureGrant(entra_grant(service))
            return AzureKeys(AzureVault(session, service.vault_url, grant))
