"""Faults of tokens: what an endpoint says of one, and what comes of it when it is used."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from aiohttp import web

from connectors.sandbox.door import json_response
from connectors.sandbox.faults.acts import body_of
from connectors.sandbox.faults.fault import Act, Body, Visit, digest
from connectors.sandbox.faults.lags import Worded, bearer


def spoiled(change: Callable[[Body, Visit], None], worded: Worded) -> Act:
    """Change what is said of a token, and refuse whatever is asked with it later."""

    async def act(visit: Visit) -> web.StreamResponse:
        if not visit.kind.endswith(".token"):
            if digest(bearer(visit.request)) in visit.memory.marked:
                raise worded(visit)
            return await visit.pass_on()
        response = await visit.pass_on()
        body = body_of(response)
        if body is None or not visit.is_met:
            return response
        change(body, visit)
        visit.memory.marked.add(digest(f"Bearer {body['access_token']}"))
        return json_response(body)

    return act


def without_roles(body: Body, _: Visit) -> None:
    """Take the roles out of a token that tells them. Only Graph checks its signature."""
    parts = str(body["access_token"]).split(".")
    claims = _claims(body["access_token"])
    if claims.pop("roles", None) is not None:
        parts[1] = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        body["access_token"] = ".".join(parts)


async def asserted(request: web.Request) -> dict[str, Any]:
    """What a client claims of itself at a token endpoint; not verified."""
    return _claims((await request.post()).get("assertion"))


def _claims(token: object) -> dict[str, Any]:
    """The claims of a JWT (RFC 7519); none of anything else."""
    try:
        body = str(token).split(".")[1]
        claims = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
