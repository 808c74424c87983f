"""What of a withdrawal outlives the store: enough to withdraw again what a restored store still has."""

from collections.abc import Mapping

import msgspec

from gateway.authorization import AuthorizationId
from gateway.booking import SubjectId, TenantId
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService

#: A column of no table: under the evidence key, with the keys.
COLUMN = ("withdrawals", "recorded")
_EPOCH = 0


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawal as it stands with the key service. ``found_by``: keyed hashes of who withdrew or objected.

    ``fenced_at`` is in epoch milliseconds.
    """

    authorization: AuthorizationId
    subject: SubjectId | None
    found_by: tuple[str, ...]
    fenced_at: int
    #: Of credentials alone: the version of their key.
    credentials: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether an authorization ended with it."""
        return self.subject is None and self.credentials is None


async def record(
    keys: KeyService, keyring: Keyring, withdrawal: WithdrawalRow, found_by: tuple[str, ...]
) -> None:
    """Let it be known of a withdrawal whatever becomes of the store. Raises KeyUnavailable."""
    column = await keyring.evidence(withdrawal.tenant, *COLUMN)
    kept = Recorded(
        authorization=AuthorizationId(withdrawal.authorization),
        subject=withdrawal.subject,
        found_by=found_by,
        fenced_at=withdrawal.fenced_at,
        credentials=withdrawal.credentials,
    )
    sealed = column.seal(withdrawal.id, _EPOCH, msgspec.json.encode(kept))
    await keys.keep_record(withdrawal.tenant, withdrawal.id, sealed)


async def opened(
    keyring: Keyring, tenant: TenantId, records: Mapping[str, bytes]
) -> list[tuple[str, Recorded]]:
    """What was recorded, by its name, the first first. Raises KeyUnavailable, Unreadable."""
    if not records:
        return []
    column = await keyring.evidence(tenant, *COLUMN)
    found = [
        (name, msgspec.json.decode(column.open(name, _EPOCH, record), type=Recorded))
        for name, record in sorted(records.items())
    ]
    return sorted(found, key=lambda one: one[1].fenced_at)
