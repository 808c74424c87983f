"""Faults that prove, at once or in time, that a grant is gone: for these alone a tenant is suspended."""

_AADSTS = (
    1000031, 500011, 500021, 50014, 50015, 500212, 500213, 50034, 50053, 50057, 50105, 501051, 50173,
    51004, 53000, 53001, 53002, 53003, 530032, 530035, 53011, 54000, 65001, 65004, 650052, 650054, 650056,
    650057, 70001, 700011, 7000112, 700016, 90002, 90094, 90095, 90099,
)  # fmt: skip

#: Suspend whoever meets them everywhere.
PROVING_AT_ONCE = frozenset({
    *(f"entra.aadsts{number}" for number in _AADSTS),
    "entra.replication-lag", "entra.tenant-unknown", "entra.token-without-roles",
    "google.account-deleted", "google.grant-revoked",
    "google.client-unauthorized", "google.delegation-lag", "google.delegation-missing",
    "google.forbidden", "google.forbidden-newer", "google.insufficient-permissions", "google.not-admin",
    "google.not-configured", "google.policy-enforced", "google.scope-smaller", "google.scopes-reduced",
    "google.user-invalid", "google.user-missing", "graph.access-denied", "graph.scope-denied",
    "graph.scope-denied-extension", "graph.scope-given-late", "graph.scope-lost-one",
})  # fmt: skip

#: Prove nothing the first time, or do not refuse at first.
PROVING_LATER = frozenset({
    "entra.aadsts-unknown", "entra.token-expired", "google.auth-error", "google.delegation-lingers",
    "google.grant-bad-request", "google.grant-unknown", "google.token-expired", "graph.claims-challenge",
    "graph.identity-not-found", "graph.invalid-token", "graph.scope-lost-late",
})  # fmt: skip

PROVING = PROVING_AT_ONCE | PROVING_LATER
