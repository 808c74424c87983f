"""Marks in links and page tokens, by which a fault knows the requests that it led to itself."""

import re
from typing import NamedTuple

from aiohttp import web
from yarl import URL

from connectors.sandbox.faults.fault import Body, Visit

_QUERY = re.compile(r"[?&]fault=([a-z0-9.-]+)~(\d+)")
#: A page token of ours, with the one that it stands before.
_TOKEN = re.compile(r"([?&]pageToken=)fault~([a-z0-9.-]+)~(\d+)~([^&]*)")


class Mark(NamedTuple):
    """What stands in a marked request: whose mark, which number, and the request as it was without."""

    fault: str
    number: int
    request: web.Request


def mark_of(request: web.Request) -> Mark | None:
    """The mark of a request; None if it has none."""
    target = request.raw_path
    if found := _QUERY.search(target):
        return Mark(found[1], int(found[2]), _at(request, target.replace(found[0], "")))
    if found := _TOKEN.search(target):
        original = target.replace(found[0], found[1] + found[4] if found[4] else "")
        return Mark(found[2], int(found[3]), _at(request, original))
    return None


def is_marked(request: web.Request) -> bool:
    return mark_of(request) is not None


def lead_back(body: Body, visit: Visit, request: web.Request, number: int) -> None:
    """Make the next page of an answer the same request again, marked with a number."""
    if visit.kind.startswith("google"):
        body.pop("nextSyncToken", None)
        body["nextPageToken"] = f"fault~{visit.fault}~{number}~{request.query.get('pageToken', '')}"
        return
    body.pop("@odata.deltaLink", None)
    path = request.raw_path
    sign = "&" if "?" in path else "?"
    here = f"{request.scheme}://{request.host}{path}"
    body["@odata.nextLink"] = f"{here}{sign}fault={visit.fault}~{number}"


def _at(request: web.Request, target: str) -> web.Request:
    path, _, rest = target.partition("?") if "?" in target else target.partition("&")
    return request.clone(rel_url=URL(f"{path}?{rest}" if rest else path, encoded=True))
