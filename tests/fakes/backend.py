"""A consumer of the feed: folds what it is told, as FlexO's backend does, and believes nothing else."""

from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass
class TenantView:
    """What a consumer has of one tenant."""

    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    bookings: dict[str, dict[str, Any]] = field(default_factory=dict)
    hidden: bool = False
    erasure: str | None = None


@dataclass
class Backend:
    """Pages go in by ``take``; ``cursor`` says where to read on."""

    cursor: str | None = None
    tenants: dict[str, TenantView] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def take(self, page: bytes) -> bool:
        """Fold a page. Whether there is more to be read at once."""
        answer = msgspec.json.decode(page)
        assert set(answer) == {"entries", "next", "more", "unavailable"}
        for event in answer["entries"]:
            self._fold(event)
        self.cursor = answer["next"]
        return bool(answer["more"])

    def restart(self) -> None:
        """Drop everything, as a 410 asks."""
        self.cursor = None
        self.tenants.clear()

    def begin(self, resources: bytes, bookings: list[bytes]) -> None:
        """Begin again from what stands: a list of resources, and the bookings of each.

        Goes on where the list is exact: what was read after it is told once more.
        """
        self.restart()
        listed = msgspec.json.decode(resources)
        for shown in listed["resources"]:
            view = self.view(shown["tenant"])
            view.resources[shown["id"]] = shown["resource"]
            view.states[shown["id"]] = shown["state"]["freshness"]
        for one in map(msgspec.json.decode, bookings):
            told = {shown["booking"]["id"]: shown["booking"] for shown in one["bookings"]}
            self.view(one["tenant"]).bookings.update(told)
        self.cursor = listed["cursor"]

    def view(self, tenant: str) -> TenantView:
        return self.tenants.setdefault(f"/v1/tenants/{tenant}", TenantView())

    def fold(self, event: dict[str, Any]) -> None:
        """Fold one entry, as a webhook brings it."""
        self._fold(event)

    def _fold(self, event: dict[str, Any]) -> None:
        self.told.append(event["type"])
        if event["type"] == "feed.reset":
            # At a webhook nothing of it may have been taken yet.
            self.tenants.pop(event["source"], None)
        else:
            self._fold_one(event, self.tenants.setdefault(event["source"], TenantView()))

    def _fold_one(self, event: dict[str, Any], view: TenantView) -> None:
        data = event["data"]
        match event["type"]:
            case "booking.put":
                view.bookings[data["booking"]["id"]] = data["booking"]
            case "booking.removed":
                view.bookings.pop(data["id"], None)
            case "resource.put":
                view.resources[data["resource"]["id"]] = data["resource"]
            case "resource.removed":
                self._remove_resource(view, data["id"])
            case "resource.state":
                view.states[data["id"]] = data["freshness"]
            case "tenant.suspended":
                view.hidden = True
            case "tenant.resumed":
                view.hidden = False
            case "tenant.erased":
                self.tenants[event["source"]] = TenantView(erasure=data["erasure"])
            case "subject.erased":
                # What was told anew before it holds nothing of them; older revisions are not kept here.
                pass
            case unknown:
                raise AssertionError(unknown)

    def _remove_resource(self, view: TenantView, resource: str) -> None:
        view.resources.pop(resource, None)
        view.states.pop(resource, None)
        view.bookings = {
            booking: told for booking, told in view.bookings.items() if told["resource"] != resource
        }
