"""Faults that act on time, concurrency or whose turn it is. Time is the stand-ins' own."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from aiohttp import hdrs, web

from connectors.sandbox.faults.fault import Act, Visit, digest
from connectors.sandbox.refusal import Refusal

Worded = Callable[[Visit], Refusal]

#: Long enough for requests that were sent together to meet.
CROWDED_SECONDS = 0.25
CONCURRENT_MAX = 4


def until(lag: timedelta, worded: Worded) -> Act:
    """Refuse until some time has passed since it was first met."""

    async def act(visit: Visit) -> web.StreamResponse:
        if visit.since < lag:
            raise worded(visit)
        return await visit.pass_on()

    return act


def after(lag: timedelta, worded: Worded) -> Act:
    """Refuse once some time has passed since it was first met."""

    async def act(visit: Visit) -> web.StreamResponse:
        if visit.since >= lag:
            raise worded(visit)
        return await visit.pass_on()

    return act


def one_only(name: Callable[[web.Request], str], worded: Worded) -> Act:
    """Refuse whatever belongs to the first name that meets it, and nothing else."""

    async def act(visit: Visit) -> web.StreamResponse:
        asked = digest(name(visit.request))
        if visit.is_met and not visit.memory.marked:
            visit.memory.marked.add(asked)
        if asked in visit.memory.marked:
            raise worded(visit)
        return await visit.pass_on()

    return act


def crowd(worded: Worded) -> Act:
    """Refuse whoever comes to a mailbox while four are there. Every answer takes a quarter of a second."""

    async def act(visit: Visit) -> web.StreamResponse:
        mailbox, inside = visit.request.match_info["user"].lower(), visit.memory.inside
        if inside[mailbox] >= CONCURRENT_MAX:
            raise worded(visit)
        inside[mailbox] += 1
        try:
            await asyncio.sleep(CROWDED_SECONDS)
            return await visit.pass_on()
        finally:
            inside[mailbox] -= 1

    return act


def bearer(request: web.Request) -> str:
    """The token that a request shows."""
    return request.headers.get(hdrs.AUTHORIZATION, "")


def mailbox(request: web.Request) -> str:
    """Whose mailbox a request asks for."""
    return request.match_info["user"].lower()
