"""The cascade: a fence, and the steps behind it. Who commits the fence drives it; anyone may take it up."""

import asyncio
import secrets
from collections.abc import Callable, Collection
from functools import partial

import structlog
from msgspec.structs import replace

from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind
from gateway.booking import SubjectId, TenantId
from gateway.errors import GatewayError, KeyUnavailable, UnknownName
from gateway.request import By
from gateway.store.chosen import is_connected
from gateway.store.leases import Lease
from gateway.store.links import become
from gateway.store.registry import (
    Registry,
    Standing,
    known_standing,
    known_standing_under,
    standing_under,
)
from gateway.store.restrictions import is_left_alone
from gateway.store.store import Fence, Store
from gateway.store.tables import withdrawals
from gateway.store.transaction import Transaction
from gateway.store.withdrawals import WithdrawalRow, is_withdrawn, load_withdrawal
from gateway.subject import OBJECTED
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.keys import KeyService
from gateway.withdrawal.credential_steps import CredentialSteps, cut_off
from gateway.withdrawal.deadlines import is_overdue
from gateway.withdrawal.giving_back import Revoke, nothing_to_revoke
from gateway.withdrawal.ordered_steps import NamedStep
from gateway.withdrawal.person_steps import PersonSteps
from gateway.withdrawal.restricting import advance
from gateway.withdrawal.steps import Steps
from gateway.withdrawal.subject_steps import Narrow, SubjectSteps, hide

log = structlog.get_logger()

RETRY_MILLISECONDS = 10_000
# Of one tenant, whose people may be many.
RESUMED_AT_ONCE = 50
# How long a fence waits to be told the highest epoch.
KEY_SERVICE_SECONDS = 1.0


#: Whether what is fenced still is to be, as the transaction that fences finds it; what it tells, if so.
OnlyIf = Callable[[Registry, Standing], object]


def _always(_registry: Registry, _standing: Standing) -> object:
    return True


def _is_overdue(registry: Registry, standing: Standing) -> object:
    return is_overdue(standing, registry.now) and not is_left_alone(registry.handle, standing.authorization)


