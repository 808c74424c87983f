"""What tenants have agreed to follows what their policies' files take away, and nothing that these add."""

from functools import partial

from msgspec.structs import replace

from gateway.app.parts import Parts
from gateway.app.rules import Rules, agreed_to
from gateway.app.terms.amending import amend
from gateway.booking import TenantId
from gateway.errors import Fenced
from gateway.intended import ChangeId, Intended, Said
from gateway.minimization.agreed import agreement, lived_by, tells_more
from gateway.minimization.policy import named
from gateway.store.history import Happened
from gateway.store.registry import Registry, Standing, load_tenant
from gateway.store.unlock import open_keys
from gateway.tenant import Agreed, Registration
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys
from gateway.withdrawal.change_clocks import changes_of, note


def settled(rules: Rules, choice: Registration) -> Agreed:
    """What is agreed to from now on: what was, but for what a file does not tell any more.

    So a file that is narrowed and widened again is a version that tells more.
    """
    if choice.agreed is None:
        return agreed_to(rules, choice)
    known = agreement(lived_by(rules.policies, choice), rules.legal.ceiling(choice.basis))
    return replace(known, vocabulary=choice.agreed.vocabulary)


def is_held_back(rules: Rules, choice: Registration) -> bool:
    """Whether the files of now would tell more of a tenant than it has agreed to."""
    policy, ceiling = named(rules.policies, choice.policy), rules.legal.ceiling(choice.basis)
    return choice.agreed is not None and tells_more(policy, ceiling, choice.agreed)


async def settle_agreement(parts: Parts, standing: Standing) -> None:
    """Write down what is agreed to from now on; nothing is told that was not told before.

    Raises KeyUnavailable, RestoredStore.
    """
    keys = await open_keys(parts.keyring, standing)
    await parts.store.administer(partial(_settle, rules=parts.rules, standing=standing, keys=keys))


def _settle(registry: Registry, *, rules: Rules, standing: Standing, keys: TenantKeys) -> None:
    tenant = load_tenant(registry.handle, standing, keys)
    choice = tenant.registration
    agreed = settled(rules, choice)
    # A passage agrees to what it passes to, when it ends.
    if choice.next_policy is None and agreed != choice.agreed:
        settling = replace(tenant, registration=replace(choice, agreed=agreed))
        registry.register(settling, standing.authorization.epoch, keys)


async def agree(parts: Parts, tenant: TenantId, intended: Intended) -> None:
    """Let a tenant live by the version of its policy that it has accepted. What that widens is read anew.

    Raises TransitionForbidden unless the tenant is read, Fenced where that was done meanwhile.
    """
    also = partial(_take_effect, change=intended.id)
    await amend(parts, tenant, partial(_agreeing, intended), also)


def _agreeing(intended: Intended, choice: Registration) -> Registration:
    return replace(choice, agreed=intended.agreed) if choice.policy == intended.name else choice


def _take_effect(
    registry: Registry, standing: Standing, _: Registration, column: SealedColumn, *, change: ChangeId
) -> None:
    known = changes_of(registry.handle, standing, column)
    accepted = [one for one in known if one.intended.id == change and one.answer is Happened.ACCEPTED]
    if not accepted or accepted[0].is_over:
        raise Fenced("That change has taken effect, or was answered otherwise, meanwhile.")
    note(registry, standing.authorization, Happened.IN_EFFECT, column, Said(change=change))
