"""The rules of an installation, and what follows from them for a tenant."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.minimization.agreed import agreement, lived_by
from gateway.minimization.contract import effective, projection, standing_terms
from gateway.minimization.lattice import Disclosure
from gateway.minimization.policy import Legal, Policy, activated, between, load_legal, load_policies, named
from gateway.minimization.vocabulary import load_vocabulary
from gateway.settings import Settings, shipped_config
from gateway.tenant import Agreed, Mode, Provider, Registration, Tenant, has_room_mailboxes


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be seen: employers' policies and the ceilings of legal bases."""

    policies: Mapping[str, Policy]
    legal: Legal


def load_rules(settings: Settings | None = None) -> Rules:
    """The rules of a configuration, or those that the product ships. Raises ConfigurationError."""
    chosen = settings.config if settings is not None else None
    folder = Path(chosen) if chosen is not None else shipped_config()
    vocabulary = load_vocabulary(folder / "vocabulary")
    return Rules(load_policies(folder / "policies", vocabulary), load_legal(folder / "legal.toml"))


def check_choices(rules: Rules, tenant: Tenant) -> None:
    """Raises UnknownName or ConfigurationError if a tenant's policy or legal basis is not there any more."""
    activated(rules.policies, tenant.registration.policy)
    between(rules.policies, tenant.registration.policy, tenant.registration.next_policy)
    rules.legal.ceiling(tenant.registration.basis)


def agreed_to(rules: Rules, choice: Registration) -> Agreed:
    """What a tenant agrees to that takes its policy as it is now. Raises UnknownName, ConfigurationError."""
    return agreement(named(rules.policies, choice.policy), rules.legal.ceiling(choice.basis))


def disclosure_of(rules: Rules, tenant: Tenant, *, single_person: bool = False) -> Disclosure:
    """What may be seen of a tenant's places and events, but for what an event itself lowers.

    ``single_person``: of a place that is as good as a person.
    """
    choice = tenant.registration
    activated(rules.policies, choice.policy)
    policy = lived_by(rules.policies, choice).disclosure
    ceiling = rules.legal.ceiling(tenant.registration.basis)
    room_mailbox = has_room_mailboxes(tenant)
    return effective(standing_terms(policy, ceiling, single_person=single_person, room_mailbox=room_mailbox))


def brings_people(rules: Rules, tenant: Tenant, *, has_suppressions: bool = False) -> bool:
    """Whether people cross our memory: only Google counts heads without naming them.

    ``has_suppressions``: somebody has objected, so that it has to be known who organizes.
    """
    asked = projection(disclosure_of(rules, tenant), has_suppressions=has_suppressions)
    if tenant.connection.provider is Provider.GOOGLE:
        return asked.booker or asked.title
    return asked.people or asked.booker or asked.title or tenant.connection.mode is Mode.DELTA
