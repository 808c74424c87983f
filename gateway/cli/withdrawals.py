"""Withdrawals of a tenant, and what consumers have answered, as ``gateway tenant show`` tells them."""

from collections.abc import AsyncIterator

from gateway.app.acknowledged import Acknowledged, acknowledged, unacknowledged
from gateway.app.parts import Parts
from gateway.app.tenants import withdrawals
from gateway.booking import TenantId
from gateway.clock import milliseconds, moment


async def withdrawal_facts(parts: Parts, tenant: TenantId) -> AsyncIterator[tuple[str, str]]:
    """What is told of each, by name."""
    for withdrawal in await withdrawals(parts, tenant):
        last = max(step for step in withdrawal[4:] if step is not None)
        state = "proved" if withdrawal.proved_at else "under way"
        yield f"withdrawal {withdrawal.id}", f"{state}, last step {printed(last)}"
        for one in await acknowledged(parts, tenant, withdrawal.id):
            yield f"acknowledged by {one.said.consumer}", f"{printed(one.said.acknowledged_at)}, {how(one)}"
        for consumer, waiting in (await unacknowledged(parts, tenant, withdrawal.id)).items():
            yield f"not acknowledged by {consumer}", waiting


def how(one: Acknowledged) -> str:
    """Whether it was signed, and what it says."""
    if not one.said.is_signed:
        return "by its token, unsigned"
    said = one.statement
    if said is None:
        return "signed; the evidence does not open"
    until = said.copies_until
    copies = "no copies remain" if until is None else f"copies remain until {printed(milliseconds(until))}"
    return f"signed: executed {printed(milliseconds(said.executed_at))}, {copies}"


def printed(at: int) -> str:
    """A moment for people, from epoch milliseconds."""
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"
