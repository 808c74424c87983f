"""A key service that was told to destroy somebody's key, and then does not answer."""

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.vault.keys import DataKeyOwner
from gateway.vault.local import LocalKeyService
from gateway.vault.secret import SecretKey


class SilentKeys(LocalKeyService):
    """Nobody knows whether the key is gone. Here it is not."""

    async def destroy_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:  # noqa: ARG002
        return

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:  # noqa: ARG002
        raise KeyUnavailable("The key service does not answer.")
