"""What a mutant is: all that can be seen of an event, by a gateway with one leak in it."""

from collections.abc import Callable, Iterable

from connectors.raw import RawEvent
from gateway.booking import Booking
from gateway.minimization.lattice import Disclosure
from gateway.minimization.outcome import Outcome, Put
from tests.properties.minimization_twins import Twins, minimizer, observed

#: What is seen of one of two events that look alike.
Mutant = Callable[[Twins, RawEvent], bytes]

#: What a careless hand might have added: the booking, made again with a look at the event.
Leak = Callable[[RawEvent, Booking, Disclosure], Booking]


def honest(pair: Twins, event: RawEvent) -> bytes:
    """What is seen of it by the gateway as it is."""
    return observed(minimized(pair, event))


def minimized(pair: Twins, event: RawEvent) -> Outcome:
    return minimizer(pair.disclosure, pair.kind).minimize(event)


def mutants(leaks: Iterable[Leak]) -> dict[str, Mutant]:
    """By the names of what leaks."""
    return {leak.__name__: _mutant(leak) for leak in leaks}


def _mutant(leak: Leak) -> Mutant:
    def seen(pair: Twins, event: RawEvent) -> bytes:
        outcome = minimized(pair, event)
        if isinstance(outcome, Put):
            outcome = Put(leak(event, outcome.booking, pair.disclosure))
        return observed(outcome)

    return seen
