"""Every fault strikes once, with canaries in whatever it says, and none is left; nor after an end."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count, zip_longest
from pathlib import Path

import pytest

from connectors.sandbox.faults.catalogue import CATALOGUE
from connectors.sandbox.notification_faults import NOTIFICATION_FAULTS
from gateway.authorization import State
from tests.system.soak import Soak, begin
from tests.system.soak_proofs import PROVING_AT_ONCE, PROVING_LATER
from tests.system.soak_time import run

#: Faults that take their time, or go on for ever.
_LONG = ("slow", "stalled", "crowded", "endless-pages")
#: Past a backoff and a token's life; past a directory's day and what a provider may wish; past a poll.
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (61, 25 * 60, 6))
#: What changes is told of at the next moment; channels are renewed after four or five days.
_UNTIL_TOLD = (timedelta(minutes=6), timedelta(minutes=6), timedelta(days=5))
#: What people do comes to who watches them: we do not.
_UNASKED = ("channel-late", "activity-late")
_OF_PUSH = tuple(name for name in NOTIFICATION_FAULTS if not name.startswith(_UNASKED))
#: Met only where a channel is opened or ended, once in a calendar's life, or where Graph tells of its own.
_OF_ENDS = {
    "lifecycle-storm",
    "subscription-quota",
    "subscription-reauthorize-forbidden",
    "handshake-hostile-token",
    "notification-after-delete",
    "channel-after-stop",
    "channel-sync-first",
}
#: What providers say again and again while an employer is withdrawn.
_SAID = {"north": "graph.internal-error", "east": "google.backend-error"}
#: When the withdrawal begins, how much is done of it, and how much the gateway does, before both die.
_REQUESTS, _STEPS, _EFFECTS = 3, 5, 14
#: A provider and those who are read there.
_READ_AT = {"google": {"east"}, "graph": {"north", "south"}, "entra": {"north", "south"}}


async def _strike(soak: Soak, names: Sequence[str]) -> set[str]:
    """Let faults strike those whose provider they are of; returns those for which a tenant was suspended."""
    for name in names:
        soak.sandbox.faults.order(name, times=1 if name.partition(".")[2] in _LONG else None)
    orders = [*soak.sandbox.faults._orders]
    for pause in _PAUSES:
        await soak.pass_time(pause)
        if all(order._memory.began for order in orders):
            break
    assert all(order._memory.began for order in orders), names
    suspended = {name for name in soak.house.tenants if await soak.house.state(name) is State.SUSPENDED}
    soak.calm()
    await soak.acts.resume()
    while {await soak.house.state(name) for name in soak.house.tenants} != {State.ACTIVE}:
        await soak.pass_time(_PAUSES[0])
    return {name for name in names if suspended & _READ_AT[name.partition(".")[0]]}


async def _strike_all(*families: str, folder: Path) -> None:
    """Each fault of some families in its turn, those of different families together."""
    # Nobody signs in here, for employers grant once, beforehand; and about no account anybody asks.
    unmet = (".authorize", ".me", ".user")
    names = [name for name, fault in CATALOGUE.items() if not fault.meets[0].endswith(unmet)]
    lanes = [[name for name in names if name.startswith(f"{family}.")] for family in families]
    proving = set[str]()
    here = sorted(set[str]().union(*(_READ_AT[family] for family in families)))
    async with begin(1, folder, here, events=(3,), people=2) as soak:
        await soak.pass_time(timedelta())
        for together in zip_longest(*lanes):
            proving |= await _strike(soak, [name for name in together if name])
        assert (await soak.evidence()).leaks(soak.canaries) == {}
    # What proves something later may do so here, where the fault beside it takes its time.
    assert proving - PROVING_LATER == PROVING_AT_ONCE & {name for lane in lanes for name in lane}


@pytest.mark.parametrize("families", [("entra",), ("graph", "google")])
def test_no_fault_leaves_anything_of_what_it_says(families: tuple[str, ...], tmp_path: Path) -> None:
    run(_strike_all(*families, folder=tmp_path))


async def _push_all(folder: Path) -> None:
    """Each fault of push in its turn, of both providers at once, while changes are told of."""
    unmet = set[str]()
    of_google = [name for name in _OF_PUSH if name.startswith("channel-")]
    of_graph = [name for name in _OF_PUSH if name not in of_google]
    async with begin(1, folder, events=(3,), people=2) as soak:
        await soak.pass_time(timedelta())
        steps = count()
        for names in zip_longest(of_graph, of_google):
            ordered = {name for name in names if name}
            for name in ordered:
                soak.sandbox.faults.order(name)
            plans = soak.sandbox.notifier.faults._plans
            for pause in _UNTIL_TOLD:
                soak.world.happen(next(steps), soak.now)
                await soak.pass_time(pause)
                if all(any(plan.chances for plan in plans[name]) for name in ordered):
                    break
            unmet |= {name for name in ordered if not any(plan.chances for plan in plans[name])}
            soak.calm()
        await soak.conclude()
        assert (await soak.evidence()).leaks(soak.canaries) == {}
    assert unmet <= _OF_ENDS


def test_no_fault_of_push_leaves_anything(tmp_path: Path) -> None:
    run(_push_all(tmp_path))


async def _end_all(folder: Path) -> None:
    """Employers are withdrawn while errors are said and everything dies of a sudden."""
    async with begin(1, folder, events=(3,), people=2) as soak:
        await soak.pass_time(timedelta())
        for employer, error in _SAID.items():
            soak.sandbox.faults.order(error)
            [order] = soak.sandbox.faults._orders
            soak.acts.crash(_EFFECTS)
            await soak.acts.withdraw(employer, amid=_REQUESTS, effects=_STEPS)
            assert order._memory.began
            assert (await soak.evidence()).leaks(soak.canaries) == {}
            soak.calm()
            for pause in _PAUSES:
                await soak.pass_time(pause)
            assert soak.acts.all_settled()
            assert (await soak.evidence()).leaks(soak.canaries) == {}
        await soak.conclude()
        assert soak.house.crashes == len(_SAID)
        assert (await soak.evidence()).leaks(soak.canaries) == {}


def test_no_withdrawal_and_no_crash_leaves_anything(tmp_path: Path) -> None:
    run(_end_all(tmp_path))
