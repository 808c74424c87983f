"""A key directory whose keys a real transit engine wraps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService
from gateway.vault.transit import TransitKeys
from gateway.vault.transit_engine import TransitEngine
from gateway.vault.wrapped import WrappedKeyService
from tests.fakes.openbao import OpenBao


@dataclass
class Transit:
    """An engine that is a test's own, and everything of ours that belongs to it."""

    openbao: OpenBao
    mount: str
    directory: Path
    token_file: Path
    session: aiohttp.ClientSession

    def service(self, url: str | None = None) -> KeyService:
        """A client, as another process would make it; of this engine, or of whatever answers at a URL."""
        mount_url = url or f"{self.openbao.url}/v1/{self.mount}"
        engine = TransitEngine(self.session, mount_url, self.token_file)
        return WrappedKeyService(open_key_directory(self.directory, None), TransitKeys(engine))

    def names(self) -> set[str]:
        """The keys that the engine holds, as its administrator sees them."""
        status, answer = self.openbao.ask("LIST", f"{self.mount}/keys", self.openbao.root_token)
        return set(answer["data"]["keys"]) if status == 200 else set()

    def delete(self, name: str) -> None:
        """Let an administrator delete a key behind our back."""
        self.openbao.administer("POST", f"{self.mount}/keys/{name}/config", deletion_allowed=True)
        self.openbao.administer("DELETE", f"{self.mount}/keys/{name}")

    def make(self, name: str) -> None:
        """Let an administrator make a key, as a restored backup of the engine does."""
        self.openbao.administer("POST", f"{self.mount}/keys/{name}", type="aes256-gcm96")


@asynccontextmanager
async def open_transit(openbao: OpenBao, folder: Path) -> AsyncIterator[Transit]:
    """An engine that is new, and a key directory below a folder."""
    mount, token_file = openbao.mount(), folder / "token"
    token_file.write_text(f"{openbao.token(mount)}\n")
    async with aiohttp.ClientSession() as session:
        yield Transit(openbao, mount, folder / "keys", token_file, session)
    openbao.unmount(mount)
