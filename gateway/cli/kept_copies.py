"""Copies of evidence keys and of the store, as ``gateway status`` tells of them."""

from gateway.app.copies.drills import TRIED, Kind, last_drills
from gateway.app.copies.restoring import registered
from gateway.app.keys.evidence_copies import FolderState
from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview

#: What tries copies.
TRIED_BY = {Kind.EVIDENCE_KEYS: "'gateway keys drill'", Kind.BACKUP: "'gateway backup drill'"}


def missing_copies(states: list[FolderState], overviews: list[TenantOverview]) -> list[str]:
    """Evidence keys that have no copy yet, and copies that outlive their keys."""
    names, told = {one.standing.tenant: one.name for one in overviews}, list[str]()
    for state in states:
        if not state.is_reached:
            told.append(
                f"{state.folder} is not reached: new evidence keys have no copy there, and copies of "
                "destroyed ones may be left. Mount it; 'gateway keys backup' makes it ready if it is new."
            )
        missing = ", ".join(sorted(names.get(tenant, tenant) for tenant in state.missing))
        if missing:
            told.append(
                f"{state.folder} has no copy yet of the evidence key of: {missing}. Whatever serves makes it "
                "within minutes; 'gateway keys backup' does at once."
            )
        if state.to_destroy:
            told.append(
                f"{state.folder} has {len(state.to_destroy):,} copies of evidence keys that were destroyed."
            )
    return told


async def tried_copies(parts: Parts) -> list[str]:
    """When copies were tried last, of those that there are to be tried."""
    last, there = await last_drills(parts), {Kind.EVIDENCE_KEYS: parts.settings.evidence_copies is not None}
    backups = await registered(parts)
    there[Kind.BACKUP] = any(one.destroyed_at is None for one in backups.values())
    never = {kind: f"{what}: never tried; {TRIED_BY[kind]} does" for kind, what in TRIED.items()}
    return [f"Drill: {last[one].in_words if one in last else never[one]}." for one in Kind if there[one]]
