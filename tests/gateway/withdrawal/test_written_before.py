"""What was kept beside the keys before still opens: a store put back later than this was written needs it."""

from datetime import date
from pathlib import Path

import pytest

from gateway.authorization import AuthorizationId
from gateway.booking import SubjectId, TenantId
from gateway.request import RequestKind, RequestState, RequestStep, SubjectRequest
from gateway.store import acknowledgements, certificates, consumers, history, legal_holds, registry, requests
from gateway.store.asked import RequestRow
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.vault.local import LocalKeyService
from gateway.vault.secret import SecretKey, key_id
from gateway.withdrawal.recording import Recorded, opened
from gateway.withdrawal.recording_requests import RecordedRequest, missing_requests
from tests.fakes.filled_store import HandClock
from tests.fakes.installation import REGION

KEY = bytes(range(32))
TENANT = TenantId("ten_1")

WITHDRAWN = b'{"authorization":"aut_1","subject":null,"found_by":[],"fenced_at":7,"credentials":3}'
OBJECTED = b'{"authorization":"aut_1","subject":"sub_1","found_by":["hash"],"fenced_at":5}'
ASKED = (
    b'{"request":{"id":"req_1","kind":"access","received":"2026-03-02","ends_at":9,"executes_at":null,'
    b'"link":null,"steps":[{"at":5,"state":"opened","reason":null,"by":"officer"}]},"found_by":["hash"]}'
)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Of a tenant whose evidence key is known."""
    folder = tmp_path / "keys" / "tenants" / TENANT
    folder.mkdir(mode=0o700, parents=True)
    (folder / "evidence.key").write_bytes(key_id(KEY) + KEY)
    (tmp_path / "keys").chmod(0o700)
    return Keyring(LocalKeyService(tmp_path / "keys"), region=REGION, clock=HandClock())


def sealed(table: str, name: str, text: bytes) -> bytes:
    """As it stands with the key service."""
    column = SealedColumn(SecretKey(KEY), region=REGION, tenant=TENANT, table=table, column="recorded")
    return column.seal(name, 0, text)


async def test_withdrawals_open_the_first_first(keyring: Keyring) -> None:
    records = {"era_1": WITHDRAWN, "era_2": OBJECTED}
    kept = {name: sealed("withdrawals", name, text) for name, text in records.items()}
    own, subject = AuthorizationId("aut_1"), SubjectId("sub_1")
    assert await opened(keyring, TENANT, kept) == [
        ("era_2", Recorded(authorization=own, subject=subject, found_by=("hash",), fenced_at=5)),
        ("era_1", Recorded(authorization=own, subject=None, found_by=(), fenced_at=7, credentials=3)),
    ]


async def test_the_last_step_of_a_request_opens(keyring: Keyring) -> None:
    kept = {
        "req_1_1": b"an earlier step, which nobody opens",
        "req_1_10": sealed("requests", "req_1_10", ASKED),
    }
    request = SubjectRequest(
        id="req_1",
        kind=RequestKind.ACCESS,
        received=date(2026, 3, 2),
        ends_at=9,
        executes_at=None,
        link=None,
        steps=(RequestStep(at=5, state=RequestState.OPENED),),
    )
    found = await missing_requests(keyring, TENANT, kept, ())
    assert found == [RecordedRequest(request=request, found_by=("hash",))]
    # A store that knows the step lacks nothing.
    row = RequestRow(
        tenant=TENANT,
        id="req_1",
        kind=RequestKind.ACCESS,
        state=RequestState.OPENED,
        link=None,
        opened_at=5,
        ends_at=9,
        executes_at=None,
        ended_at=None,
        told_days=None,
        number=10,
        settled=10,
    )
    assert await missing_requests(keyring, TENANT, kept, [row]) == []
    assert await missing_requests(keyring, TENANT, kept, [row._replace(number=9)]) == found


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (history.DETAIL, ("history", "detail")),
        (registry.RECORD, ("authorizations", "record")),
        (certificates.RECORD, ("certificates", "record")),
        (requests.RECORD, ("requests", "record")),
        (acknowledgements.SIGNED, ("acknowledgements", "signed")),
        (consumers.RECORDS, ("consumers", "record")),
        (legal_holds.RECORD, ("holds", "record")),
        (legal_holds.HELD, ("held", "record")),
    ],
)
def test_evidence_is_sealed_under_the_names_that_it_was_sealed_under(
    place: tuple[str, str], name: tuple[str, str]
) -> None:
    """They are bound in: under another, nothing that a store has kept would open."""
    assert place == name
