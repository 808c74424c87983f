"""What ``gateway status`` says of signals: whom they have suspended, and who tells nothing any more."""

from gateway.app.parts import Parts
from gateway.app.subjects import list_subjects
from gateway.app.tenants import TenantOverview
from gateway.app.transmitters import list_transmitters
from gateway.clock import to_minute


async def told_signals(parts: Parts, overview: TenantOverview) -> list[str]:
    """What waits for people at one tenant."""
    if not overview.is_open:
        return []
    people = await list_subjects(parts, overview.standing.tenant)
    ends = sorted(row.erase_at for row in people if row.erase_at is not None)
    silent = [one.id for one in await list_transmitters(parts, overview.standing) if one.reason is not None]
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
    return found
