"""What may be shown to a person who asked for it: raw values, on a console that they hand in."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from rich.console import Console

from gateway.app.parts import Parts
from gateway.booking import Booking, BookingId
from gateway.minimization.places import calendar_id, resource_id
from gateway.minimization.reveal import side_by_side
from gateway.sync.tenancy import booking_ids
from gateway.tenant import Tenant


def show_event(console: Console, held: Mapping[str, Any], reaches: Mapping[str, Any], title: str) -> None:
    """Print what a provider holds of an event beside what FlexO got of it."""
    booking = msgspec.convert(reaches, Booking)
    console.print(side_by_side(console, held, booking, title=title, left="what the provider holds"))


async def identify_events(parts: Parts, tenant: Tenant, place_id: str) -> Callable[[str], BookingId]:
    """Our ids of the events in one place's calendar, by the provider's."""
    keys = await parts.keyring.tenant(tenant.id, tenant.authorization)
    identify = keys.index.identifier
    return booking_ids(keys.index, calendar_id(identify, place_id), resource_id(identify, place_id))
