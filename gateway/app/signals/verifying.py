"""Verifying: an admin asks every stream of a tenant to say that it works, and waits for it."""

from collections.abc import Awaitable, Callable, Mapping

from gateway.app.parts import Parts
from gateway.app.signals.asking import Asker, NotAnswered
from gateway.app.signals.transmitters import ask_to_verify, list_transmitters
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
    began_at, found, asked_at = milliseconds(parts.clock()), dict[str, str | None](), dict[str, int]()
    for name in streams:
        try:
            asked_at[name] = await _asked_at(parts, standing, asker, name)
        except NotAnswered as error:
            found[name] = error.code
    found |= dict.fromkeys(asked_at, NOT_HEARD)
    await _look(parts, standing, found, asked_at)
    while NOT_HEARD in found.values() and milliseconds(parts.clock()) - began_at < WAIT_SECONDS * 1000:
        await pause(LOOK_SECONDS)
        await _look(parts, standing, found, asked_at)
    return found


async def _asked_at(parts: Parts, standing: Standing, asker: Asker, name: str) -> int:
    """When it was asked what it is to answer, which may be a moment ago. Raises NotAnswered."""
    question = (await ask_to_verify(parts, standing, asker, name)).question
    return milliseconds(parts.clock()) if question is None else question.asked_at


async def _look(
    parts: Parts, standing: Standing, found: dict[str, str | None], asked_at: Mapping[str, int]
) -> None:
    """Note who has answered since they were asked."""
    for one in await list_transmitters(parts, standing):
        if one.id in asked_at and (one.heard_at or 0) >= asked_at[one.id]:
            found[one.id] = None
