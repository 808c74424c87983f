"""What the gateway asks of a key service."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from gateway.authorization import AuthorizationId
from gateway.booking import SubjectId, TenantId
from gateway.legal_hold import HoldId
from gateway.vault.secret import KeyId, SecretKey


class Purpose(StrEnum):
    """What a tenant's key is for."""

    #: Wraps the data keys. Comes in versions, the first is 1, and never leaves the key service.
    ENCRYPTION = "encryption"
    #: Seals what an authorization's bookings say, or who of the enrolled booked; one for each owner.
    DATA = "data"
    #: Seals what reads calendars at the provider. Destroyed first, or alone: then another version follows.
    CREDENTIALS = "credentials"
    #: Makes look-ups.
    INDEX = "index"
    #: Seals the proof of what was authorized and withdrawn. Outlives the tenant's other keys.
    EVIDENCE = "evidence"
    #: Seals what a legal hold keeps, one for each. Outlives all others, until the hold is lifted.
    HOLD = "hold"


#: Whose a data key is: an authorization's, or an enrolled subject's.
DataKeyOwner = AuthorizationId | SubjectId

#: The keys of a tenant that may be had by their purpose alone.
TenantPurpose = Literal[Purpose.CREDENTIALS, Purpose.INDEX, Purpose.EVIDENCE]


class RemainingKey(msgspec.Struct, frozen=True):
    """A trace of key bytes that a key service still holds.

    ``purpose`` is None for what the service cannot place; ``id`` is None where no whole key is left, as in a
    destruction that was interrupted, or where the key never leaves its service. All count as remaining.

    ``gone_at``: the service does not use the key any more, and from then on it cannot give it back either.
    None where it can be used. So *inaccessible* and *irrecoverable* are two times.
    """

    purpose: Purpose | None
    id: KeyId | None
    gone_at: datetime | None = None
    #: Of a credentials key, which comes in versions as well.
    version: int = 1


class KeyVersion(msgspec.Struct, frozen=True):
    """The newest version of a tenant's encryption key, and since when it is in use, epoch milliseconds.

    ``since`` is None for the first, which is as old as the tenant. ``is_alone``: no older one is left.
    """

    number: int
    since: int | None
    is_alone: bool


class Custody(msgspec.Struct, frozen=True):
    """Who holds keys, who makes those that seal data, and what wraps them: facts for a certificate."""

    service: str
    made_by: str
    wrapped_by: str


class KnownBackup(msgspec.Struct, frozen=True):
    """A copy of the store that was registered. Times are epoch milliseconds; ``drilled_at``: tried last.

    ``destroyed_at``: when it was said that it is there no more, which nobody can verify.
    """

    taken_at: int
    drilled_at: int | None = None
    destroyed_at: int | None = None


