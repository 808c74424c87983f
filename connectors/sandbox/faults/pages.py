"""Answers that are paged in odd ways: empty pages, short ones, repeated ones, pages without end.

A page that a fault makes up leads back to the same request, with a mark: so nothing has to be kept, and the
link or token that the stand-in gave comes with the last page.
"""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from connectors.sandbox.door import json_response
from connectors.sandbox.faults.acts import body_of
from connectors.sandbox.faults.fault import Act, Visit
from connectors.sandbox.faults.items import items_of
from connectors.sandbox.faults.marks import lead_back, mark_of

_NUMBERS = 10**9

#: The items of one of two pages, made of all of them and of a place among them drawn by lot.
Part = Callable[[list[Any], int], list[Any]]


def in_two(first: Part, second: Part) -> Act:
    """Tell one page as two."""

    async def act(visit: Visit) -> web.StreamResponse:
        mark = mark_of(visit.request)
        if mark is None:
            return await _first(visit, first) if visit.is_met else await visit.pass_on()
        if mark.fault != visit.fault:
            return await visit.pass_on()
        response = await visit.rest(mark.request)
        return _with_items(response, lambda items: second(items, min(mark.number, len(items) - 1)))

    return act


async def _first(visit: Visit, part: Part) -> web.StreamResponse:
    response = await visit.pass_on()
    body = body_of(response)
    items = None if body is None else items_of(body)
    if body is None or not items:
        return response
    place = visit.chance(visit.request.path).below(len(items))
    items[:] = part(list(items), place)
    lead_back(body, visit, visit.request, place)
    return json_response(body)


def _with_items(response: web.StreamResponse, change: Callable[[list[Any]], list[Any]]) -> web.StreamResponse:
    body = body_of(response)
    items = None if body is None else items_of(body)
    if items:
        items[:] = change(list(items))
    return response if body is None else json_response(body)


async def endless(visit: Visit) -> web.StreamResponse:
    """The same items on page after page, each leading to another one by another token."""
    mark = mark_of(visit.request)
    is_ours = mark is not None and mark.fault == visit.fault
    if not (visit.is_met or is_ours):
        return await visit.pass_on()
    number, request = (0, visit.request) if mark is None or not is_ours else (mark.number, mark.request)
    response = await visit.rest(request)
    body = body_of(response)
    if body is None:
        return response
    # By lot, so that no two tokens are alike and none is the next number.
    lead_back(body, visit, request, visit.chance(number).below(_NUMBERS))
    return json_response(body)
