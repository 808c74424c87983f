"""A consumer of the feed that holds it to its promises, and remembers what it was told to remove."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.backend import Backend


@dataclass
class StrictBackend(Backend):
    """Refuses a booking that goes backwards. ``reasons`` tells beside each state why it is so."""

    revisions: dict[str, int] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    reasons: dict[str, str | None] = field(default_factory=dict)
    erasures: list[str] = field(default_factory=list)
    told_of: dict[str, list[str]] = field(default_factory=dict)

    def _fold(self, event: dict[str, Any]) -> None:
        super()._fold(event)
        self.told_of.setdefault(event["source"], []).append(event["type"])
        data = event["data"]
        match event["type"]:
            case "booking.put":
                booking = data["booking"]["id"]
                assert data["revision"] > self.revisions.get(booking, 0), "a booking went backwards"
                self.revisions[booking] = data["revision"]
            case "booking.removed" | "resource.removed":
                self.removed.add(data["id"])
            case "resource.state":
                self.reasons[data["id"]] = data["reason"]
            case "tenant.erased" | "subject.erased":
                self.erasures.append(data["erasure"])
            case _:
                pass

    def everything(self) -> dict[str, Any]:
        """What was told, as far as it has to be the same however it came about."""
        views = {
            source: (view.resources, view.states, view.bookings) for source, view in self.tenants.items()
        }
        return {"views": views, "removed": self.removed, "reasons": self.reasons}
