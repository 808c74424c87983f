"""The least that must cross the wire: the events themselves, printed with our projection, unenveloped."""

from collections import Counter
from collections.abc import Container

from connectors.google.shapes import mask
from connectors.microsoft.shapes import selection
from connectors.port import Projection
from connectors.sandbox import google_print, graph_print
from connectors.sandbox.calendar import Event
from connectors.sandbox.door import encoded
from connectors.sandbox.mask import parsed
from connectors.sandbox.odata import Preferences
from connectors.sandbox.truth import Provider, World

#: What the policy ``occupancy`` needs.
_PROJECTION = Projection()
_CHOSEN = graph_print.selection(selection(_PROJECTION))
_PREFERENCES = Preferences(immutable_ids=True)
_PRINTING = google_print.Printing(
    parsed(f"items({mask(_PROJECTION)})"), "UTC", attendees_max=1, free_busy_only=False
)


def least_bytes(world: World, among: Container[tuple[str, str]] | None = None) -> dict[Provider, int]:
    """Bytes by provider of all events, or of those among some, by address and id."""
    counted = Counter[Provider]()
    for tenant in world.tenants:
        for address in (place.address for place in tenant.resources):
            for event_id, event in world.calendar(address).events.items():
                if among is None or (address, event_id) in among:
                    counted[tenant.provider] += len(encoded(_projected(tenant.provider, event)))
    return dict(counted)


def _projected(provider: Provider, event: Event) -> Event:
    if provider is Provider.GOOGLE:
        return _PRINTING.item(_PRINTING.event(event))
    return graph_print.printed(event, _PREFERENCES, _CHOSEN)
