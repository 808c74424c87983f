"""Faults on demand: the next requests of a kind are refused, as a provider under load would."""

from collections.abc import Mapping

from connectors.sandbox.refusal import Refusal, google_refusal, graph_refusal

_GRAPH_CODES = {429: "ApplicationThrottled", 503: "ServiceUnavailable", 504: "GatewayTimeout"}
_GOOGLE_REASONS = {429: ("rateLimitExceeded", "usageLimits"), 403: ("rateLimitExceeded", "usageLimits")}


class Faults:
    """What will go wrong next. Kinds are those of ``Sandbox.requests``, or a prefix such as ``graph``."""

    def __init__(self) -> None:
        self._planned: list[tuple[str, Refusal]] = []

    def refuse(self, kind: str, status: int, times: int, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next ``times`` requests of a kind with a status, such as 429 with ``Retry-After``."""
        self._planned += [(kind, _worded(kind, status, headers or {}))] * times

    def next(self, kind: str) -> Refusal | None:
        """Take the refusal that is due for a request of this kind."""
        for place, (planned, refusal) in enumerate(self._planned):
            if kind.startswith(planned):
                del self._planned[place]
                return refusal
        return None


def _worded(kind: str, status: int, headers: Mapping[str, str]) -> Refusal:
    if not kind.startswith("google"):
        code = _GRAPH_CODES.get(status, "UnknownError")
        return graph_refusal(status, code, "Application is over its MailboxConcurrency limit.", headers)
    reason, domain = _GOOGLE_REASONS.get(status, ("backendError", "global"))
    refusal = google_refusal(status, reason, "Rate Limit Exceeded", domain)
    refusal.headers.update(headers)
    return refusal
