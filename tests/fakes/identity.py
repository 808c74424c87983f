"""Who stand-ins are, and which client they know."""

from functools import cache

from connectors.sandbox.identity import Identity
from gateway.clock import system_clock


@cache
def one_identity() -> Identity:
    """Keys take long to make; one set does for all tests of a process."""
    return Identity(system_clock()())
