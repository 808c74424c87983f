"""Crashes made on purpose, inside a gateway's own process: SIGKILL where and when a test says."""

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.sync.round import Round
from gateway.vault.keyring import TenantKeys

Function = Callable[..., Any]
Tick = Callable[[], None]


def die_at(point: str, count: int) -> None:
    """Let this process be killed when it has come to a point so many times."""
    left = count

    def tick() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    owner, name, dying = POINTS[point]
    setattr(owner, name, dying(getattr(owner, name), tick))


def _after_a_page(pages: Function, tick: Tick) -> Function:
    async def dying(*arguments: Any, **options: Any) -> AsyncIterator[Any]:
        async with aclosing(pages(*arguments, **options)) as arriving:
            async for page in arriving:
                tick()
                yield page

    return dying


def _before_a_commit(turn: Function, tick: Tick) -> Function:
    async def dying(store: Store, fence: Fence, keys: TenantKeys, work: Function) -> Any:
        def last(transaction: Transaction) -> Any:
            result = work(transaction)
            tick()
            return result

        return await turn(store, fence, keys, last)

    return dying


def _after_a_commit(turn: Function, tick: Tick) -> Function:
    async def dying(*arguments: Any) -> Any:
        result = await turn(*arguments)
        tick()
        return result

    return dying


def _before_the_sweep(finish: Function, tick: Tick) -> Function:
    """Only full rounds sweep, at their end."""

    def dying(*arguments: Any, full: bool, **options: Any) -> Any:
        if full:
            tick()
        return finish(*arguments, full=full, **options)

    return dying


POINTS: dict[str, tuple[type, str, Callable[[Function, Tick], Function]]] = {
    "page": (Round, "pages", _after_a_page),
    "before-commit": (Store, "turn", _before_a_commit),
    "after-commit": (Store, "turn", _after_a_commit),
    "sweep": (Round, "finish", _before_the_sweep),
}
