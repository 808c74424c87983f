"""Withdrawals of a tenant, and what consumers have answered, as ``gateway tenant show`` tells them."""

from collections.abc import AsyncIterator

from gateway.app.accountability.acknowledged import Acknowledged, acknowledged, unacknowledged
from gateway.app.examining.removals import removal
from gateway.app.parts import Parts
from gateway.app.tenants import withdrawals
from gateway.booking import TenantId
from gateway.clock import milliseconds, to_second
from gateway.errors import KeyUnavailable
from gateway.store.removals import Removal, RemovalState

#: Nothing is left there for a customer to remove.
AWAY = frozenset({RemovalState.GONE, RemovalState.GRANTED_ANEW})

#: Who the consumers are is sealed.
KNOWN_LATER = "known once the key service is there again"

#: What a provider's answer means.
ANSWERS = {
    "entra_token_given": "our application still gets tokens",
    "exchange_unseen": "consent is gone; whether Exchange's role assignment is, nobody here can see",
    "entra_app_disabled": "our application is disabled there, and not removed",
}


async def withdrawal_facts(parts: Parts, tenant: TenantId) -> AsyncIterator[tuple[str, str]]:
    """What is told of each, by name."""
    for withdrawal in await withdrawals(parts, tenant):
        last = max(step for step in withdrawal[4:11] if step is not None)
        state = "proved" if withdrawal.proved_at else "under way"
        alone = "" if withdrawal.credentials is None else "of its credentials alone, "
        yield f"withdrawal {withdrawal.id}", f"{alone}{state}, last step {to_second(last)}"
        for one in await acknowledged(parts, tenant, withdrawal.id):
            yield f"acknowledged by {one.said.consumer}", f"{to_second(one.said.acknowledged_at)}, {how(one)}"
        try:
            for consumer, waiting in (await unacknowledged(parts, tenant, withdrawal.id)).items():
                yield f"not acknowledged by {consumer}", waiting
        except KeyUnavailable:
            yield "not acknowledged by", KNOWN_LATER


async def removal_fact(parts: Parts, tenant: TenantId) -> AsyncIterator[tuple[str, str]]:
    """How it stands at a provider since a withdrawal."""
    found = await removal(parts, tenant)
    if found is not None:
        yield "at its provider", standing_there(found)


def standing_there(found: Removal) -> str:
    """Whether what only the customer can remove is gone, as far as anybody here can see."""
    since, asked = f"pending since {to_second(found.since)}", to_second(found.asked_at or found.since)
    if found.state is RemovalState.GONE:
        return f"gone, seen {asked} ({found.reason})"
    if found.state is RemovalState.GRANTED_ANEW:
        again = (
            "it was reconnected"
            if found.reason == "reconnected"
            else "the same directory was onboarded again"
        )
        return f"granted anew: {asked} {again}"
    if found.state is RemovalState.UNSEEN:
        return f"{since}; nobody here can see whether it is gone ({found.reason}): ask their admin"
    if found.asked_at is None:
        return f"{since}; not asked yet: whatever serves asks daily"
    told = ANSWERS.get(found.reason or "", str(found.reason))
    return f"{since}; asked {asked}: {told}{'' if found.is_asked else '; asked no more'}"


def how(one: Acknowledged) -> str:
    """Whether it was signed, and what it says."""
    if not one.said.is_signed:
        return "by its token, unsigned"
    said = one.statement
    if said is None:
        return "signed; the evidence does not open"
    until = said.copies_until
    copies = "no copies remain" if until is None else f"copies remain until {to_second(milliseconds(until))}"
    return f"signed: executed {to_second(milliseconds(said.executed_at))}, {copies}"
