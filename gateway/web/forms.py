"""The forms that an answer is given in, by what is accepted (RFC 9110, section 12.5.1)."""

import re

from aiohttp import hdrs, web

JSON = "application/json"
EVENT_STREAM = "text/event-stream"
NDJSON = "application/x-ndjson"
CALENDAR = "text/calendar"

_TYPE = re.compile(r"[^,;\s]+/[^,;\s]+")


def accepted(request: web.Request, *forms: str) -> str:
    """The first that is accepted of those there are, else the first there is. Weights are not weighed."""
    wanted = _TYPE.findall(",".join(request.headers.getall(hdrs.ACCEPT, [])).lower())
    return next((one for one in wanted if one in forms), forms[0])
