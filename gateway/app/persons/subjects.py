"""Subjects: users of FlexO who asked to be recognized, and whoever withdrew or objected."""

import asyncio
import secrets
from collections.abc import Collection
from functools import partial

import msgspec

from gateway.app.cascades import drive, open_cascade
from gateway.app.keys.new_keys import make_data_key
from gateway.app.parts import Parts
from gateway.app.rules import disclosure_of
from gateway.app.tenants import open_tenant
from gateway.booking import SubjectId, TenantId
from gateway.errors import ConfigurationError, GatewayError, UnknownName
from gateway.minimization.lattice import Booker
from gateway.store.registry import Standing
from gateway.store.store import Fence
from gateway.store.subjects import SubjectRow, subjects_of
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.store.withdrawals import WithdrawalRow, withdrawals_of
from gateway.subject import ENROLLED, Finder, SubjectRecord, directory_id, finder, folded, spellings
from gateway.vault.index import Index
from gateway.vault.keyring import TenantKeys
from gateway.withdrawal.giving_back import Revoke
from gateway.withdrawal.restricting import read_anew

PSEUDONYM_BYTES = 16


async def enrol_subject(
    parts: Parts,
    standing: Standing,
    *,
    user: str,
    addresses: list[str],
    directory: str | None = None,
    places: Collection[str] = (),
) -> SubjectId:
    """Recognize a user of FlexO as an organizer from the next look on, under a new key and a new pseudonym.

    ``places``, by their provider's ids, are those that they let be told though they are as good as their own.
    What suppressed them before does not any more. Raises ConfigurationError, with nothing recorded, if any of
    it finds somebody who is enrolled already.
    """
    record = SubjectRecord(
        pseudonym=secrets.token_urlsafe(PSEUDONYM_BYTES),
        user=_told(user),
        directory=None if directory is None else directory_id(_told(directory)),
        addresses=frozenset(_address(address) for address in addresses),
        places=frozenset(map(_told, places)),
    )
    keys, fence = await unlock(parts.keyring, standing), Fence.of(standing)
    subject = SubjectId(f"{ENROLLED}{secrets.token_urlsafe(16)}")
    found_by = record.finders(keys.index.identifier)
    of_before = [
        finder(keys.index.identifier, Finder.DIRECTORY, one) for one in spellings(record.directory or "")
    ]
    await parts.store.look(fence, keys, partial(_refuse_twice, found_by=[*found_by, *of_before]))
    try:
        await make_data_key(parts, standing.tenant, subject)
        theirs = await parts.keyring.tenant(standing.tenant, subject)
        sealed = partial(_enrol, subject=subject, record=msgspec.json.encode(record), keys=theirs)
        enrol = partial(sealed, found_by=found_by, has_places=bool(places))
        await parts.store.turn(fence, keys, enrol)
    except (Exception, asyncio.CancelledError):
        await _undo(parts, standing.tenant, subject)
        raise
    return subject


async def list_subjects(parts: Parts, tenant: TenantId) -> list[SubjectRow]:
    """Who is enrolled, the first first."""
    return await parts.store.read(partial(subjects_of, tenant=tenant))


async def has_suppressions(parts: Parts, standing: Standing) -> bool:
    """Whether anybody has withdrawn or objected. Raises KeyUnavailable once the tenant was withdrawn."""
    keys = await unlock(parts.keyring, standing)
    known = await parts.store.look(Fence.of(standing), keys, lambda transaction: transaction.subjects.known())
    return bool(known.suppressed)


async def tells_users(parts: Parts, standing: Standing) -> bool:
    """Whether a tenant's policy and legal basis let FlexO's user ids be told. Raises KeyUnavailable."""
    return disclosure_of(parts.rules, await open_tenant(parts, standing)).booker is Booker.USER


def finder_of(index: Index, *, user: str | None, address: str | None) -> str:
    """The keyed hash by which somebody is found. Raises ConfigurationError."""
    if user is not None:
        return finder(index.identifier, Finder.USER, _told(user))
    return finder(index.identifier, Finder.ADDRESS, _address(address or ""))


async def withdraw_subject(
    parts: Parts, standing: Standing, revoke: Revoke, *, user: str | None = None, address: str | None = None
) -> WithdrawalRow | None:
    """Withdraw whoever is found so, enrolled or not, and drive the cascade to the end.

    From here on nothing is told of the people of events that they organize. None: that was done before.
    Repeating it goes on where an earlier one stopped. Raises UnknownName for a user who was never enrolled;
    GatewayError where a step before the proof has to wait: the fence stands by then, and whatever serves
    takes the rest up.
    """
    keys = await unlock(parts.keyring, standing)
    found_by = finder_of(keys.index, user=user, address=address)
    cascade = open_cascade(parts, revoke)
    lease = await cascade.fence_subject(Fence.of(standing), keys, found_by, may_object=user is None)
    await drive(parts, cascade, lease)
    if lease is None:
        return None
    found = await parts.store.read(partial(withdrawals_of, tenant=standing.tenant))
    return next(row for row in found if row.id == lease.id)


async def resume_subject(
    parts: Parts, standing: Standing, *, user: str | None = None, address: str | None = None
) -> bool:
    """Let somebody be told of again whom a signal has suspended: an admin confirms that they are there.

    False where they were not suspended. Raises UnknownName, KeyUnavailable.
    """
    keys = await unlock(parts.keyring, standing)
    found_by = finder_of(keys.index, user=user, address=address)

    def write(transaction: Transaction) -> bool:
        subject = transaction.subjects.registered().enrolled.get(found_by)
        if subject is None:
            raise UnknownName("Nobody is enrolled who is found so. Nothing was changed.")
        if not transaction.subjects.resume(subject):
            return False
        read_anew(transaction)
        return True

    return await parts.store.turn(Fence.of(standing), keys, write)


def _refuse_twice(transaction: Transaction, *, found_by: list[str]) -> None:
    enrolled = transaction.subjects.registered().enrolled
    if any(one in enrolled for one in found_by):
        raise ConfigurationError(
            "That user id, directory id, or one of the addresses or places is enrolled already. To change "
            "what somebody is found by, withdraw them and enrol them anew; nothing was recorded."
        )


def _enrol(
    transaction: Transaction,
    *,
    subject: SubjectId,
    record: bytes,
    found_by: list[str],
    has_places: bool,
    keys: TenantKeys,
) -> None:
    _refuse_twice(transaction, found_by=found_by)
    transaction.subjects.add(subject, record, found_by, keys)
    transaction.calendars.read_anew()
    if has_places:
        transaction.directory.restart()


async def _undo(parts: Parts, tenant: TenantId, subject: SubjectId) -> None:
    """Destroy a key that seals nothing, unless they were enrolled all the same."""
    try:
        # Behind whatever the one writer has begun.
        listed = await parts.store.administer(lambda registry: subjects_of(registry.handle, tenant))
        if subject not in {row.id for row in listed}:
            await parts.keys.destroy_data_key(tenant, subject)
    except GatewayError:
        # It seals nothing, and goes with the tenant's other keys.
        return


def _told(value: str) -> str:
    """Raises ConfigurationError."""
    if not value.strip():
        raise ConfigurationError(
            "An id is empty. Give it as FlexO or the directory has it. Nothing was done."
        )
    return value.strip()


def _address(value: str) -> str:
    """As connectors fold it. Raises ConfigurationError."""
    folded_address = folded(value)
    if "@" not in folded_address or any(character.isspace() for character in folded_address):
        raise ConfigurationError(
            "An address is none. Give it as calendars show it, such as name@example.com; nothing was done."
        )
    return folded_address
