"""Keys that a PKCS#11 token wraps, where the library is installed that reaches one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.errors import ConfigurationError
from gateway.key_settings import Pkcs11Settings
from gateway.vault.wrapping import WrappingKeys


@asynccontextmanager
async def open_token_keys(settings: Pkcs11Settings) -> AsyncIterator[WrappingKeys]:
    """Raises ConfigurationError where the library is not installed; reaches for no token yet."""
    try:
        from gateway.vault.pkcs11 import Pkcs11Keys  # noqa: PLC0415  not everybody has a token
        from gateway.vault.pkcs11_token import Pkcs11Token  # noqa: PLC0415  likewise
    except ModuleNotFoundError:
        raise ConfigurationError(
            "[key_service.pkcs11] needs a library that is not installed here. Install the gateway with its "
            "extra 'pkcs11'. Nothing was started."
        ) from None
    token = Pkcs11Token(Path(settings.module), settings.token_label, Path(settings.pin_file))
    try:
        yield Pkcs11Keys(token)
    finally:
        await token.close()
