"""Drills of copies: what was tried, when, and what came of it. They stand beside the keys, sealed.

In the store they would be put back with it.
"""

from enum import StrEnum

import msgspec

from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.clock import milliseconds, to_second
from gateway.errors import KeyUnavailable, Unreadable

#: A column of no table, under the installation's own key; and what stands for a tenant: none is called so.
COLUMN = ("drills", "record")
INSTALLATIONS = TenantId("drills")
_EPOCH = 0
#: Of each kind so many are kept, the newest.
KEPT_MAX = 50


class Kind(StrEnum):
    """What was tried."""

    BACKUP = "backup"
    EVIDENCE_KEYS = "evidence_keys"


#: In words.
TRIED = {Kind.BACKUP: "a copy of the store", Kind.EVIDENCE_KEYS: "copies of evidence keys"}


class Drilled(msgspec.Struct, frozen=True, kw_only=True):
    """One drill. ``at`` is in epoch milliseconds; ``opened``: how many records, or keys.

    ``failed``: what was amiss, by a code of ours; None: nothing.
    """

    at: int
    kind: Kind
    opened: int
    failed: str | None

    @property
    def in_words(self) -> str:
        """What came of it."""
        result = f"{self.opened:,} opened" if self.failed is None else f"FAILED ({self.failed})"
        return f"{TRIED[self.kind]}, tried {to_second(self.at)}: {result}"


async def record_drill(parts: Parts, kind: Kind, opened: int, failed: str | None = None) -> None:
    """Keep what came of a drill. Raises KeyUnavailable."""
    at = milliseconds(parts.clock())
    drilled, name = Drilled(at=at, kind=kind, opened=opened, failed=failed), f"{kind}_{at}"
    column = await parts.keyring.service(*COLUMN)
    sealed = column.seal(name, _EPOCH, msgspec.json.encode(drilled))
    await parts.keys.keep_record(INSTALLATIONS, name, sealed)
    kept = [name for name in await parts.keys.kept_records(INSTALLATIONS) if name.startswith(f"{kind}_")]
    for old in sorted(kept, key=_at)[:-KEPT_MAX]:
        await parts.keys.forget_record(INSTALLATIONS, old)


async def drills(parts: Parts) -> list[Drilled]:
    """All that are kept, the first first; nothing while the installation's key is not to be had."""
    try:
        column, found = await parts.keyring.service(*COLUMN), list[Drilled]()
        for name, record in (await parts.keys.kept_records(INSTALLATIONS)).items():
            found.append(msgspec.json.decode(column.open(name, _EPOCH, record), type=Drilled))
    except (KeyUnavailable, Unreadable):
        return []
    return sorted(found, key=lambda one: one.at)


async def last_drills(parts: Parts) -> dict[Kind, Drilled]:
    """The newest of each kind."""
    return {one.kind: one for one in await drills(parts)}


def _at(name: str) -> int:
    return int(name.rpartition("_")[2])
