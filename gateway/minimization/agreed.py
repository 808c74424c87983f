"""What a tenant has agreed to of a policy: nothing that its file says later widens it by itself. Pure."""

from collections.abc import Mapping
from enum import IntEnum

from msgspec.structs import replace

from gateway.minimization.lattice import FIELDS, WIDEST, Disclosure, Title, disclosure_of, meet
from gateway.minimization.policy import Policy, between
from gateway.tenant import Agreed, Registration

_NO_WORDS = replace(WIDEST, title=Title.CATEGORY)
_CHAINS: Mapping[str, type[IntEnum]] = {field: type(getattr(WIDEST, field)) for field in FIELDS}


def lived_by(policies: Mapping[str, Policy], choice: Registration) -> Policy:
    """The policy that a tenant lives by: what it chose, as far as it has agreed to it. Raises UnknownName."""
    policy = between(policies, choice.policy, choice.next_policy)
    return policy if choice.agreed is None else within(policy, choice.agreed)


def within(policy: Policy, agreed: Agreed) -> Policy:
    """What of a policy was agreed to. Words are told while they are those that were agreed to."""
    words = WIDEST if _has_its_words(policy, agreed) else _NO_WORDS
    return replace(policy, disclosure=meet(policy.disclosure, disclosure_in(agreed), words))


def agreement(policy: Policy, ceiling: Disclosure) -> Agreed:
    """What is agreed to by whoever takes a policy as it is now, under this ceiling of a legal basis."""
    levels = meet(policy.disclosure, ceiling)
    return Agreed(levels={field: int(getattr(levels, field)) for field in FIELDS}, vocabulary=_words(policy))


def disclosure_in(agreed: Agreed) -> Disclosure:
    """The levels that were agreed to. Of a field or a level that nobody knows, the least."""
    return disclosure_of(bytes(_level(chain, agreed.levels.get(field)) for field, chain in _CHAINS.items()))


def tells_more(policy: Policy, ceiling: Disclosure, agreed: Agreed) -> bool:
    """Whether a policy as it is now would tell of anything beyond what was agreed to."""
    now = meet(policy.disclosure, ceiling)
    return meet(now, within(policy, agreed).disclosure) != now


def _level(chain: type[IntEnum], level: int | None) -> IntEnum:
    return next((known for known in chain if known == level), min(chain))


def _has_its_words(policy: Policy, agreed: Agreed) -> bool:
    return agreed.vocabulary == _words(policy)


def _words(policy: Policy) -> str:
    return policy.vocabulary.digest.hex()
