"""Channels: a provider is asked to tell of a calendar's changes, again in time, and at last no more."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from connectors.errors import ConnectorError, PushRefused, WatchLost
from connectors.port import CalendarAddress, Target, Watch, Watching
from gateway.booking import CalendarId
from gateway.clock import Clock, milliseconds
from gateway.minimization.places import Listed
from gateway.store.channels import ChannelRow
from gateway.store.leases import Lease
from gateway.store.named_secrets import new_secret
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.tenancy import Tenancy
from gateway.sync.turn import next_attempt


class ChannelTurn:
    """One turn at one channel, under its lease."""

    def __init__(self, store: Store, tenancy: Tenancy, clock: Clock) -> None:
        self._store = store
        self._tenancy = tenancy
        self._clock = clock

    async def take(self, lease: Lease, chance: float) -> None:
        """Open, renew or close the channel. Where that fails, its calendar is polled as ever.

        Raises the ConnectorError, once the channel was postponed for it.
        """
        calendar = CalendarId(lease.id)
        row = await self._store.look(
            self._tenancy.fence,
            self._tenancy.keys,
            lambda transaction: transaction.channels.load(calendar),
        )
        if row is None:
            return
        try:
            await self._settle(lease, row, chance)
        except WatchLost:
            await self._lose(lease)
        except ConnectorError as error:
            await self._postpone(lease, error, chance)
            raise

    async def _settle(self, lease: Lease, row: ChannelRow, chance: float) -> None:
        connector, url = self._tenancy.connector, self._tenancy.notify_url
        if not isinstance(connector, Watching) or url is None:
            raise PushRefused("push_not_granted")
        watch = None if row.watch is None else msgspec.json.decode(row.watch, type=Watch)
        if row.details is None:
            await self._close(connector, lease, watch)
            return
        listed = msgspec.json.decode(row.details, type=Listed)
        address = CalendarAddress(listed.address)
        secret = new_secret(self._tenancy.tenant.id, CalendarId(lease.id))
        target = Target(url, secret, self._tenancy.projection(listed.place))
        await self._write(lambda transaction: transaction.channels.introduce(lease, target.secret))
        until = self._clock() + schedule.WATCH_LIFE
        if watch is None:
            promised = await connector.watch(address, target, until=until)
        else:
            promised = await connector.renew(address, watch, target, until=until)
        # Believed no longer than it was asked for.
        promised = replace(promised, expires_at=min(promised.expires_at, until))
        now, expires_at = milliseconds(self._clock()), milliseconds(promised.expires_at)
        await self._write(
            lambda transaction: transaction.channels.settle(
                lease,
                watch=msgspec.json.encode(promised),
                expires_at=promised.expires_at,
                due_at=schedule.next_renewal(now, expires_at, chance),
                introduced=watch is None or promised.id != watch.id,
            )
        )

    async def _close(self, connector: Watching, lease: Lease, watch: Watch | None) -> None:
        if watch is not None:
            await connector.unwatch(watch)
        await self._write(lambda transaction: transaction.channels.close(lease))

    async def _lose(self, lease: Lease) -> None:
        await self._write(lambda transaction: transaction.channels.lose(lease, due_at=transaction.now))

    async def _postpone(self, lease: Lease, error: ConnectorError, chance: float) -> None:
        def write(transaction: Transaction) -> None:
            due_at = next_attempt(transaction.now, lease, error, chance)
            if isinstance(error, PushRefused):
                due_at = schedule.next_try_to_be_told(transaction.now, lease.attempts)
            transaction.channels.postpone(lease, due_at=due_at, reason=error.code)

        await self._write(write)

    async def _write(self, work: Callable[[Transaction], None]) -> None:
        await self._store.turn(self._tenancy.fence, self._tenancy.keys, work)
