"""Metering: counts the attempts at providers, by provider and outcome and by nothing of a tenant's."""

from connectors.meter import Attempt, Meter, in_numbers
from gateway.app.providers.connecting import Meters
from gateway.metrics import Metrics
from gateway.tenant import Provider


def meters(metrics: Metrics) -> Meters:
    """What tells a process's counters of each attempt."""

    def of(provider: Provider) -> Meter:
        def tell(attempt: Attempt) -> None:
            labels = (provider.value, attempt.outcome.value)
            metrics.provider_attempts.labels(*labels).inc()
            metrics.provider_bytes.labels(*labels).inc(attempt.body_bytes)
            metrics.provider_wait_seconds.labels(*labels).inc(attempt.waited_seconds)

        return in_numbers(tell)

    return of
