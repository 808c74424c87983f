"""Exports: all that is kept of a tenant, or of one of its subjects, as its keys open it.

What it says that a withdrawal erases is erased; what it says is kept is kept, for that reason and so long.
What legal holds keep is in it, but for those by order: every export says last that such may exist. Also what
is over is exported: then it is given back, and people ask.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from gateway.app.accountability.time_limits import in_words
from gateway.app.new_file import new_file
from gateway.app.parts import Parts
from gateway.app.persons.subjects import finder_of
from gateway.authorization import AuthorizationId
from gateway.errors import KeyUnavailable
from gateway.legal_hold import BASIS, HoldId
from gateway.proof.certificate import EXCEPTIONS
from gateway.settings import Settings
from gateway.store.asked import requests_found_by
from gateway.store.contents import Content, ExportKeys, contents
from gateway.store.handle import Handle
from gateway.store.inventory import INVENTORY, emptied_with_a_tenant
from gateway.store.inventory_terms import Retention
from gateway.store.legal_holds import HELD, RECORD, known_holds
from gateway.store.registry import Standing
from gateway.store.store import Fence, uphold
from gateway.store.subjects import owners_standing, subject_found_by
from gateway.store.transaction import Transaction
from gateway.store.unlock import open_keys
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys

#: Whether a row is of whom the export is about.
Concerns = Callable[[Content], bool]


class Line(msgspec.Struct, frozen=True):
    """One row: where it stands, and what the end of the authorization does to it."""

    table: str
    row: Mapping[str, object]
    kept_for: str
    until: str
    withdrawal: str
    #: Of a row that stays, what is taken out.
    emptied: tuple[str, ...]


class Told(NamedTuple):
    """How many rows were written, and how many of them a withdrawal erases."""

    rows: int
    erased: int


async def export_tenant(parts: Parts, standing: Standing, target: Path) -> Told:
    """Write all that is kept of a tenant, a row a line (JSON), into a file that is not there yet.

    Credentials are left out. Raises ConfigurationError for the file, KeyUnavailable, RestoredStore, Fenced.
    """
    return await _export(parts, standing, target, lambda _: True)


async def export_subject(
    parts: Parts, standing: Standing, target: Path, *, user: str | None, address: str | None
) -> Told:
    """As ``export_tenant``, of whoever is found so, enrolled or not: what is kept of them by our ids.

    Who holds nothing gets a file without rows. What their calendars hold is at their provider.
    """
    keys = await open_keys(parts.keyring, standing)
    found_by = finder_of(keys.index, user=user, address=address)
    return await _export_found(parts, standing, target, [found_by])


async def export_request(parts: Parts, standing: Standing, target: Path, request: str) -> Told:
    """As ``export_subject``, of whoever has asked for it, and of the link that it is about."""
    keys = await open_keys(parts.keyring, standing)

    def look(transaction: Transaction) -> tuple[Collection[str], AuthorizationId | None]:
        return transaction.requests.found_by(request), transaction.requests.load(request).link

    found = await parts.store.look(Fence.of(standing), keys, look)
    return await _export_found(parts, standing, target, *found)


async def _export_found(
    parts: Parts,
    standing: Standing,
    target: Path,
    found_by: Collection[str],
    link: AuthorizationId | None = None,
) -> Told:
    tenant = standing.tenant

    def look(handle: Handle) -> set[str]:
        subjects = {subject_found_by(handle, tenant, one) for one in found_by}
        asked = (requests_found_by(handle, tenant, one) for one in found_by)
        return {one for one in (*subjects, link) if one is not None}.union(*asked)

    theirs = await parts.store.read(look)
    return await _export(parts, standing, target, partial(_concerns, theirs=theirs, found_by=found_by))


def line_of(content: Content, settings: Settings) -> Line:
    """A row as it is exported."""
    rule, table, hold = INVENTORY[content.table.name].rule, content.table, content.hold
    kept_for, until = rule.kept_for.value, in_words(rule.retention, settings)
    if hold is not None and rule.retention is Retention.HOLD:
        kept_for, until = f"{kept_for}: {BASIS}, {hold.reference}", f"{until}; next by {hold.review}"
    out = () if rule.erasure.deletes else emptied_with_a_tenant(table)
    return Line(
        table=str(table.name),
        row=content.row,
        kept_for=kept_for,
        until=until,
        withdrawal=rule.erasure.value,
        emptied=tuple(str(column.name) for column in out),
    )


async def _export(parts: Parts, standing: Standing, target: Path, concerns: Concerns) -> Told:
    keys, fence = await _keys(parts, standing), Fence.of(standing)

    def write(handle: Handle) -> Told:
        uphold(fence, handle)
        found = (one for one in contents(handle, standing.tenant, keys) if concerns(one))
        return _write(target, found, parts.settings)

    told = await parts.store.read(write)
    try:
        # One moment was read for as long as it took; who has withdrawn meanwhile is exported no more.
        await parts.store.read(partial(uphold, fence))
    except BaseException:
        await asyncio.to_thread(target.unlink)
        raise
    return told


async def _keys(parts: Parts, standing: Standing) -> ExportKeys:
    employer, others = await open_keys(parts.keyring, standing), dict[str, TenantKeys]()
    for owner in await parts.store.read(partial(owners_standing, tenant=standing.tenant)):
        try:
            others[owner] = await parts.keyring.tenant(standing.tenant, owner)
        except KeyUnavailable:
            # Its rows say so.
            continue
    return ExportKeys(
        employer, {**others, standing.authorization.id: employer}, await _keys_of_holds(parts, standing)
    )


async def _keys_of_holds(parts: Parts, standing: Standing) -> dict[HoldId, SealedColumn]:
    """Of those that may be named."""
    tenant = standing.tenant
    column = await parts.keyring.evidence(tenant, *RECORD)
    known = await parts.store.read(partial(known_holds, tenant=tenant, column=column))
    found = dict[HoldId, SealedColumn]()
    for hold in known:
        # Of the rest, such as those lifted since this store was copied, rows say so.
        with suppress(KeyUnavailable):
            found[hold] = await parts.keyring.hold(tenant, hold, *HELD)
    return found


def _write(target: Path, found: Iterator[Content], settings: Settings) -> Told:
    rows = erased = 0
    with new_file(target, "Nothing was exported.") as file:
        for content in found:
            file.write(msgspec.json.encode(line_of(content, settings)) + b"\n")
            rows, erased = rows + 1, erased + INVENTORY[content.table.name].rule.erasure.deletes
        file.write(msgspec.json.encode({"exceptions": EXCEPTIONS}) + b"\n")
    return Told(rows, erased)


def _concerns(content: Content, theirs: Collection[str], found_by: Collection[str]) -> bool:
    """``theirs``: our ids of them, of what they ask, and of the link that it is about."""
    row, hold = content.row, content.hold
    if hold is None:
        is_theirs = any(row.get(name) in theirs for name in ("subject", "id", "request", "authorization"))
        return is_theirs or row.get("finder") in found_by
    kept, held = row["record"], {hold.found(one) for one in found_by} - {None}
    return content.table.name == "held" and isinstance(kept, dict) and kept["subject"] in held
