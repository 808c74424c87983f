"""The last step of every cascade: a certificate, and its leaf in the log, in one transaction."""

import secrets
from functools import partial
from typing import NamedTuple

from gateway.authorization import AuthorizationId, State
from gateway.legal_hold import LegalHold
from gateway.proof.certificate import SALT_BYTES, Scope
from gateway.proof.merkle import leaf_hash
from gateway.proof.offline import sha256
from gateway.store import certificates, consumers, legal_holds, registry
from gateway.store.acknowledgements import acknowledgements_of, told_erasure
from gateway.store.certificates import CertificateRow, add_certificate, certificate_of
from gateway.store.consumers import ConsumerRows
from gateway.store.handle import Handle
from gateway.store.history import history_of
from gateway.store.leaves import LogHead, size_of
from gateway.store.registry import Registry, known_standing, load_record
from gateway.store.remains import persons_of
from gateway.store.row_lock import lock_row
from gateway.store.store import Store
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService, KnownBackup
from gateway.withdrawal.certifying import Audience, Findings, Origin, certificate
from gateway.withdrawal.log import OpenLog, Seen, append_leaf, open_log


class Columns(NamedTuple):
    """What is opened, or sealed, to certify."""

    certificates: SealedColumn
    authorizations: SealedColumn
    consumers: SealedColumn
    holds: SealedColumn


class Prover:
    """Certifies withdrawals, each once."""

    def __init__(self, store: Store, keyring: Keyring, keys: KeyService) -> None:
        self._store = store
        self._keyring = keyring
        self._keys = keys
        self._seen: Seen | None = None

    async def prove(self, withdrawal: WithdrawalRow, findings: Findings) -> None:
        """Seal the certificate, append its leaf and sign the log's new head; then tell how large it is.

        Raises KeyUnavailable, LogDamaged.
        """
        keyring, tenant = self._keyring, withdrawal.tenant
        columns = Columns(
            await keyring.evidence(tenant, *certificates.RECORD),
            await keyring.evidence(tenant, *registry.RECORD),
            await keyring.service(*consumers.RECORDS),
            await keyring.evidence(tenant, *legal_holds.RECORD),
        )
        log, backups = await open_log(self._store, self._keys), await self._keys.backups()
        write = partial(self._write, withdrawal, findings, columns, log, [*backups.values()], self._seen)
        head, self._seen = await self._store.administer(write)
        await self._keys.raise_log_size(*head)

    def _write(
        self,
        withdrawal: WithdrawalRow,
        findings: Findings,
        columns: Columns,
        log: OpenLog,
        backups: list[KnownBackup],
        seen: Seen | None,
        rows: Registry,
    ) -> tuple[LogHead, Seen | None]:
        handle, tenant, sealed = rows.handle, withdrawal.tenant, columns.certificates
        lock_row(handle, tenant)
        known = certificate_of(handle, tenant, withdrawal.id, sealed)
        if known is not None:
            return LogHead(known.log, size_of(handle, known.log)), seen
        made = certificate(
            withdrawal,
            findings,
            self._keys.custody,
            _audience(handle, withdrawal, columns.consumers),
            _origin(handle, withdrawal, findings.scope, columns),
            backups,
            now=rows.now,
            salt=secrets.token_urlsafe(SALT_BYTES),
        ).canonical()
        head, found = append_leaf(handle, log, leaf_hash(sha256(made)), seen, rows.now)
        row, epoch = CertificateRow(made, *head), known_standing(handle, tenant).authorization.epoch
        add_certificate(handle, tenant, withdrawal.id, epoch, row, sealed)
        return head, found


def _audience(handle: Handle, withdrawal: WithdrawalRow, column: SealedColumn) -> Audience:
    if told_erasure(handle, withdrawal.tenant, withdrawal.id) is None:
        return Audience(0, ())
    readers = ConsumerRows(handle, column).all()
    told = sum(withdrawal.tenant in one.scope and one.revoked_at is None for one in readers)
    return Audience(told, tuple(acknowledgements_of(handle, withdrawal.tenant, withdrawal.id)))


def _origin(handle: Handle, withdrawal: WithdrawalRow, scope: Scope, columns: Columns) -> Origin:
    holds = _held(handle, withdrawal, scope, columns.holds)
    if scope is Scope.SUBJECT:
        return Origin(None, None, 0, holds)
    record = load_record(handle, known_standing(handle, withdrawal.tenant), columns.authorizations)
    if scope is Scope.CREDENTIALS:
        return Origin(None, record, 0)
    stood = _stood(handle, withdrawal)
    if scope is Scope.PERSON:
        return Origin(stood, None, 1, holds)
    return Origin(stood, record, persons_of(handle, withdrawal.tenant), holds)


def _held(
    handle: Handle, withdrawal: WithdrawalRow, scope: Scope, column: SealedColumn
) -> tuple[LegalHold, ...]:
    """The holds that may be named, and keep some of what was withdrawn."""
    known = legal_holds.known_holds(handle, withdrawal.tenant, column).values()
    if scope is Scope.SUBJECT:
        return tuple(one for one in known if withdrawal.subject in one.subjects)
    if scope is Scope.PERSON:
        return tuple(one for one in known if withdrawal.authorization in one.persons)
    return tuple(known)


def _stood(handle: Handle, withdrawal: WithdrawalRow) -> str | None:
    known = history_of(handle, withdrawal.tenant, AuthorizationId(withdrawal.authorization))
    stood = [f"{row.state} {row.reason or ''}".strip() for row in known if State(row.state).is_open]
    return stood[-1] if stood else None
