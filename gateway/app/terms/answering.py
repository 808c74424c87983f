"""What tenants say to what was announced to them: they accept it, or they object to it."""

from functools import partial

from gateway.app.parts import Parts
from gateway.app.tenants import is_past, re_open
from gateway.app.terms.agreeing import agree
from gateway.authorization import Authorization, SuspensionReason
from gateway.booking import TenantId
from gateway.errors import ConfigurationError, KeyUnavailable, UnknownName, Unreadable
from gateway.intended import ChangeId, Said
from gateway.store.history import DETAIL, Happened
from gateway.store.registry import Registry, Standing, known_standing
from gateway.vault.columns import SealedColumn
from gateway.withdrawal.answers import Announced
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.change_clocks import ChangeClocks, barring, changes_of, note


def open_change_clocks(parts: Parts, cascade: Cascade) -> ChangeClocks:
    """What visits tenants that were told of changes."""
    return ChangeClocks(parts.store, parts.keyring, cascade, parts.clock, partial(agree, parts))


async def known_changes(parts: Parts, standing: Standing) -> list[Announced]:
    """Everything that was announced to a tenant; nothing where the evidence does not open."""
    try:
        column = await parts.keyring.evidence(standing.tenant, *DETAIL)
        return await parts.store.read(partial(changes_of, standing=standing, column=column))
    except (KeyUnavailable, Unreadable):
        return []


async def accept(parts: Parts, tenant: TenantId, change: ChangeId) -> Announced:
    """Accept a change: it takes effect on its day. Who is suspended for its sake alone is re-opened.

    Raises UnknownName, ConfigurationError where there is nothing to answer, KeyUnavailable.
    """
    return await _answer(parts, tenant, Happened.ACCEPTED, Said(change=change))


async def object_to(parts: Parts, tenant: TenantId, change: ChangeId, *, withdraws: bool) -> Announced:
    """Object to a change: it never applies, and where no one can be spared it, all is suspended on its day.

    ``withdraws``: the tenant withdraws on that day. Raises as ``accept``.
    """
    return await _answer(parts, tenant, Happened.OBJECTED, Said(change=change, withdraws=withdraws))


async def _answer(parts: Parts, tenant: TenantId, answer: Happened, said: Said) -> Announced:
    column = await parts.keyring.evidence(tenant, *DETAIL)
    write = partial(_write, tenant=tenant, answer=answer, said=said, column=column)
    after = await parts.store.administer(write)
    await parts.keys.raise_epoch(tenant, after.id, after.epoch)
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    known = await parts.store.read(partial(changes_of, standing=standing, column=column))
    return next(one for one in known if one.intended.id == said.change)


def _write(
    registry: Registry, *, tenant: TenantId, answer: Happened, said: Said, column: SealedColumn
) -> Authorization:
    standing = registry.standing(tenant)
    before = standing.authorization
    one = _answerable(registry, standing, said.change, column)
    if (one.answer, one.withdraws) == (answer, said.withdraws):
        return before
    note(registry, before, answer, column, said)
    # What was stopped otherwise an admin resumes: of a store that was put back nobody knows what is in force.
    was_for_its_sake = before.reason is SuspensionReason.POLICY_UNCONFIRMED and one.bars(standing.changed_at)
    is_free = barring(registry.handle, standing, column, registry.now) is None
    if was_for_its_sake and is_free and not is_past(standing, registry.now):
        return re_open(registry, standing)
    if not before.state.may_read:
        return before
    # A store from before, put back, is to be known by its epoch.
    after = before.amend()
    registry.change(before, after)
    registry.release_work(tenant)
    return after


def _answerable(registry: Registry, standing: Standing, change: ChangeId, column: SealedColumn) -> Announced:
    known = changes_of(registry.handle, standing, column)
    one = next((one for one in known if one.intended.id == change), None)
    if one is None:
        raise UnknownName(
            "No such change was announced to that tenant. 'gateway change list' shows those that were."
        )
    if one.is_over or not one.intended.needs_answer or not standing.authorization.state.is_open:
        raise ConfigurationError(
            "There is nothing to answer any more: it has taken effect, was announced anew, tells less than "
            "before, or the tenant has ended. 'gateway change list' shows which; 'gateway tenant policy' and "
            "'gateway tenant withdraw' are there at any time."
        )
    return one
