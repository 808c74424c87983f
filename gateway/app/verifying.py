"""Verifying: an admin asks every stream of a tenant to say that it works, and waits for it."""

from collections.abc import Awaitable, Callable

from gateway.app.asking import Asker, NotAnswered
from gateway.app.parts import Parts
from gateway.app.transmitters import ask_to_verify, list_transmitters
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError
from gateway.signals.transmitter import TransmitterKind
from gateway.store.registry import Standing

#: How long it is waited for what was asked for, and how often it is looked.
WAIT_SECONDS = 60
LOOK_SECONDS = 0.5
NOT_HEARD = "not_heard"

#: Lets so many seconds pass.
Pause = Callable[[float], Awaitable[object]]


async def ask_streams(parts: Parts, standing: Standing, asker: Asker, pause: Pause) -> dict[str, str | None]:
    """What keeps each stream of a tenant from saying that it works; None: it says so.

    Whatever serves has to run: it hears, and fetches. Raises ConfigurationError for a tenant without streams.
    """
    known = await list_transmitters(parts, standing)
    streams = [one.id for one in known if TransmitterKind(one.kind).is_stream]
    if not streams:
        raise ConfigurationError(
            "This tenant has no stream to ask. Of others, let their operator send a test from where they "
            "were set up; 'gateway signals list' shows when it was heard. Nothing was asked."
        )
    asked_at = milliseconds(parts.clock())
    found: dict[str, str | None] = {name: await _asked(parts, standing, asker, name) for name in streams}
    while NOT_HEARD in found.values() and milliseconds(parts.clock()) - asked_at < WAIT_SECONDS * 1000:
        await pause(LOOK_SECONDS)
        for one in await list_transmitters(parts, standing):
            if found.get(one.id) == NOT_HEARD and (one.heard_at or 0) >= asked_at:
                found[one.id] = None
    return found


async def _asked(parts: Parts, standing: Standing, asker: Asker, name: str) -> str:
    try:
        await ask_to_verify(parts, standing, asker, name)
    except NotAnswered as error:
        return error.code
    return NOT_HEARD
