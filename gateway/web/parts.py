"""What the web is made of, handed in by whoever starts it."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from gateway.clock import Clock
from gateway.metrics import Metrics
from gateway.store.pulse import Pulse
from gateway.store.store import Store
from gateway.vault.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts behind all handlers. Whoever hands in the pulse keeps it beating."""

    store: Store
    keyring: Keyring
    pulse: Pulse
    metrics: Metrics
    clock: Clock


PARTS = web.AppKey("parts", Parts)

#: Taken by requests that wait for news, so that their number is bounded.
SEATS = web.AppKey("seats", asyncio.Semaphore)
