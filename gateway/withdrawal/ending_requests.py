"""What a tenant's withdrawal makes of what people have asked: no clock of theirs runs on."""

from functools import partial

from gateway.booking import TenantId
from gateway.store.asked import note_settled, requests_of
from gateway.store.ended_requests import end_requests, requests_to_end
from gateway.store.requests import RECORD, known_request
from gateway.store.store import Store
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService
from gateway.withdrawal.recording_requests import missing_requests, record_request


async def end_all_requests(store: Store, keyring: Keyring, keys: KeyService, tenant: TenantId) -> None:
    """End all that was asked of a tenant whose data was erased, also what a store that was put back lacks.

    May be repeated. Raises KeyUnavailable, Unreadable.
    """
    records = await keys.kept_records(tenant)
    known = await store.read(partial(requests_of, tenant=tenant))
    missing = [one.request for one in await missing_requests(keyring, tenant, records, known)]
    if not missing and not await store.read(partial(requests_to_end, tenant=tenant)):
        return
    column = await keyring.evidence(tenant, *RECORD)
    await store.administer(partial(end_requests, tenant=tenant, column=column, missing=missing))
    for row in await store.read(partial(requests_to_end, tenant=tenant)):
        look = partial(known_request, tenant=tenant, request=row.id, column=column)
        request = await store.read(look)
        await record_request(keys, keyring, tenant, request, ())
        settled = partial(note_settled, tenant=tenant, request=request.id, number=len(request.steps))
        await store.administer(settled)
