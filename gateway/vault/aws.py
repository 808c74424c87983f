"""AwsKeys: wrapping keys in AWS KMS.

Each is a key of its own under the alias ``alias/gateway/OWNER/PURPOSE``, from the second version on
``PURPOSE-VERSION``, which stays with it until AWS
deletes it: seven days after it was told to. Until then whoever administers the account can take that back.
A process that dies between making a key and naming it leaves one there that wraps nothing.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from gateway.errors import KeyUnavailable
from gateway.vault.aws_endpoint import ABSENT, TAKEN, AwsEndpoint, Refused
from gateway.vault.exchange import decoded
from gateway.vault.keys import Custody
from gateway.vault.secret import KEY_BYTES, SecretKey
from gateway.vault.wrapping import WrappingKey, WrappingKeys, outliving

#: The shortest that AWS allows.
PENDING_DAYS = 7

#: An alias that was made is known everywhere after a while.
LOOKS = 20
PAUSE_SECONDS = 0.5

Material = Annotated[bytes, msgspec.Meta(min_length=KEY_BYTES, max_length=KEY_BYTES)]


class _Metadata(msgspec.Struct, frozen=True, rename="pascal"):
    key_id: str
    #: Seconds since 1970, while it is pending deletion.
    deletion_date: float | None = None

    @property
    def gone_at(self) -> datetime | None:
        """None for a key that could be used, be it only once somebody enables it again."""
        date = self.deletion_date
        return None if date is None else datetime.fromtimestamp(date, UTC)


class _Key(msgspec.Struct, frozen=True, rename="pascal"):
    key_metadata: _Metadata


class _Generated(msgspec.Struct, frozen=True, rename="pascal"):
    plaintext: Material
    ciphertext_blob: bytes


class _Wrapped(msgspec.Struct, frozen=True, rename="pascal"):
    ciphertext_blob: bytes


class _Unwrapped(msgspec.Struct, frozen=True, rename="pascal"):
    plaintext: Material


class AwsKeys:
    """Wrapping keys that AWS KMS holds and never gives away."""

    def __init__(self, endpoint: AwsEndpoint) -> None:
        self._endpoint = endpoint

    @property
    def custody(self) -> Custody:
        return Custody("AWS KMS", "AWS KMS", "AES-256-GCM, a key of the tenant's")

    async def create(self, key: WrappingKey) -> None:
        if await self._look(key) is None:
            made = decoded(await self._endpoint.ask("CreateKey", Description=_alias(key)), _Key).key_metadata
            await self._name(key, made)
        for _ in range(LOOKS):
            if await self._look(key) is not None:
                return
            await asyncio.sleep(PAUSE_SECONDS)
        raise KeyUnavailable("AWS does not know a key yet that it has just made. Try again in a minute.")

    async def generate(self, key: WrappingKey) -> tuple[SecretKey, bytes]:
        asked = {"KeyId": _alias(key), "KeySpec": "AES_256", "EncryptionContext": _context(key)}
        made = decoded(await self._endpoint.ask("GenerateDataKey", **asked), _Generated)
        return SecretKey(made.plaintext), made.ciphertext_blob

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        asked = {"KeyId": _alias(key), "EncryptionContext": _context(key)}
        answer = await self._endpoint.ask("Encrypt", Plaintext=secret.use(bytes), **asked)
        return decoded(answer, _Wrapped).ciphertext_blob

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        asked = {"KeyId": _alias(key), "CiphertextBlob": wrapped, "EncryptionContext": _context(key)}
        return SecretKey(decoded(await self._endpoint.ask("Decrypt", **asked), _Unwrapped).plaintext)

    async def destroy(self, key: WrappingKey) -> None:
        found = await self._known(key)
        if found is None or found.gone_at is not None:
            return
        # Of two that destroy at once the second is refused: what decides is the look at the end.
        with suppress(Refused):
            await self._discard(found)
        found = await self._known(key)
        if found is not None and found.gone_at is None:
            raise KeyUnavailable(
                "AWS did not take a key out of use that it was told to delete. Check that our principal may "
                "schedule it; it is tried again."
            )

    async def remaining(self, keys: Iterable[WrappingKey]) -> Mapping[WrappingKey, datetime | None]:
        found = {key: await self._known(key) for key in keys}
        return {key: one.gone_at for key, one in found.items() if one is not None}

    async def _name(self, key: WrappingKey, made: _Metadata) -> None:
        try:
            await self._endpoint.ask("CreateAlias", AliasName=_alias(key), TargetKeyId=made.key_id)
        except Refused as error:
            if error.type != TAKEN:
                raise
            # Somebody else was faster, and nothing was wrapped under this one.
            await self._discard(made)

    async def _discard(self, found: _Metadata) -> None:
        asked = {"KeyId": found.key_id, "PendingWindowInDays": PENDING_DAYS}
        await self._endpoint.ask("ScheduleKeyDeletion", **asked)

    async def _known(self, key: WrappingKey) -> _Metadata | None:
        """None where AWS has no such key, and has one that outlives it."""
        found = await self._look(key)
        if found is None and await self._look(outliving(key)) is None:
            raise KeyUnavailable(
                "AWS knows nothing of a tenant, so none of its keys is known to be destroyed. Check that "
                "key_service.aws names the account and region in which they were made."
            )
        return found

    async def _look(self, key: WrappingKey) -> _Metadata | None:
        try:
            answer = await self._endpoint.ask("DescribeKey", KeyId=_alias(key))
        except Refused as error:
            if error.type != ABSENT:
                raise
            return None
        return decoded(answer, _Key).key_metadata


_: type[WrappingKeys] = AwsKeys


def _alias(key: WrappingKey) -> str:
    return f"alias/gateway/{key.owner}/{key.name}"


def _context(key: WrappingKey) -> dict[str, str]:
    """Bound into what is wrapped, and shown in the account's own log of requests: ids of ours."""
    return {"owner": key.owner, "purpose": key.name}
