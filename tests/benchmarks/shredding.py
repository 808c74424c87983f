"""How long it takes until bookings are unreadable: by their keys, and row by row; and one person of many."""

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from gateway.booking import SubjectId, TenantId
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.key_directory import TENANTS
from gateway.vault.key_file import key_content
from gateway.vault.keys import Purpose
from gateway.vault.local import LocalKeyService, LocalWrappingKeys
from gateway.vault.tenant_folder import TenantFolder
from gateway.vault.wrapping import WrappingKey
from gateway.withdrawal.giving_back import nothing_to_revoke
from gateway.withdrawal.steps import Steps
from tests.fakes.filled_store import FilledStore, a_booking, a_resource, open_filled_store

PER_ROOM = 1000
TIMES = 9


class Shredding(NamedTuple):
    """Wall milliseconds, for much of it is waiting for the disk."""

    bookings: int
    keys: float
    rows: float


async def shred(bookings: int) -> Shredding:
    """Destroy the keys of a tenant of so many bookings; then overwrite its rows.

    Keys several times, the fastest of which counts: a disk that others use may take ten times as long.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        async with open_filled_store(folder) as filled:
            tenant = await _fill(filled, bookings)
            # What was just written is not waited for.
            await asyncio.to_thread(os.sync)
            withdrawal = WithdrawalRow(tenant, "erasure", "authorization", None, fenced_at=0)
            taken = []
            for number in range(TIMES):
                keys = LocalKeyService(shutil.copytree(folder / "keys", folder / f"keys-{number}"))
                steps = Steps(filled.store, filled.keyring, keys, nothing_to_revoke)
                taken.append(await _milliseconds(steps.shred(withdrawal)))
            steps = Steps(filled.store, filled.keyring, filled.keys, nothing_to_revoke)
            return Shredding(bookings, min(taken), await _milliseconds(steps.erase(withdrawal)))


async def burn(people: int) -> float:
    """Burn one of so many; wall milliseconds. All others' keys are wrapped anew."""
    tenant = TenantId("ten_many")
    with TemporaryDirectory() as name:
        directory = Path(name) / "keys"
        service = LocalKeyService(directory)
        await service.create_tenant(tenant)
        wrapping, under = LocalWrappingKeys(directory), WrappingKey(tenant, Purpose.ENCRYPTION)
        made = [await wrapping.generate(under) for _ in range(people)]
        contents = {f"sub_{number}": key_content(*one) for number, one in enumerate(made)}
        TenantFolder(directory / TENANTS / tenant).data_keys.add(1, contents)
        return await _milliseconds(service.burn(tenant, SubjectId("sub_7"), 0))


async def _fill(filled: FilledStore, bookings: int) -> TenantId:
    tenant = await filled.add_tenant("many")
    for room in range(bookings // PER_ROOM):
        await filled.put_resource(tenant, a_resource(f"room-{room}"))
        made = [a_booking(f"booking-{room}-{number}", f"room-{room}") for number in range(PER_ROOM)]
        await filled.put(tenant, *made)
    return tenant


async def _milliseconds(work: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await work
    return (time.perf_counter() - begun) * 1e3