class Cascade:
    """Withdraws tenants. One of many: a lease keeps them apart."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        keys: KeyService,
        *,
        owner: str,
        narrow: Narrow,
        revoke: Revoke = nothing_to_revoke,
    ) -> None:
        self._store = store
        self._keys = keys
        self._steps = {
            AuthorizationKind.EMPLOYER: Steps(store, keyring, keys, revoke).in_order(),
            AuthorizationKind.PERSONAL: PersonSteps(store, keyring, keys, revoke).in_order(),
        }
        self._subject_steps = SubjectSteps(store, keyring, keys, revoke, narrow).in_order()
        self._credential_steps = CredentialSteps(store, keyring, keys, revoke).in_order()
        self._owner = owner

    async def fence(self, tenant: TenantId) -> Lease | None:
        """Raise the epoch and record the withdrawal, in one transaction. None if that was done before.

        From here on nothing is read or served. Raises UnknownName, TransitionForbidden once erased.
        """
        standing = await self._store.watch(partial(known_standing, tenant=tenant))
        return await self._fence(standing.authorization)

    async def fence_person(self, tenant: TenantId, authorization: AuthorizationId) -> Lease | None:
        """As ``fence``, for one person's authorization: what hangs on it is told as gone at once."""
        known = partial(known_standing_under, tenant=tenant, authorization=authorization)
        return await self._fence((await self._store.watch(known)).authorization)

    async def fence_overdue(self, seen: Standing) -> Lease | None:
        """As ``fence_due``, if the clock of its suspension, or trial, still runs and has run out."""
        return await self.fence_due(seen, _is_overdue)

    async def fence_due(self, seen: Standing, only_if: OnlyIf) -> Lease | None:
        """As ``fence`` and ``fence_person``, by time alone, if it still is to be.

        Raises KeyUnavailable where nobody can say whether it was resumed since, in a store that is newer.
        """
        authorization = seen.authorization
        if await self._keys.epoch(seen.tenant, authorization.id) > authorization.epoch:
            return None
        return await self._fence(seen.authorization, only_if=only_if)

    async def fence_credentials(self, seen: Standing, keys: TenantKeys) -> Lease | None:
        """As ``fence``, of what reads a tenant's calendars alone: what is known goes on being served.

        None if that was done before. Raises TransitionForbidden for a trial, and what has ended; Fenced,
        KeyUnavailable.
        """
        # One that is renewed meanwhile raises the epoch.
        version = await self._keys.credentials_version(seen.tenant)

        def write(registry: Registry) -> Lease | None:
            before = seen.authorization.disconnect()
            if not is_connected(registry.handle, seen.tenant):
                return None
            cut_off(registry, seen, keys)
            return self._open_credentials(registry, before, version, new_erasure())

        return await self._store.administer(write)

    async def fence_credentials_again(
        self, seen: Standing, keys: TenantKeys, version: int, erasure: str
    ) -> Lease | None:
        """As ``fence_credentials``, of a withdrawal that a restored store does not know of."""

        def write(registry: Registry) -> Lease | None:
            if is_withdrawn(registry.handle, seen.tenant, erasure):
                # By another process, just now.
                return None
            cut_off(registry, seen, keys)
            return self._open_credentials(registry, seen.authorization, version, erasure)

        return await self._store.administer(write)

    def _open_credentials(
        self, registry: Registry, authorization: Authorization, version: int, erasure: str
    ) -> Lease:
        return registry.withdrawals.open(
            authorization.tenant, authorization.id, erasure, owner=self._owner, credentials=version
        )

    async def fence_subject(
        self, fence: Fence, keys: TenantKeys, found_by: str, *, may_object: bool
    ) -> Lease | None:
        """As ``fence``, for whoever a keyed hash finds, enrolled or not; no round under way writes on.

        None if that was done before. Raises UnknownName where nobody is found who is enrolled, unless they
        ``may_object`` without.
        """

        def write(transaction: Transaction) -> Lease | None:
            known = transaction.subjects.registered()
            subject = known.enrolled.get(found_by)
            if subject is None and found_by in known.suppressed:
                return None
            if subject is None and not may_object:
                raise UnknownName(
                    "Nobody is enrolled under that user id. Name the address that they organize with instead."
                )
            subject = subject or _somebody()
            return self._withdraw_subject(transaction, keys, subject, [found_by], new_erasure())

        return await self._store.turn(fence, keys, write)

    async def fence_suspended(self, fence: Fence, keys: TenantKeys, subject: SubjectId) -> Lease | None:
        """As ``fence_subject``, by time alone: of whom a signal has suspended, if that still is due."""

        def write(transaction: Transaction) -> Lease | None:
            if not transaction.subjects.is_due(subject):
                return None
            return self._withdraw_subject(transaction, keys, subject, [], new_erasure())

        return await self._store.turn(fence, keys, write)

    async def fence_request(self, fence: Fence, keys: TenantKeys, request: str, by: By) -> list[Lease]:
        """As ``fence_subject``, of whomever a request's keyed hashes find: with that it is carried out.

        A link that it is about is withdrawn as well. Nothing where it has ended before, or all of them had
        withdrawn. Raises UnknownName.
        """

        def write(transaction: Transaction) -> list[Lease]:
            before = transaction.requests.load(request)
            if not before.is_open:
                return []
            leases = [
                self._withdraw_subject(transaction, keys, subject, found_by, new_erasure())
                for subject, found_by in _found(transaction, transaction.requests.found_by(request))
            ]
            if before.link is not None:
                link = transaction.grants.find(before.link)
                if link is not None and link.state.is_open:
                    leases.append(transaction.grants.withdraw(link, new_erasure(), owner=self._owner))
            advance(transaction, keys.index, before.carry_out(transaction.now, by))
            return leases

        return await self._store.turn(fence, keys, write)

    async def fence_again(
        self, tenant: TenantId, authorization: AuthorizationId, erasure: str
    ) -> Lease | None:
        """As ``fence`` and ``fence_person``, of a withdrawal that a restored store does not know of.

        None where it does not know of the authorization either.
        """
        known = partial(standing_under, tenant=tenant, authorization=authorization)
        standing = await self._store.watch(known)
        if standing is None or not standing.authorization.state.is_open:
            return None
        return await self._fence(standing.authorization, erasure=erasure)

    async def fence_subject_again(
        self, fence: Fence, keys: TenantKeys, subject: SubjectId, found_by: Collection[str], erasure: str
    ) -> Lease | None:
        """As ``fence_subject``, of a withdrawal that a restored store does not know of."""

        def write(transaction: Transaction) -> Lease | None:
            if transaction.subjects.is_withdrawn(erasure):
                # By another process, just now.
                return None
            return self._withdraw_subject(transaction, keys, subject, found_by, erasure)

        return await self._store.turn(fence, keys, write)

    def _withdraw_subject(
        self,
        transaction: Transaction,
        keys: TenantKeys,
        subject: SubjectId,
        found_by: Collection[str],
        erasure: str,
    ) -> Lease:
        lease = transaction.subjects.withdraw(subject, found_by, erasure, owner=self._owner)
        hide(transaction, keys.index, subject)
        return lease

    async def _fence(
        self,
        seen: Authorization,
        only_if: OnlyIf = _always,
        erasure: str | None = None,
    ) -> Lease | None:
        is_employers = seen.kind is AuthorizationKind.EMPLOYER
        highest = await self._highest_epoch(seen) if is_employers else 0

        def write(registry: Registry) -> Lease | None:
            standing = registry.standing_under(seen.tenant, seen.id)
            before = standing.authorization
            if not only_if(registry, standing):
                return None
            withdrawn = before.withdraw()
            if withdrawn is before:
                return None
            # A restored store counts from an old epoch: go above the highest there ever was.
            withdrawn = replace(withdrawn, epoch=max(withdrawn.epoch, highest + 1))
            become(registry, before, withdrawn)
            name = erasure or new_erasure()
            return registry.withdrawals.open(seen.tenant, seen.id, name, owner=self._owner)

        return await self._store.restrict(write)

    async def drive(self, lease: Lease) -> WithdrawalRow:
        """Take the steps that are not yet done, in order. Raises GatewayError where one has to wait."""
        row = await self._load(lease)
        for step in await self._steps_of(row):
            if getattr(row, f"{step.name}_at") is None:
                row = await self._take(step, row, lease)
        await self._store.administer(lambda registry: registry.withdrawals.close(lease))
        return row

    async def resume(self) -> None:
        """Take up every unfinished withdrawal that nobody drives. One that waits does not hold up others."""
        claim = partial(self._store.claim, withdrawals, owner=self._owner, limit=1)
        for tenant in sorted(await self._store.tenants_with_due(withdrawals)):
            for _ in range(RESUMED_AT_ONCE):
                leases = await claim(tenant=tenant)
                for lease in leases:
                    await self._drive_or_delay(lease)
                if not leases:
                    break

    async def _drive_or_delay(self, lease: Lease) -> None:
        try:
            await self.drive(lease)
        except GatewayError as error:
            log.warning("withdrawal_delayed", tenant=lease.tenant, code=type(error).__name__)

    async def _take(self, step: NamedStep, row: WithdrawalRow, lease: Lease) -> WithdrawalRow:
        try:
            await step.take(row)
        except GatewayError:
            await self._store.administer(
                lambda registry: registry.withdrawals.postpone(lease, RETRY_MILLISECONDS)
            )
            raise
        await self._store.administer(lambda registry: registry.withdrawals.mark(lease, step.name))
        return await self._load(lease)

    async def _steps_of(self, row: WithdrawalRow) -> tuple[NamedStep, ...]:
        if row.subject is not None:
            return self._subject_steps
        if row.credentials is not None:
            return self._credential_steps
        authorization = AuthorizationId(row.authorization)
        found = await self._store.read(
            partial(standing_under, tenant=row.tenant, authorization=authorization)
        )
        return self._steps[AuthorizationKind.EMPLOYER if found is None else found.authorization.kind]

    async def _load(self, lease: Lease) -> WithdrawalRow:
        return await self._store.read(partial(load_withdrawal, lease=lease))

    async def _highest_epoch(self, authorization: Authorization) -> int:
        try:
            async with asyncio.timeout(KEY_SERVICE_SECONDS):
                return await self._keys.epoch(authorization.tenant, authorization.id)
        except (KeyUnavailable, TimeoutError):
            # The fence waits for nobody. Telling the key service is a step of its own, and tried again.
            return 0


def _found(transaction: Transaction, found_by: Collection[str]) -> list[tuple[SubjectId, Collection[str]]]:
    """Whom keyed hashes find, and by which; as one, all those of nobody who is enrolled or has objected."""
    known, found = transaction.subjects.registered(), dict[SubjectId, list[str]]()
    for one in found_by:
        if one in known.enrolled:
            found.setdefault(known.enrolled[one], []).append(one)
    others = [one for one in found_by if one not in known.enrolled and one not in known.suppressed]
    return [*found.items(), *([(_somebody(), others)] if others else [])]


def _somebody() -> SubjectId:
    """Who objects, and is not enrolled."""
    return SubjectId(f"{OBJECTED}{secrets.token_urlsafe(16)}")


def new_erasure() -> str:
    """By what a withdrawal is known."""
    return f"era_{secrets.token_urlsafe(16)}"
