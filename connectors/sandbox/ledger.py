"""What a provider held of people, and what of it crossed the wire: counted, never kept."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from connectors.personal import personal
from connectors.sandbox.calendar import Event


class Tally(msgspec.Struct):
    """Of one tenant. ``held`` counts the personal members of the events asked for; ``crossed`` those sent."""

    bytes: int = 0
    events: int = 0
    held: Counter[str] = msgspec.field(default_factory=Counter)
    crossed: Counter[str] = msgspec.field(default_factory=Counter)


class Ledger:
    """One tally per tenant, by the tenant's name."""

    def __init__(self) -> None:
        self.tallies: dict[str, Tally] = {}

    def enter(self, tenant: str, held: Iterable[Event], crossed: Iterable[Event], size: int) -> None:
        """Count one answer: its events in full and as they were sent, and its bytes before compression."""
        tally = self.tallies.setdefault(tenant, Tally())
        tally.bytes += size
        for full, sent in zip(held, crossed, strict=True):
            tally.events += 1
            tally.held += personal(full)
            tally.crossed += personal(sent)
