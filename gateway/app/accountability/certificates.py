"""Certificates as an admin hands them out, and whether one holds."""

from collections.abc import Collection
from functools import partial

from gateway.app.accountability.transparency import NotProved, installed_log, told
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.errors import UnknownName
from gateway.proof.checkpoint import certificate_file
from gateway.proof.merkle import inclusion
from gateway.proof.offline import Refused, VerifierKey, verifier_key, verify
from gateway.proof.offline import told as told_of
from gateway.store.certificates import RECORD, CertificateRow, certificate_of
from gateway.store.handle import Handle
from gateway.store.leaves import best_head, leaves_of
from gateway.store.withdrawals import withdrawals_of
from gateway.vault.columns import SealedColumn


async def certificate(parts: Parts, tenant: TenantId, withdrawal: str | None = None) -> str:
    """The certificate of a withdrawal, a hold or a place, as a file that proves itself.

    If none is named, it is that of the newest withdrawal.

    Raises UnknownName where there is none, NotProved where its cascade has not come so far.
    """
    column = await parts.keyring.evidence(tenant, *RECORD)
    log = await installed_log(parts)

    def read(handle: Handle) -> str:
        row = _row(handle, tenant, withdrawal, column)
        file = _file(handle, row)
        # Nothing is handed out that whoever gets it could not verify.
        told(lambda: verify(file.encode(), log.signer(row.log).key))
        return file

    return await parts.store.read(read)


async def withdrawal_named(parts: Parts, tenant: TenantId, withdrawal: str | None = None) -> str:
    """The id of a withdrawal, the newest if none is named. Raises UnknownName."""
    return await parts.store.read(partial(_named, tenant=tenant, withdrawal=withdrawal))


def verdict(file: bytes, keys: Collection[VerifierKey], witnesses: Collection[str]) -> tuple[str, bool]:
    """What a certificate says and that it holds, under one of these keys; or why it does not."""
    refusals = list[str]()
    for key in keys:
        try:
            return told_of(verify(file, key, *map(verifier_key, witnesses)), key), True
        except Refused as refusal:
            refusals.append(str(refusal))
    return refusals[0], False


def _row(handle: Handle, tenant: TenantId, withdrawal: str | None, column: SealedColumn) -> CertificateRow:
    row = None if withdrawal is None else certificate_of(handle, tenant, withdrawal, column)
    if row is not None:
        return row
    row = certificate_of(handle, tenant, _named(handle, tenant, withdrawal), column)
    if row is None:
        raise NotProved("That withdrawal is not proved yet; whatever serves goes on with it. Ask again soon.")
    return row


def _named(handle: Handle, tenant: TenantId, withdrawal: str | None) -> str:
    ids = [row.id for row in withdrawals_of(handle, tenant)]
    named = withdrawal or (ids[-1] if ids else "")
    if named not in ids:
        raise UnknownName(
            "There is no such withdrawal of this tenant, nor a certificate of that id. 'gateway tenant show' "
            "lists withdrawals."
        )
    return named


def _file(handle: Handle, row: CertificateRow) -> str:
    head, checkpoint = best_head(handle, row.log, row.position)
    path = inclusion(leaves_of(handle, row.log, head.size), row.position)
    return certificate_file(row.certificate, row.position, path, checkpoint)
