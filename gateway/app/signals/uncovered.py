"""What streams were agreed on without: their transmitters do not tell it, however well they work."""

from gateway.app.parts import Parts
from gateway.app.signals.transmitters import list_transmitters, load_transmitter
from gateway.errors import KeyUnavailable, UnknownName
from gateway.signals.transmitter import TransmitterKind
from gateway.store.registry import Standing


async def events_missing(parts: Parts, standing: Standing) -> dict[str, tuple[str, ...]]:
    """Which events that end something each stream of a tenant does not deliver, in a word each.

    Of a tenant whose keys are not to be had nothing is known.
    """
    rows = await list_transmitters(parts, standing)
    found = dict[str, tuple[str, ...]]()
    for row in rows:
        if TransmitterKind(row.kind).is_stream:
            try:
                agreed = (await load_transmitter(parts, standing, row.id)).agreed
            except (KeyUnavailable, UnknownName):
                continue
            found[row.id] = () if agreed is None else agreed.missing
    return found
