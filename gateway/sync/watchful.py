"""Watchful: while whoever tells that an authorization is over is silent, more is asked, and less is fresh."""

from typing import NamedTuple

from gateway.signals.transmitter import TransmitterKind
from gateway.store.transaction import Transaction
from gateway.sync import schedule

#: What tells because it is asked.
ASKED = [kind for kind in TransmitterKind if kind.is_asked]


class Watched(NamedTuple):
    """Which transmitters fell silent, and of how many resources signals make something else now."""

    silent: list[str]
    told: int


def be_watchful(transaction: Transaction, since: int) -> Watched:
    """Do what follows from how long ago those were heard who tell of a tenant's people.

    ``since``: when its authorization became what it is, epoch milliseconds.

    People's calendars, which show whether they may be read, and the provider, which is asked what became of
    accounts, are due sooner. What is told of resources is stale after a while, and fresh once all were heard.
    """
    unheard = [row.id for row in transaction.transmitters.unheard(since)]
    silent = [name for name in unheard if transaction.transmitters.fell_silent(name)]
    if unheard:
        transaction.transmitters.hasten(ASKED, transaction.now + schedule.WATCHFUL_MILLISECONDS)
        transaction.calendars.hasten_persons(schedule.WATCHFUL_MILLISECONDS)
    return Watched(silent, transaction.states.tell_what_signals_allow())
