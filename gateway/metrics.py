"""What is counted. Labels come from closed sets of ours: never an address, a name or a provider's words."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

# When a counter was made tells when a process met its first such event: nobody's business.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no type for it


class Ahead(NamedTuple):
    """Deadlines that come: how many, and the seconds until the first; +Inf while there is none."""

    number: Gauge
    seconds: Gauge

    def tell(self, ends: Sequence[int], now: int) -> None:
        """The deadlines as they stand, the first first. All in epoch milliseconds."""
        self.number.set(len(ends))
        self.seconds.set((ends[0] - now) / 1000 if ends else math.inf)


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.events = self._counter("gateway_events", "Events met, by what became of them.", "outcome")
        self.tripped_titles = self._counter(
            "gateway_titles_tripped",
            "Titles in which the tripwire found somebody, just before they would have been told.",
        )
        self.faults = self._counter(
            "gateway_minimization_faults",
            "Events over which code of ours failed: told as taken, and nothing more.",
        )
        self.entries = self._counter("gateway_entries_served", "Feed entries written to consumers.")
        self.rounds = self._counter(
            "gateway_rounds", "Looks at a calendar or directory, by result.", "result"
        )
        self.notifications = self._counter(
            "gateway_notifications",
            "Hints from providers that a calendar has changed: ours, unknown, and ours that tell no news.",
            "of",
        )
        self.signals = self._counter(
            "gateway_signals",
            "Signals of identity providers, by what they prove and what became of them.",
            *("claim", "outcome"),
        )
        self.calendars = self._gauge("gateway_calendars", "Calendars that are read.")
        self.calendars_told = self._gauge(
            "gateway_calendars_told",
            "Calendars whose provider tells of changes right now; the others are polled alone.",
        )
        self._tell_of_deadlines()
        self._tell_of_webhooks()
        ended = ("provider", "outcome")
        self.provider_attempts = self._counter(
            "gateway_provider_attempts", "Requests sent to providers, by how they ended.", *ended
        )
        self.provider_bytes = self._counter(
            "gateway_provider_bytes",
            "Bytes of providers' answers, inflated, by how the requests ended.",
            *ended,
        )
        self.provider_wait_seconds = self._counter(
            "gateway_provider_wait_seconds",
            "Seconds that requests waited before they were sent, for quota, for as long as a provider asked, "
            "and between attempts; by how they ended.",
            *ended,
        )
        self.requests = self._counter("gateway_requests", "Requests answered, by status.", "status")

    def _tell_of_deadlines(self) -> None:
        self.erasures = self._ahead(
            ("gateway_erasures_ahead", "gateway_next_erasure_seconds"),
            "Suspended authorizations: when their clock runs out, all that hangs on them is erased.",
        )
        self.subject_requests = self._ahead(
            ("gateway_subject_requests_ahead", "gateway_next_subject_request_seconds"),
            "What people asked about their data: until then it is to be answered. Overdue once negative.",
        )
        self.acknowledgements_overdue = self._gauge(
            "gateway_acknowledgements_overdue",
            "Erasures that consumers should have acknowledged by now, counted for each of them.",
        )

    def _tell_of_webhooks(self) -> None:
        self.webhooks = self._counter(
            "gateway_webhooks", "Webhooks sent to consumers, by outcome.", "outcome"
        )
        self.webhooks_waiting = self._gauge(
            "gateway_webhooks_waiting",
            "Resources of which an endpoint has yet to take something, dead letters included.",
        )
        self.webhooks_paused = self._gauge("gateway_webhooks_paused", "Endpoints that are told nothing.")

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, registry=self._registry)

    def _ahead(self, names: tuple[str, str], told: str) -> Ahead:
        number, seconds = names
        return Ahead(self._gauge(number, told), self._gauge(seconds, f"Seconds to the first. {told}"))

    def _gauge(self, name: str, told: str) -> Gauge:
        return Gauge(name, told, registry=self._registry)

    def events_by_outcome(self) -> dict[str, int]:
        """How many events each outcome had."""
        samples = [sample for family in self.events.collect() for sample in family.samples]
        return {sample.labels["outcome"]: int(sample.value) for sample in samples}

    def exposition(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self._registry)
