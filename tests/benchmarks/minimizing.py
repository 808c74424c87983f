"""What minimizing costs beside a bare copy, what many guests cost, and what a hostile title costs."""

import os
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from msgspec.structs import replace

from connectors.raw import Attendee, Named, RawEvent, Response, Tainted
from gateway.booking import Booking, BookingId, Status
from gateway.minimization.lattice import Disclosure, People, Title
from gateway.minimization.minimize import Minimizer
from gateway.vault.index import Index
from gateway.vault.secret import KEY_BYTES, SecretKey
from tests.benchmarks.rounds import Costs
from tests.gateway.minimization.made_up import NOON, NOW, OCCUPANCY, WINDOW, room

_ROOM = room()
_EVENTS = 2_000
_GUESTS = (50, 500)
_HOSTILE = (4_096, 16_384)

Acts = dict[str, Callable[[RawEvent], object]]


def compare_minimizing(rounds: int) -> Costs:
    """Events, each at the default preset, and each copied member by member; both with keyed ids."""
    identify = Index(SecretKey(os.urandom(KEY_BYTES))).prepared("booking", "calendar")
    events = [_event(number) for number in range(_EVENTS)]
    ours = _minimizer(OCCUPANCY, lambda event: BookingId(identify(event)))
    return _costs({"minimize": ours.minimize, "copy": lambda event: _copied(event, identify)}, events, rounds)


def compare_guests(rounds: int) -> Costs:
    """One event of few guests and of many, where they are counted and taken out of titles."""
    ours = _minimizer(replace(OCCUPANCY, people=People.EXACT, title=Title.SCRUBBED), BookingId)
    few, many = (_crowded(guests) for guests in _GUESTS)
    return _costs(
        {"few": lambda _: ours.minimize(few), "many": lambda _: ours.minimize(many)}, [few] * 50, rounds
    )


def compare_hostile_titles(rounds: int) -> Costs:
    """One title of 4 KB and one of 16 KB, made to be slow."""
    ours = _minimizer(replace(OCCUPANCY, title=Title.SCRUBBED), BookingId)
    small, large = (replace(_crowded(10), title=Tainted("a@a.a." * (size // 6))) for size in _HOSTILE)
    acts: Acts = {"4 KB": lambda _: ours.minimize(small), "16 KB": lambda _: ours.minimize(large)}
    return _costs(acts, [small] * 50, rounds)


def _costs(acts: Acts, events: Sequence[RawEvent], rounds: int) -> Costs:
    return Costs([{name: _cost(act, events) for name, act in acts.items()} for _ in range(rounds)])


def _cost(act: Callable[[RawEvent], object], events: Sequence[RawEvent]) -> float:
    begun = time.process_time()
    for event in events:
        act(event)
    return (time.process_time() - begun) * 1e6 / len(events)


def _minimizer(disclosure: Disclosure, identify: Callable[[str], BookingId]) -> Minimizer:
    return Minimizer(_ROOM, disclosure, window=WINDOW, now=NOW, identify=identify)


def _event(number: int) -> RawEvent:
    start = NOON + timedelta(minutes=number)
    end = start + timedelta(hours=1)
    return RawEvent(f"event-{number}", start, end, private=False, response=Response.ACCEPTED)


def _crowded(guests: int) -> RawEvent:
    rows = tuple(Attendee(Response.ACCEPTED) for _ in range(guests))
    named = tuple(
        Named(Tainted(f"Guest Quorl{number}"), Tainted(f"g{number}@cobalt.example"))
        for number in range(guests)
    )
    return replace(_event(0), attendees=rows, named=named, title=Tainted("Budget review with the team"))


def _copied(event: RawEvent, identify: Callable[[str], str]) -> Booking:
    return Booking(
        id=BookingId(identify(event.id)),
        resource=_ROOM.resource.id,
        start=event.start,  # type: ignore[arg-type]  # these are moments
        end=event.end,  # type: ignore[arg-type]
        all_day=None,
        zone="UTC",
        status=Status.CONFIRMED,
        people=None,
        title=None,
        conference=None,
        booker=None,
    )
