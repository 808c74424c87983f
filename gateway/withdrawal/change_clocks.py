"""What time alone does with intended changes: who was silent is suspended, what was accepted takes effect."""

from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
import structlog

from gateway.authorization import Authorization, SuspensionReason
from gateway.booking import TenantId
from gateway.clock import MINUTE_MILLISECONDS, Clock, milliseconds
from gateway.errors import GatewayError
from gateway.intended import ChangeId, Intended, Kind, Said
from gateway.store.handle import Handle
from gateway.store.history import DETAIL, Detail, Happened, details_of, history_of
from gateway.store.links import become
from gateway.store.registry import Registry, Standing, standings_with_changes
from gateway.store.store import Store
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.withdrawal.answers import Announced, Step, announced
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.deadlines import Notice
from gateway.withdrawal.visiting import OnNotice, Visitor, log_notice

log = structlog.get_logger()

#: Lets a tenant live by the version of its policy that it has accepted.
Apply = Callable[[TenantId, Intended], Awaitable[None]]


def changes_of(handle: Handle, standing: Standing, column: SealedColumn) -> list[Announced]:
    """Everything that was announced to a tenant, the first first. Raises Unreadable."""
    tenant, own = standing.tenant, standing.authorization.id
    return announced(
        history_of(handle, tenant, own), details_of(handle, tenant, own, column, of_changes=True)
    )


def barring(handle: Handle, standing: Standing, column: SealedColumn, now: int) -> Announced | None:
    """A change for whose sake a tenant may not be read or served, if there is one. Raises Unreadable."""
    return next((one for one in changes_of(handle, standing, column) if one.bars(now)), None)


def note(
    registry: Registry,
    authorization: Authorization,
    what: Happened,
    column: SealedColumn,
    said: Said,
    *,
    days: int | None = None,
) -> None:
    """Write into history what was said or became of a change."""
    registry.note(authorization, what, Detail(column, msgspec.json.encode(said)), days=days)


class ChangeClocks(Visitor):
    """Visits every tenant that was told of a change. Each step may be repeated, by any process."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        cascade: Cascade,
        clock: Clock,
        apply: Apply,
        on_notice: OnNotice = log_notice,
    ) -> None:
        super().__init__(store, keyring, cascade, clock, on_notice)
        self._apply = apply
        self._looked_at: int | None = None

    async def visit_all(self) -> None:
        """Do what is due by now, at most once a minute. A tenant that fails does not hold up the others."""
        now = milliseconds(self._clock())
        if self._looked_at is not None and 0 <= now - self._looked_at < MINUTE_MILLISECONDS:
            return
        self._looked_at = now
        for standing in await self._store.read(standings_with_changes):
            if self._keyring.withholds(standing.tenant):
                continue
            try:
                await self.visit(standing)
            except GatewayError as error:
                log.warning("change_delayed", tenant=standing.tenant, code=type(error).__name__)

    async def visit(self, standing: Standing) -> None:
        """Do what is due by now of one tenant's changes. Raises GatewayError."""
        column = await self._keyring.evidence(standing.tenant, *DETAIL)
        now, state = milliseconds(self._clock()), standing.authorization.state
        known = await self._store.read(partial(changes_of, standing=standing, column=column))
        for one in known:
            step = one.due(state, now)
            if step is not None:
                await self._take(step, one, standing, column)
                if step in {Step.SUSPEND, Step.WITHDRAW}:
                    # It stands elsewhere from here on: the rest is for the next visit.
                    return

    async def _take(self, step: Step, one: Announced, seen: Standing, column: SealedColumn) -> None:
        change = one.intended.id
        still = partial(_still, step=step, change=change, column=column)
        if step is Step.WITHDRAW:
            lease = await self._cascade.fence_due(seen, still)
            if lease is not None:
                await self._cascade.drive(lease)
        elif step is Step.APPLY and one.intended.kind is Kind.POLICY:
            await self._apply(seen.tenant, one.intended)
        else:
            write = partial(_write, step=step, still=still, change=change, column=column, seen=seen)
            notice = await self._store.administer(write)
            if notice is not None:
                self._on_notice(seen, notice)


#: Whether a step is due still, as a transaction finds it.
Still = Callable[[Registry, Standing], Announced | None]


def _still(
    registry: Registry, standing: Standing, *, step: Step, change: ChangeId, column: SealedColumn
) -> Announced | None:
    known = changes_of(registry.handle, standing, column)
    return next(
        (
            one
            for one in known
            if one.intended.id == change and one.due(standing.authorization.state, registry.now) is step
        ),
        None,
    )


def _write(
    registry: Registry, *, step: Step, still: Still, change: ChangeId, column: SealedColumn, seen: Standing
) -> Notice | None:
    standing = registry.standing(seen.tenant)
    one, before = still(registry, standing), standing.authorization
    if one is None or not before.state.is_open:
        return None
    if step is Step.SUSPEND:
        become(registry, before, before.suspend(SuspensionReason.POLICY_UNCONFIRMED))
        return None
    if step is Step.APPLY:
        note(registry, before, Happened.IN_EFFECT, column, Said(change=change))
        return None
    days = one.days_to_tell(registry.now)
    note(registry, before, Happened.CHANGE_NOTICE, column, Said(change=change), days=days)
    return None if days is None else Notice(Happened.CHANGE_NOTICE, days, change)
