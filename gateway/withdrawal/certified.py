"""Certificates of what is no withdrawal: a legal hold that was lifted, a place that was excluded."""

import secrets
from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from gateway.booking import CalendarId, TenantId
from gateway.clock import moment
from gateway.legal_hold import Deed, HoldId, LegalHold
from gateway.proof.certificate import SALT_BYTES, ExcludedPlace, HoldTimes, LiftedHold, Proof
from gateway.proof.merkle import leaf_hash
from gateway.proof.offline import sha256
from gateway.proof.wording import (
    COPIES_REMAIN_UNTIL,
    EXCLUDED_PLACE,
    HELD,
    LIFTED_HOLD,
    NOT_COUNTED,
    NOT_HELD,
)
from gateway.store.certificates import RECORD, CertificateRow, add_certificate, certificate_of
from gateway.store.leaves import LogHead, size_of
from gateway.store.legal_holds import RECORD as HOLDS
from gateway.store.legal_holds import known_holds
from gateway.store.registry import Registry, known_standing
from gateway.store.remains import Remains, of_hold, of_place
from gateway.store.row_lock import lock_row
from gateway.store.store import Store
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService, KnownBackup, Purpose
from gateway.withdrawal.certifying import (
    backups_of,
    last_of,
    not_verified_of,
    software,
    statement_of,
    told,
)
from gateway.withdrawal.log import OpenLog, append_leaf, open_log
from gateway.withdrawal.ordered_steps import StepDelayed

#: What is certified, as the transaction finds it that appends the leaf; and what is known of copies.
Make = Callable[[Registry, list[KnownBackup]], Proof]


class Certifier:
    """Certifies, each thing once under its name. Methods raise KeyUnavailable, LogDamaged, StepDelayed."""

    def __init__(self, store: Store, keyring: Keyring, keys: KeyService) -> None:
        self._store = store
        self._keyring = keyring
        self._keys = keys

    async def lifted(self, tenant: TenantId, hold: HoldId, record: LegalHold) -> None:
        """A hold whose key was destroyed, and all that it kept deleted."""
        holds, remaining = await self._keyring.evidence(tenant, *HOLDS), await self._keys.remaining(tenant)
        gone = [key.gone_at for key in remaining if key.purpose is Purpose.HOLD and key.gone_at is not None]

        def make(rows: Registry, backups: list[KnownBackup]) -> Proof:
            left = _none_left(of_hold(rows.handle, tenant, hold))
            others = HELD if known_holds(rows.handle, tenant, holds) else None
            is_open = known_standing(rows.handle, tenant).authorization.state.is_open
            at = {deed: [one for one in record.journal if one.what is deed] for deed in Deed}
            lifted = at[Deed.LIFTED][-1]
            return LiftedHold(
                salt=secrets.token_urlsafe(SALT_BYTES),
                tenant=tenant,
                hold=hold,
                bookings=record.bookings,
                times=HoldTimes(
                    placed=told(moment(at[Deed.PLACED][0].at)),
                    confirmed=told(moment(lifted.at)),
                    verified=told(moment(rows.now)),
                ),
                confirmations=len(lifted.by),
                disclosures=len(at[Deed.DISCLOSED]),
                inaccessible_since=told(moment(rows.now)),
                irrecoverable_since=told(last_of(rows.now, max(gone, default=None))),
                statement=statement_of(LIFTED_HOLD, self._keys.custody),
                rows_left=left,
                backups=backups_of(backups),
                still_opens=tuple(filter(None, (NOT_HELD if is_open else None, others))),
                kept=LIFTED_HOLD.kept,
                not_verified=not_verified_of(backups),
                software=software(),
            )

        await self._certify(tenant, hold, make)

    async def excluded(self, tenant: TenantId, name: str, calendar: CalendarId) -> None:
        """A place of which nothing is stored any more, and nothing is read."""

        def make(rows: Registry, backups: list[KnownBackup]) -> Proof:
            statement = statement_of(EXCLUDED_PLACE, self._keys.custody)
            return ExcludedPlace(
                salt=secrets.token_urlsafe(SALT_BYTES),
                tenant=tenant,
                calendar=calendar,
                verified=told(moment(rows.now)),
                copies_remain_until=COPIES_REMAIN_UNTIL,
                inaccessible_since=told(moment(rows.now)),
                irrecoverable_since=None,
                statement=replace(statement, method="deletion of rows; no cryptographic erase"),
                rows_left=_none_left(of_place(rows.handle, tenant, calendar)),
                backups=backups_of(backups),
                still_opens=EXCLUDED_PLACE.still_opens,
                kept=EXCLUDED_PLACE.kept,
                not_verified=(NOT_COUNTED, *not_verified_of(backups)),
                software=software(),
            )

        await self._certify(tenant, name, make)

    async def _certify(self, tenant: TenantId, name: str, make: Make) -> None:
        """Seal the certificate, append its leaf and sign the log's new head; then tell how large it is."""
        column = await self._keyring.evidence(tenant, *RECORD)
        log, backups = await open_log(self._store, self._keys), await self._keys.backups()
        write = partial(_write, tenant, name, make, column, log, [*backups.values()])
        await self._keys.raise_log_size(*await self._store.administer(write))


def _write(
    tenant: TenantId,
    name: str,
    make: Make,
    column: SealedColumn,
    log: OpenLog,
    backups: list[KnownBackup],
    rows: Registry,
) -> LogHead:
    handle = rows.handle
    lock_row(handle, tenant)
    known = certificate_of(handle, tenant, name, column)
    if known is not None:
        return LogHead(known.log, size_of(handle, known.log))
    made = make(rows, backups).canonical()
    # Seldom, and by a process that has seen nothing of the log before.
    head, _ = append_leaf(handle, log, leaf_hash(sha256(made)), None, rows.now)
    epoch = known_standing(handle, tenant).authorization.epoch
    add_certificate(handle, tenant, name, epoch, CertificateRow(made, *head), column)
    return head


def _none_left(left: Remains) -> Remains:
    """Raises StepDelayed."""
    if any(left.values()):
        raise StepDelayed(
            "Rows are left of what was to be deleted, so nothing was certified. Look for a process of "
            "another version that writes this database."
        )
    return left
