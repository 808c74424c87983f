"""``gateway serve`` and ``gateway sync``: what runs."""

import asyncio
import signal
from typing import Annotated

import structlog
from cyclopts import Parameter

from gateway.app.parts import warn_of_shared_volume
from gateway.app.progress import reading_progress
from gateway.app.service import serve_until, sync_once
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured
from gateway.errors import ConfigurationError


async def serve(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Read calendars and serve the feed until told to stop (SIGTERM or Ctrl-C)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with configured(config) as parts:
        warn_of_shared_volume(parts)
        await serve_until(parts, stop, on_listening=_announce)


async def sync(
    *,
    once: Annotated[bool, Parameter(help="Has to be said: to keep reading is what serve does.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Read what is due now, once."""
    if not once:
        raise ConfigurationError(
            "'gateway sync' reads once: say --once. To keep reading, run 'gateway serve'."
        )
    async with configured(config) as parts:
        with reading_progress(parts) as on_turn:
            await sync_once(parts, on_turn)


def _announce(port: int) -> None:
    structlog.get_logger().info("listening", port=port)
