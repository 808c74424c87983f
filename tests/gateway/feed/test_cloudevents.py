from datetime import datetime
from typing import Any

import msgspec
import pytest
from cloudevents.core.formats.json import JSONFormat

from gateway.booking import BookingId, Freshness, ResourceId, TenantId
from gateway.clock import MINUTE_MILLISECONDS
from gateway.entry import Entry, EntryKind, ResourceState
from gateway.feed.cloudevents import DATA, cloud_event

#: 2026-03-02T12:34Z.
MINUTE = 29_540_914

NORTH, ONE = ResourceId("north"), BookingId("one")


def entry(kind: EntryKind, **members: Any) -> Entry:
    return Entry(tenant=TenantId("ten_1"), position=7, minute=MINUTE, kind=kind, **members)


def told(kind: EntryKind, **members: Any) -> Any:
    return msgspec.json.decode(cloud_event(entry(kind, **members)))


def test_an_entry_travels_in_a_cloudevents_envelope() -> None:
    assert told(EntryKind.BOOKING_REMOVED, booking_id=ONE, resource_id=NORTH) == {
        "specversion": "1.0",
        "id": "7",
        "source": "/v1/tenants/ten_1",
        "type": "booking.removed",
        "subject": "one",
        "time": "2026-03-02T12:34:00Z",
        "datacontenttype": "application/json",
        "data": {"id": "one", "resource": "north"},
    }


def test_what_was_sealed_is_spliced_byte_for_byte() -> None:
    sealed = b'{"id" :"one","people":\t null}'
    event = cloud_event(entry(EntryKind.BOOKING_PUT, booking_id=ONE, booking=msgspec.Raw(sealed), revision=7))
    assert b'"data":{"booking":' + sealed + b',"revision":7}' in event


def test_what_belongs_to_a_resource_has_it_as_subject() -> None:
    event = told(EntryKind.RESOURCE_PUT, resource_id=NORTH, resource=msgspec.Raw(b'{"id":"north"}'))
    assert event["subject"] == "north"
    assert event["data"] == {"resource": {"id": "north"}}
    assert told(EntryKind.RESOURCE_REMOVED, resource_id=NORTH)["data"] == {"id": "north"}


def test_a_state_tells_since_which_minute() -> None:
    since = MINUTE * MINUTE_MILLISECONDS + 59_999
    state = ResourceState(Freshness.STALE, since, "throttled")
    assert told(EntryKind.RESOURCE_STATE, resource_id=NORTH, state=state)["data"] == {
        "id": "north",
        "freshness": "stale",
        "since": "2026-03-02T12:34:00Z",
        "reason": "throttled",
    }


def test_a_fresh_state_has_no_since() -> None:
    state = ResourceState(Freshness.FRESH, None, None)
    data = told(EntryKind.RESOURCE_STATE, resource_id=NORTH, state=state)["data"]
    assert data == {"id": "north", "freshness": "fresh", "since": None, "reason": None}


def test_a_missing_state_is_unknown() -> None:
    assert told(EntryKind.RESOURCE_STATE, resource_id=NORTH)["data"]["freshness"] == "unknown"


@pytest.mark.parametrize(
    ("kind", "members", "data"),
    [
        (EntryKind.TENANT_SUSPENDED, {"reason": "access_lost"}, {"reason": "access_lost"}),
        (EntryKind.TENANT_RESUMED, {}, {}),
        (EntryKind.TENANT_ERASED, {"erasure": "era_1"}, {"erasure": "era_1"}),
        (EntryKind.SUBJECT_ERASED, {"erasure": "era_1"}, {"erasure": "era_1"}),
    ],
)
def test_what_concerns_a_tenant_has_no_subject(
    kind: EntryKind, members: dict[str, str], data: dict[str, str]
) -> None:
    event = told(kind, **members)
    assert "subject" not in event
    assert event["data"] == data


def test_every_kind_of_entry_can_be_told() -> None:
    assert set(DATA) == set(EntryKind) - {EntryKind.FEED_RESET}


@pytest.mark.parametrize("kind", sorted(DATA))
def test_who_reads_cloudevents_reads_them(kind: EntryKind) -> None:
    raw = msgspec.Raw(b'{"id":"north"}')
    body = cloud_event(entry(kind, resource_id=NORTH, resource=raw, booking=raw, revision=1))
    event, read = msgspec.json.decode(body), JSONFormat().read(None, body)
    assert (read.get_id(), read.get_type(), read.get_source()) == (event["id"], kind, event["source"])
    assert (read.get_specversion(), read.get_subject()) == ("1.0", "north")
    assert read.get_time() == datetime.fromisoformat(event["time"])
    assert read.get_data() == event["data"]
