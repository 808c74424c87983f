"""What of a request outlives the store: all of it, so that a store that was put back restricts as it did."""

from collections.abc import Collection, Mapping

import msgspec

from gateway.booking import TenantId
from gateway.request import REQUEST, SubjectRequest
from gateway.store.asked import RequestRow
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService

#: A column of no table: under the evidence key, with the keys.
COLUMN = ("requests", "recorded")
_EPOCH = 0


class RecordedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it stands with the key service. ``found_by``: keyed hashes of whoever asks."""

    request: SubjectRequest
    found_by: tuple[str, ...]


async def record_request(
    keys: KeyService, keyring: Keyring, tenant: TenantId, request: SubjectRequest, found_by: Collection[str]
) -> None:
    """Let a request be known, as it stands, whatever becomes of the store. Raises KeyUnavailable."""
    column, name = await keyring.evidence(tenant, *COLUMN), _name(request.id, len(request.steps))
    kept = RecordedRequest(request=request, found_by=tuple(found_by))
    await keys.keep_record(tenant, name, column.seal(name, _EPOCH, msgspec.json.encode(kept)))


def is_request(name: str) -> bool:
    """Whether what is kept under a name is of a request."""
    return name.startswith(REQUEST)


async def missing_requests(
    keyring: Keyring, tenant: TenantId, records: Mapping[str, bytes], known: Collection[RequestRow]
) -> list[RecordedRequest]:
    """Those that have taken steps of which a store does not know. Raises KeyUnavailable, Unreadable."""
    newest = dict[str, int]()
    for name in filter(is_request, records):
        request, number = _named(name)
        newest[request] = max(number, newest.get(request, 0))
    stored = {row.id: row.number for row in known}
    lacking = {one: number for one, number in newest.items() if number > stored.get(one, 0)}
    if not lacking:
        return []
    column = await keyring.evidence(tenant, *COLUMN)
    names = [_name(request, number) for request, number in sorted(lacking.items())]
    opened = [column.open(name, _EPOCH, records[name]) for name in names]
    return [msgspec.json.decode(one, type=RecordedRequest) for one in opened]


async def forget_recorded(keys: KeyService, row: RequestRow) -> None:
    """Let go of what was recorded of a request. Raises KeyUnavailable."""
    for number in range(1, row.number + 1):
        await keys.forget_record(row.tenant, _name(row.id, number))


def _name(request: str, number: int) -> str:
    return f"{request}_{number}"


def _named(name: str) -> tuple[str, int]:
    request, _, number = name.rpartition("_")
    return request, int(number)
