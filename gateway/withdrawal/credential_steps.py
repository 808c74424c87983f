"""The steps that follow where credentials alone are withdrawn: what is known stays, and nothing is read."""

from datetime import datetime
from functools import partial

from msgspec.structs import replace

from gateway.authorization import Authorization, AuthorizationId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.proof.certificate import Scope as Withdrawn
from gateway.store.chosen import open_chosen, open_registration
from gateway.store.handle import Handle
from gateway.store.history import Happened
from gateway.store.registry import RECORD, Registry, Standing, known_standing, load_record
from gateway.store.remains import Remains, of_connection
from gateway.store.removals import expect_removal
from gateway.store.scope import Scope, TenantScope
from gateway.store.transaction import Transaction
from gateway.store.withdrawals import WithdrawalRow
from gateway.tenant import Connection, Registration, Tenant
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import Purpose
from gateway.withdrawal.ordered_steps import OrderedSteps, StepDelayed


def cut_off(registry: Registry, standing: Standing, keys: TenantKeys) -> None:
    """Keep nothing of how a tenant's provider is reached, and say of all that is known that it grows old.

    Raises TransitionForbidden for what is not read, Unreadable, Fenced.
    """
    before = standing.authorization
    after = before.disconnect()
    left, choice = _left(registry.handle, standing, keys)
    registry.change(before, after, what=Happened.DISCONNECTED)
    registration = replace(choice, left=left)
    known = Tenant(id=standing.tenant, authorization=after.id, connection=left, registration=registration)
    registry.register(known, after.epoch, keys)
    registry.release_work(standing.tenant)
    rows = Transaction(_scope(registry, after, keys))
    rows.states.cut_off()
    # What was promised there ends by itself, and is believed no more.
    rows.channels.lose_all()


def connect_anew(registry: Registry, standing: Standing, tenant: Tenant, keys: TenantKeys) -> Authorization:
    """Let a tenant be read again as it says by now, in full. Raises TransitionForbidden, Fenced."""
    after = standing.authorization.reconnect()
    registry.change(standing.authorization, after, what=Happened.RECONNECTED)
    registry.register(tenant, after.epoch, keys)
    rows = Transaction(_scope(registry, after, keys))
    rows.calendars.read_anew()
    rows.directory.restart()
    return after


class CredentialSteps(OrderedSteps):
    """What each step does to what reads a tenant's calendars, and to nothing else."""

    scope = Withdrawn.CREDENTIALS

    async def drop(self, withdrawal: WithdrawalRow) -> None:
        """Let go of keys, and tell the key service the new epoch, so that no restored store is believed."""
        self._keyring.drop(withdrawal.tenant)
        standing = await self._store.read(partial(known_standing, tenant=withdrawal.tenant))
        authorization = standing.authorization
        await self._keys.raise_epoch(withdrawal.tenant, authorization.id, authorization.epoch)

    async def shred(self, withdrawal: WithdrawalRow) -> None:
        """Destroy the credentials key of then: what it sealed opens in no copy. A newer one stays."""
        await self._keys.retire_credentials(withdrawal.tenant, _version(withdrawal))
        await self.refuse_keys(withdrawal)

    async def erase(self, withdrawal: WithdrawalRow) -> None:  # noqa: ARG002  the fence has emptied the row
        """See to it that the database file and its log hold none of its bytes."""
        await self._sweep()

    async def notify(self, withdrawal: WithdrawalRow) -> None:
        """Ask the provider from now on whether what only the customer can remove is still there."""

        def expect(registry: Registry) -> None:
            scope = TenantScope(handle=registry.handle, tenant=withdrawal.tenant, now=registry.now)
            expect_removal(scope, AuthorizationId(withdrawal.authorization))

        await self._store.administer(expect)

    async def refuse_keys(self, withdrawal: WithdrawalRow) -> datetime | None:
        known = await self._keys.remaining(withdrawal.tenant)
        left = [
            key for key in known if key.purpose is Purpose.CREDENTIALS and key.version <= _version(withdrawal)
        ]
        if any(key.gone_at is None for key in left):
            raise StepDelayed(
                "The key service still holds a credentials key that it was told to destroy. Nothing is read "
                "with it, or certified; it is looked at again in a few seconds. If that lasts, see who took "
                "its destruction back there."
            )
        return max((key.gone_at for key in left if key.gone_at is not None), default=None)

    def rows_left(self, withdrawal: WithdrawalRow, handle: Handle) -> Remains:
        """As of *verify*: from then on what was granted anew may stand there."""
        return of_connection(handle, withdrawal.tenant, is_over=withdrawal.verified_at is not None)


def _version(withdrawal: WithdrawalRow) -> int:
    return int(withdrawal.credentials or 0)


def _left(handle: Handle, standing: Standing, keys: TenantKeys) -> tuple[Connection, Registration]:
    """What stays known of a connection; of one that does not open, as in a restored store, by its record."""
    try:
        connection, choice = open_chosen(handle, standing.tenant, keys)
    except (KeyUnavailable, Unreadable):
        choice = open_registration(handle, standing.tenant, keys)
        record = load_record(handle, standing, keys.evidence(*RECORD))
        # How it was read nobody knows any more: by snapshots no names come.
        connection = Connection(provider=record.provider, directory="", grant=record.grant)
    return connection.without_credentials(), choice


def _scope(registry: Registry, authorization: Authorization, keys: TenantKeys) -> Scope:
    return Scope(
        handle=registry.handle,
        tenant=authorization.tenant,
        now=registry.now,
        authorization=authorization.id,
        keys=keys,
        epoch=authorization.epoch,
    )
