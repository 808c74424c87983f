"""What is to change is announced to tenants before it takes effect, in time to object (Art. 28(2) GDPR)."""

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec

from gateway.app.accountability.notice import told_of
from gateway.app.parts import Parts
from gateway.app.rules import agreed_to
from gateway.app.tenants import TenantOverview, find_tenant, list_tenants
from gateway.app.terms.agreeing import is_held_back
from gateway.app.terms.in_force import version_of
from gateway.clock import DAY_MILLISECONDS, begin_of, milliseconds
from gateway.errors import ConfigurationError, GatewayError, KeyUnavailable, RestoredStore, Unreadable
from gateway.intended import ChangeId, Intended, Kind, in_a_line
from gateway.minimization.agreed import disclosure_in
from gateway.minimization.policy import activated, named
from gateway.store.history import DETAIL, Detail, Happened
from gateway.store.registry import Registry, Standing, load_tenant
from gateway.store.unlock import open_keys
from gateway.tenant import Agreed, Tenant
from gateway.vault.columns import SealedColumn
from gateway.withdrawal.change_clocks import changes_of

#: Longer than that, nobody reads it.
LENGTH_MAX = 2_000


class NotAnnounced(GatewayError):
    """Some tenants could not be told."""


class Plan(NamedTuple):
    """What is to be announced. ``what`` is in words; of a policy, what it would tell is added to them.

    ``effective_on`` is the first day, UTC; None: as soon as a tenant's days to object are over.
    """

    kind: Kind
    name: str
    what: str
    effective_on: date | None = None


class _Letter(NamedTuple):
    """What a tenant is about to be told, and what seals it."""

    overview: TenantOverview
    intended: Intended
    column: SealedColumn


async def announce(parts: Parts, plan: Plan, tenants: Sequence[str]) -> list[tuple[TenantOverview, Intended]]:
    """Tell these tenants, or all that it concerns. Who was told before is passed over.

    Raises UnknownName, ConfigurationError with nobody told, NotAnnounced where some could not be.
    """
    plan = plan._replace(name=in_a_line(plan.name), what=in_a_line(plan.what))
    _check(parts, plan)
    concerned = [await find_tenant(parts, name) for name in tenants] or await list_tenants(parts)
    # First what is to be told to each: a day that is too soon for one is announced to nobody.
    letters, failed = list[_Letter](), 0
    for overview in concerned:
        try:
            letters += await _letters(parts, plan, overview)
        except (KeyUnavailable, RestoredStore, Unreadable):
            failed += 1
    told = list[tuple[TenantOverview, Intended]]()
    for letter in letters:
        try:
            if await _tell(parts, letter):
                told.append((letter.overview, letter.intended))
        except GatewayError:
            failed += 1
    if failed:
        raise NotAnnounced(
            f"{failed:,} tenants could not be told, since their keys are not to be had or they changed "
            f"meanwhile; {len(told):,} were. Repeat the command: who was told is not told again."
        )
    return told


def _check(parts: Parts, plan: Plan) -> None:
    if max(len(plan.name), len(plan.what)) > LENGTH_MAX:
        raise ConfigurationError(
            f"What changes is told in {LENGTH_MAX:,} characters at most: say where the rest stands. Nothing "
            "was announced."
        )
    if not plan.name or not (plan.what or plan.kind is Kind.POLICY):
        raise ConfigurationError(
            "Nobody can answer what says nothing. Name what changes, and say with --what what will be "
            "different; nothing was announced."
        )
    if plan.kind is Kind.POLICY:
        activated(parts.rules.policies, plan.name)


async def _letters(parts: Parts, plan: Plan, overview: TenantOverview) -> list[_Letter]:
    """One, or none for whom it does not concern, or who was told. Raises ConfigurationError."""
    standing = overview.standing
    if not overview.is_open:
        return []
    # Also whose time is over, and may be renewed.
    keys = await open_keys(parts.keyring, standing)
    column = keys.evidence(*DETAIL)
    tenant = await parts.store.read(partial(load_tenant, standing=standing, keys=keys))
    known = await parts.store.read(partial(changes_of, standing=standing, column=column))
    was_told = any(one.intended.id == _id(parts, plan) for one in known)
    if was_told or (plan.kind is Kind.POLICY and tenant.registration.policy != plan.name):
        return []
    return [_Letter(overview, _intended(parts, plan, tenant), column)]


async def _tell(parts: Parts, letter: _Letter) -> bool:
    """Whether it was told now, and not before, and has not ended."""
    standing = letter.overview.standing
    write = partial(_write, seen=standing, intended=letter.intended, column=letter.column)
    epoch = await parts.store.administer(write)
    if epoch is None:
        return False
    await parts.keys.raise_epoch(standing.tenant, standing.authorization.id, epoch)
    return True


def _intended(parts: Parts, plan: Plan, tenant: Tenant) -> Intended:
    now, choice = milliseconds(parts.clock()), tenant.registration
    agreed = agreed_to(parts.rules, choice) if plan.kind is Kind.POLICY else None
    needs_answer = agreed is None or choice.agreed is None or is_held_back(parts.rules, choice)
    object_by = now + choice.objection_days * DAY_MILLISECONDS if needs_answer else now
    begins = None if plan.effective_on is None else milliseconds(begin_of(plan.effective_on))
    if begins is not None and begins < object_by and needs_answer:
        raise ConfigurationError(
            f"Tenant {tenant.id} may object for {choice.objection_days} days, and it would take effect "
            "before. Name a later day with --from, or leave it out; nothing was announced."
        )
    return Intended(
        id=_id(parts, plan),
        kind=plan.kind,
        name=plan.name,
        what=" ".join(filter(None, (plan.what, _news(choice.agreed, agreed)))),
        object_by=object_by,
        effective_at=object_by if begins is None or not needs_answer else begins,
        needs_answer=needs_answer,
        agreed=agreed,
    )


def _news(before: Agreed | None, after: Agreed | None) -> str:
    """In words, what FlexO would be told by a version of a policy, and what no more."""
    if before is None or after is None:
        return ""
    former, later = (told_of(disclosure_in(one)) for one in (before, after))
    told = {
        "FlexO would be told": [words for words in later if words not in former],
        "no more": [words for words in former if words not in later],
    }
    if before.vocabulary != after.vocabulary:
        told["the fixed list of words is"] = ["another one"]
    return "; ".join(f"{how}: {', '.join(words)}" for how, words in told.items() if words)


def _id(parts: Parts, plan: Plan) -> ChangeId:
    """The same for the same, so that it is told to nobody twice."""
    version = version_of(named(parts.rules.policies, plan.name)) if plan.kind is Kind.POLICY else ""
    return ChangeId(f"chg_{hashlib.sha256(msgspec.json.encode([*plan, version])).hexdigest()[:12]}")


def _write(registry: Registry, *, seen: Standing, intended: Intended, column: SealedColumn) -> int | None:
    """The epoch from then on; None where it was told before, or has ended."""
    standing = registry.standing(seen.tenant)
    before = standing.authorization
    known = changes_of(registry.handle, standing, column)
    if not before.state.is_open or any(one.intended.id == intended.id for one in known):
        return None
    after = before
    if before.state.may_read:
        # A store from before, put back, is to be known by its epoch.
        after = before.amend()
        registry.change(before, after)
        registry.release_work(seen.tenant)
    days = (intended.object_by - registry.now) // DAY_MILLISECONDS
    detail = Detail(column, msgspec.json.encode(intended))
    registry.note(after, Happened.ANNOUNCED, detail, days=days)
    return after.epoch
