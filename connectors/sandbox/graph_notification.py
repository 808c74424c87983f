"""What Graph's notifications say, and the odd forms they come in."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from connectors.sandbox.calendar import Change, ChangeKind, Event
from connectors.sandbox.door import encoded
from connectors.sandbox.graph_print import printed
from connectors.sandbox.graph_subscription import Subscription
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_sealing import sealed
from connectors.sandbox.odata import Preferences

_STORM = 100
_OVERSIZE = 1_048_576


def told(change: Change) -> tuple[ChangeKind, str]:
    """The kind and the event that a change is told as."""
    # Exchange stores no occurrences: one that changes is a change of its master.
    if change.event.get("type") == "occurrence":
        return ChangeKind.UPDATED, str(change.event["seriesMasterId"])
    return change.kind, str(change.event["id"])


def change_item(
    to: Subscription, kind: ChangeKind, item_id: str, event: Event | None, faults: NotificationFaults
) -> Event:
    """One entry of ``value``. ``event`` is what there is to tell of the item: None if it is gone."""
    asked = Preferences(immutable_ids=to.immutable_ids)
    shown_id = str(printed({"id": item_id}, asked)["id"]) if to.target.of_events else item_id
    resource = f"Users/{to.user}/Events/{shown_id}" if to.target.of_events else f"Users/{shown_id}"
    name = "Event" if to.target.of_events else "User"
    data = {"@odata.type": f"#Microsoft.Graph.{name}", "@odata.id": resource, "id": shown_id}
    if event is not None and "@odata.etag" in event:
        data["@odata.etag"] = event["@odata.etag"]
    item = _common(to) | {
        "id": str(uuid4()),
        "changeType": kind,
        "resource": resource,
        "resourceData": data,
    }
    if to.receiver is None or event is None:
        return item
    content = printed(event, asked, to.target.selected)
    content |= {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('')/events/$entity"}
    content |= {f"{part}@odata.type": "#microsoft.graph.dateTimeTimeZone" for part in ("start", "end")}
    return item | {"encryptedContent": sealed(encoded(content), to.receiver, faults)}


def lifecycle_item(to: Subscription, happened: str) -> Event:
    """One entry of ``value`` for the lifecycle URL."""
    return _common(to) | {
        "lifecycleEvent": happened,
        "resource": to.asked.resource,
        "organizationId": to.tenant,
    }


def _common(to: Subscription) -> Event:
    return {
        "subscriptionId": to.id,
        "subscriptionExpirationDateTime": _printed(to.until),
        "clientState": to.asked.client_state,
        "tenantId": to.tenant,
    }


def _printed(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def altered(items: list[Event], faults: NotificationFaults) -> list[Event]:
    """A batch with what the due faults do to it."""
    for name, alter in _ALTERED.items():
        if faults.take(name):
            items = [alter(item) for item in items]
    if faults.take("notification-twice"):
        items = items * 2
    if faults.take("notification-reversed"):
        items = items[::-1]
    if any("lifecycleEvent" in item for item in items) and faults.take("lifecycle-storm"):
        items = items * _STORM
    return items


def wired(body: Event, faults: NotificationFaults) -> tuple[dict[str, str], bytes]:
    """Headers and bytes of a batch, broken if a fault is due."""
    raw = encoded(body)
    if faults.take("notification-oversized"):
        raw += b" " * _OVERSIZE
    if faults.take("notification-malformed"):
        raw = raw[: len(raw) // 2]
    kind = "text/plain" if faults.take("notification-wrong-type") else "application/json; charset=utf-8"
    return {"Content-Type": kind}, raw


def _other_case(item: Event) -> Event:
    """``users/{id}@{tenant}/…`` for ``Users/{id}/…``, and types in small letters."""
    if "resourceData" not in item:
        return item
    _, user, *rest = item["resource"].split("/")
    resource = "/".join([f"users/{user}@{item['tenantId']}", *(part.lower() for part in rest[:1]), *rest[1:]])
    data = item["resourceData"]
    data = data | {"@odata.type": data["@odata.type"].lower(), "@odata.id": resource}
    return item | {"resource": resource, "resourceData": data}


def _without_state(item: Event) -> Event:
    return {name: value for name, value in item.items() if name != "clientState"}


_ALTERED: dict[str, Callable[[Event], Event]] = {
    "notification-wrong-state": lambda item: item | {"clientState": "somebody else's"},
    "notification-no-state": _without_state,
    "notification-unknown-subscription": lambda item: item | {"subscriptionId": str(uuid4())},
    "notification-foreign-tenant": lambda item: item | {"tenantId": str(uuid4())},
    "notification-other-case": _other_case,
}
