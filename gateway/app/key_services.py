"""The key service that an installation has: the key directory, and what wraps the keys in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.app.credentials import tls_context
from gateway.app.sessions import open_session
from gateway.settings import Settings, TransitSettings
from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService
from gateway.vault.local import LocalKeyService
from gateway.vault.transit import TransitKeys
from gateway.vault.transit_engine import TransitEngine
from gateway.vault.wrapped import WrappedKeyService


@asynccontextmanager
async def open_key_service(settings: Settings) -> AsyncIterator[KeyService]:
    """Raises ConfigurationError for a directory that is not fit for keys; asks no service yet."""
    directory, data, transit = Path(settings.keys), Path(settings.store), settings.key_service.transit
    if transit is None:
        yield LocalKeyService(directory, data)
        return
    opened = open_key_directory(directory, data)
    async with open_session(tls_context(transit.ca_file)) as session:
        engine = TransitEngine(session, _mount_url(transit), Path(transit.token_file))
        yield WrappedKeyService(opened, TransitKeys(engine))


def _mount_url(transit: TransitSettings) -> str:
    return f"{transit.url.rstrip('/')}/v1/{transit.mount}"
