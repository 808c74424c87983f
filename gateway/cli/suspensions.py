"""A suspended tenant, as ``gateway status`` tells of it: what to confirm, and what re-opens it."""

from gateway.app.tenants import TenantOverview
from gateway.authorization import SuspensionReason
from gateway.clock import to_minute
from gateway.store.asked import RequestRow
from gateway.store.registry import Standing

#: What an admin confirms of what was suspended; else that the grant stands.
CONFIRMED = {
    SuspensionReason.POLICY_UNCONFIRMED: "what is in force and was announced holds",
    SuspensionReason.STORE_RESTORED: (
        "what 'gateway tenant show' tells is in force: its store was put back from a copy, and what else was "
        "changed since nobody knows"
    ),
}
#: What re-opens it; else 'gateway tenant resume'.
RE_OPENED_BY = {
    SuspensionReason.EXPIRED: "'gateway tenant renew'",
    SuspensionReason.POLICY_UNCONFIRMED: (
        "'gateway tenant accept', or 'gateway tenant resume' where no change waits for an answer"
    ),
}


def suspension(overview: TenantOverview, requests: list[RequestRow]) -> list[str]:
    """What to do about it, or about credentials that were withdrawn; nothing of a tenant that is read."""
    reason, erased = overview.standing.authorization.reason, _erased(overview.standing, requests)
    if reason is None:
        return []
    if overview.standing.authorization.is_disconnected:
        told = (
            f"{overview.name} is not read, since its credentials were withdrawn: what is known is told as it "
            f"grows old. 'gateway tenant reconnect' takes new ones; or 'gateway tenant withdraw'. {erased}"
        )
        return [told]
    confirmed = CONFIRMED.get(reason, "the grant stands")
    by = RE_OPENED_BY.get(reason, "'gateway tenant resume'")
    told = (
        f"{overview.name} is suspended ({reason}): nothing is read or served. Confirm with its admin that "
        f"{confirmed}, then {by}; or 'gateway tenant withdraw'. {erased}"
    )
    return [told]


def _erased(standing: Standing, requests: list[RequestRow]) -> str:
    if standing.erase_at is None:
        return ""
    kept = sum(row.keeps for row in requests)
    if kept:
        return f"No clock erases it: {kept:,} people have asked to be restricted (Art. 18(2) GDPR)."
    return f"Otherwise all of it is erased at {to_minute(standing.erase_at)}."