class KeyService(Protocol):
    """Holds the keys, apart from the data and from the data's backups.

    All keys are random. A key that was destroyed never comes back under its name. Every method may be
    called again after a crash, by any process, and completes what it began; on return its effect is durable.
    Methods raise KeyUnavailable, and nothing else, when a key is not to be had, or the service is not; where
    a key was destroyed it is KeyDestroyed, also while the service is not to be had. A tenant that was never
    made counts as unavailable, for destruction too: absence alone proves nothing.
    """

    @property
    def custody(self) -> Custody:
        """What is true of all keys here. Asks nobody."""
        ...

    async def create_tenant(self, tenant: TenantId) -> None:
        """Make the tenant's encryption (version 1), credentials, index and evidence key; keep those there.

        Comes before anything of the tenant is stored.
        """
        ...

    async def create_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        """Make the owner's data key, wrapped under the tenant's encryption key; keep one there."""
        ...

    async def open_key(self, tenant: TenantId, purpose: TenantPurpose) -> SecretKey:
        """A key of the tenant's, in memory; of credentials the newest version. The caller drops it soon."""
        ...

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        """The owner's data key, unwrapped by the service."""
        ...

    async def create_hold_key(self, tenant: TenantId, hold: HoldId) -> None:
        """Make the key of a legal hold, wrapped under none of the tenant's; keep one there."""
        ...

    async def open_hold_key(self, tenant: TenantId, hold: HoldId) -> SecretKey:
        """The key of a legal hold, also once all of the tenant's are destroyed."""
        ...

    async def destroy_hold_key(self, tenant: TenantId, hold: HoldId) -> None:
        """Destroy the key of a legal hold alone. One that was never made may not be made later."""
        ...

    async def officers(self) -> Sequence[bytes]:
        """What was recorded of who confirms what concerns holds, the first first."""
        ...

    async def record_officers(self, number: int, record: bytes) -> None:
        """Keep the ``number``-th record of officers, from nought on; one of that number stays as it is."""
        ...

    async def service_key(self) -> SecretKey:
        """The installation's own key, made when it is first asked for."""
        ...

    async def log_key(self) -> SecretKey:
        """The key that signs the installation's transparency log, made when it is first asked for."""
        ...

    async def log_size(self, log: int) -> int:
        """The highest size of the installation's log of that number that was told, 0 if none was.

        A store that holds fewer of its leaves is a restored one.
        """
        ...

    async def raise_log_size(self, log: int, size: int) -> None:
        """Tell that the log has reached ``size``. A lower one than was told changes nothing."""
        ...

    async def keep_record(self, tenant: TenantId, name: str, record: bytes) -> None:
        """Keep, beside the keys, what was withdrawn or asked for; a store restored from before knows of none.

        ``record`` is sealed by the caller. One of that name stays as it is.
        """
        ...

    async def kept_records(self, tenant: TenantId) -> Mapping[str, bytes]:
        """What was recorded of a tenant, by its names."""
        ...

    async def forget_record(self, tenant: TenantId, name: str) -> None:
        """Let go of what was recorded under a name, once it need not be proved any more."""
        ...

    async def record_revocation(self, consumer: str) -> None:
        """Keep that a consumer's token was revoked, whatever becomes of the store."""
        ...

    async def revocations(self) -> frozenset[str]:
        """The ids of all consumers of which that is kept."""
        ...

    async def register_backup(self, backup: str, taken_at: int) -> None:
        """Keep that there is a copy of the store."""
        ...

    async def record_drill(self, backup: str, drilled_at: int) -> None:
        """Keep that a copy was tried, and opened to nobody who has withdrawn."""
        ...

    async def record_destruction(self, backup: str, destroyed_at: int) -> None:
        """Keep that a copy is said to be there no more."""
        ...

    async def backups(self) -> Mapping[str, KnownBackup]:
        """Every copy of the store that was registered."""
        ...

    async def key_version(self, tenant: TenantId) -> KeyVersion:
        """Which version of the tenant's encryption key is in use."""
        ...

    async def rotate(self, tenant: TenantId, version: int, at: int) -> None:
        """Wrap the tenant's data keys under that version of its encryption key, and destroy older versions.

        Makes the version if it is the next, from ``at`` on (epoch milliseconds); a newer one will do. Data
        keys stay what they are, and can be opened and made meanwhile.
        """
        ...

    async def burn(self, tenant: TenantId, owner: DataKeyOwner, at: int) -> datetime | None:
        """Destroy the data key of one owner alone, and every version that it was ever wrapped under.

        So a copy of what stands beside the data opens nothing of theirs; all others' keys are wrapped anew.
        Returns when the service loses for good what it could still give back; None if there is none.
        """
        ...

    async def destroy_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        """Destroy the data key of one owner alone; all others stay. What wrapped it goes on.

        That is enough for a key that sealed nothing; else there is ``burn``.
        """
        ...

    async def destroy_credentials(self, tenant: TenantId) -> None:
        """Destroy all versions of the credentials key alone; all others stay."""
        ...

    async def credentials_version(self, tenant: TenantId) -> int:
        """The newest version of the credentials key, whether or not it is destroyed. The first is 1."""
        ...

    async def retire_credentials(self, tenant: TenantId, version: int) -> None:
        """Destroy that version of the credentials key, and older ones; a newer one stays."""
        ...

    async def renew_credentials(self, tenant: TenantId) -> None:
        """Make the next version of the credentials key if the newest is destroyed; keep one there.

        Raises KeyDestroyed where all keys of the tenant are.
        """
        ...

    async def destroy_tenant_keys(self, tenant: TenantId) -> None:
        """Destroy all keys of the tenant but those of evidence and holds; the encryption key goes first.

        On return none can be used. Some services could still give them back, for a time: ``remaining`` tells.
        """
        ...

    async def destroy_evidence(self, tenant: TenantId) -> None:
        """Destroy the evidence key, the last of a tenant all of whose others were destroyed."""
        ...

    async def restore_evidence(self, tenant: TenantId, key: SecretKey) -> None:
        """Put an evidence key back where there is none; one that is there stays."""
        ...

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        """All that is left of the tenant's keys, looked up anew: what a verification reads."""
        ...

    async def epoch(self, tenant: TenantId, authorization: AuthorizationId | HoldId) -> int:
        """The highest epoch that was told, 0 if none was. Survives the destruction of the keys.

        A store whose authorization has a lower epoch is a restored one. Of a hold that has stood it is 1.
        """
        ...

    async def raise_epoch(
        self, tenant: TenantId, authorization: AuthorizationId | HoldId, epoch: int
    ) -> None:
        """Tell that the authorization has reached ``epoch``. A lower one than was told changes nothing."""
        ...
