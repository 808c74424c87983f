"""What a signal does to whoever it is about, within one transaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from gateway.authorization import Authorization, AuthorizationId, State, SuspensionReason
from gateway.booking import SubjectId, TenantId
from gateway.signals.decision import Decision, Effect, Reach, decide
from gateway.signals.naming import link_finders, subject_finders
from gateway.signals.signal import Extent, Name, NameKind, Signal
from gateway.store.handle import Handle
from gateway.store.links import become
from gateway.store.persons import links_found_by
from gateway.store.registry import Registry, Standing
from gateway.store.subjects import subjects_found_by
from gateway.store.transaction import Transaction
from gateway.vault.index import Index
from gateway.withdrawal.cascade import new_erasure
from gateway.withdrawal.subject_steps import hide


class Done(NamedTuple):
    """What was done, and to whom as far as they are known."""

    effect: Effect
    is_late: bool
    authorization: AuthorizationId | None = None
    subject: SubjectId | None = None


def is_known(handle: Handle, *, tenant: TenantId, index: Index, names: Iterable[Name]) -> bool:
    """Whether these names find anybody at a tenant."""
    links = links_found_by(handle, tenant, link_finders(names, index.identifier))
    return bool(links or subjects_found_by(handle, tenant, subject_finders(names, index.identifier)))


def do_to_tenant(registry: Registry, standing: Standing, signal: Signal) -> Done:
    """Stop all of it, or let it be looked at. For a watch whoever was told has done what there is to do."""
    before, granted_at = standing.authorization, registry.granted_at(standing)
    decided = decide(signal.proves, signal.about.extent, at=signal.at, granted_at=granted_at)
    done = Done(decided.effect, signal.at < granted_at, before.id)
    if signal.about.extent is Extent.WATCH:
        return done
    if decided.effect is Effect.SUSPEND and before.state.may_read:
        become(registry, before, before.suspend(SuspensionReason.REVOCATION_CLAIMED))
    elif decided.effect is Effect.DEGRADE and before.state is State.ACTIVE:
        become(registry, before, before.degrade())
    elif decided.effect in {Effect.REFRESH, Effect.RECREATE}:
        registry.release_work(standing.tenant)
    return done


def do_to_person(transaction: Transaction, index: Index, signal: Signal) -> Done | None:
    """Stop what somebody has granted, and what is told of them; or end it. None: they are not there."""
    one, names = _OnePerson(transaction, index, signal), signal.about.names
    links = transaction.grants.found_by(link_finders(names, index.identifier))
    done = [*map(one.granted, links), *one.enrolled(subject_finders(names, index.identifier))]
    if not done:
        return None
    return Done(
        max(each.effect for each in done),
        any(each.is_late for each in done),
        next((each.authorization for each in done if each.authorization), None),
        next((each.subject for each in done if each.subject), None),
    )


class _OnePerson(NamedTuple):
    """One signal about one person."""

    transaction: Transaction
    keyed: Index
    signal: Signal

    def granted(self, before: Authorization) -> Done:
        """To what they have granted. Links are found by what is theirs alone."""
        grants, granted_at = self.transaction.grants, self.transaction.grants.granted_at(before)
        decided = self._decide([NameKind.ACCOUNT], granted_at)
        if decided.effect is Effect.BURN:
            # The fence stands; the steps behind it are anybody's.
            grants.withdraw(before, new_erasure(), owner=None)
        elif decided.effect is Effect.SUSPEND and before.state.may_read:
            grants.change(before, before.suspend(SuspensionReason.REVOCATION_CLAIMED))
        elif decided.effect is Effect.DEGRADE and before.state is State.ACTIVE:
            grants.change(before, before.degrade())
        elif decided.effect is Effect.REFRESH and before.state.may_read:
            # Another epoch: whoever holds a token of theirs lets go of it.
            grants.change(before, before.amend())
        return Done(decided.effect, self.signal.at < granted_at, before.id)

    def enrolled(self, kinds: Mapping[str, NameKind]) -> Iterator[Done]:
        """To what is told of them."""
        known = self.transaction.subjects.registered().enrolled
        for subject in sorted({known[one] for one in kinds if one in known}):
            found_by = [one for one in kinds if known.get(one) == subject]
            enrolled_at = self.transaction.subjects.enrolled_at(subject)
            decided = self._decide([kinds[one] for one in found_by], enrolled_at)
            # What concerns a grant alone changes nothing of what is told of them.
            effect = decided.effect if decided.reach is Reach.PERSON else Effect.IGNORE
            self._do_to_subject(subject, found_by, effect)
            yield Done(effect, self.signal.at < enrolled_at, subject=subject)

    def _do_to_subject(self, subject: SubjectId, found_by: Collection[str], effect: Effect) -> None:
        subjects = self.transaction.subjects
        if effect is Effect.BURN:
            subjects.withdraw(subject, found_by, new_erasure(), owner=None)
            hide(self.transaction, self.keyed, subject)
        elif effect is Effect.SUSPEND and subjects.suspend(subject):
            hide(self.transaction, self.keyed, subject)

    def _decide(self, found_by: Collection[NameKind], granted_at: int) -> Decision:
        return decide(self.signal.proves, Extent.PERSON, found_by, at=self.signal.at, granted_at=granted_at)
