"""What ``gateway status`` says of signals: whom they have suspended, and who tells nothing any more."""

from gateway.app.parts import Parts
from gateway.app.persons.subjects import list_subjects
from gateway.app.signals.transmitters import list_transmitters
from gateway.app.tenants import TenantOverview
from gateway.clock import milliseconds, to_minute
from gateway.store.states import SIGNALS_SILENT
from gateway.unheard import Unheard


async def told_signals(parts: Parts, overview: TenantOverview) -> list[str]:
    """What waits for people at one tenant."""
    if not overview.is_open:
        return []
    people = await list_subjects(parts, overview.standing.tenant)
    ends = sorted(row.erase_at for row in people if row.erase_at is not None)
    tellers, now = await list_transmitters(parts, overview.standing), milliseconds(parts.clock())
    silent = [one.id for one in tellers if one.reason is not None or one.silent_at is not None]
    is_served = overview.standing.authorization.state.may_serve
    too_long = [one.id for one in tellers if is_served and one.unheard(now) is Unheard.NOT_FRESH]
    found = list[str]()
    if ends:
        found.append(
            f"{overview.name}: signals have suspended {len(ends):,} people who asked to be recognized; the "
            f"first is withdrawn at {to_minute(ends[0])}. Ask their employer, then 'gateway subject resume', "
            "or leave it: see 'gateway subject list'."
        )
    if silent:
        found.append(
            f"{overview.name}: {len(silent):,} identity providers do not tell as they should, so that an end "
            "may be heard of late; 'gateway signals list' says why, 'gateway signals test' tries them."
        )
    if too_long:
        found.append(
            f"{overview.name}: {len(too_long):,} identity providers were not heard for too long, so that its "
            f"resources are told as stale ({SIGNALS_SILENT}) until they are. See to them, or let "
            "'gateway signals remove' believe them no more."
        )
    return found
