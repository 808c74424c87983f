"""The SCIM protocol over people who are looked up and never stored. Loaded where somebody speaks it alone.

Of a body the library is handed what we have read of it, and nothing else of anybody. What is refused is
answered in words of ours: the library's repeat what was sent.
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import msgspec
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ETag,
    Filter,
    InvalidPathException,
    Patch,
    Path,
    SCIMException,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
)
from scim2_server.errors import MethodNotAllowedException
from scim2_server.handler import AsyncScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import SCIM_MEDIA_TYPE, ScimResponse
from scim2_server.routing import Operation
from scim2_server.service import ScimService

from gateway.signals import scim
from gateway.signals.provisioning import claim
from gateway.signals.signal import Claim
from gateway.web.scim_messages import Answer, Asked
from gateway.web.scim_people import People
from gateway.web.scim_users import User, Users

_ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"

_DETAILS = {
    "invalidFilter": "Ask for one user, by userName, externalId, emails or id, with 'eq', and 'and' between.",
    "invalidPath": "Give every operation a path after RFC 7644, section 3.5.2. None of them was carried out.",
    "invalidSyntax": "Send JSON after RFC 7643 and RFC 7644, with its schemas. Nothing was carried out.",
    "invalidValue": "Give each attribute a value of its type. Nothing was carried out.",
    "noTarget": "Name a path for what is to be removed. None of the operations was carried out.",
    HTTPStatus.NOT_FOUND: "Use an id that was given here, and no other resources than Users.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Use one of the methods in the Allow header.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send application/scim+json.",
    HTTPStatus.NOT_IMPLEMENTED: "Leave this out: /ServiceProviderConfig says what is supported.",
}
_DETAIL = "Compare the request with RFC 7644."

_PROVIDER = ScimProvider(
    models=[User],
    config=ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=1),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="The secret of this channel, in every request.",
            )
        ],
    ),
)
_SERVICE = ScimService(_PROVIDER)
_WITH_BODY = {Operation.create, Operation.replace, Operation.patch, Operation.search_with_body}


async def answer(asked: Asked, people: People) -> Answer:
    """Answer a request, whatever it holds."""
    try:
        return await _Exchange(people).answer(ScimRequest(*asked))
    except scim.Refused as refusal:
        return _refused(HTTPStatus.BAD_REQUEST, refusal.keyword)
    except MethodNotAllowedException as error:
        return _refused(HTTPStatus(error.status), None, {"Allow": ", ".join(error.allowed)})
    except SCIMException as error:
        return _refused(HTTPStatus(error.status), error.scim_type or None)
    except RecursionError:
        return _refused(HTTPStatus.BAD_REQUEST, scim.INVALID_SYNTAX)


def _refused(status: HTTPStatus, keyword: str | None, headers: Mapping[str, str] | None = None) -> Answer:
    detail = _DETAILS.get(keyword or status, _DETAIL)
    error = {"schemas": [_ERROR_SCHEMA], "status": str(status.value), "detail": detail}
    if keyword is not None:
        error["scimType"] = keyword
    return Answer(status, msgspec.json.encode(error), {"Content-Type": SCIM_MEDIA_TYPE} | dict(headers or {}))


class _Exchange:
    """One request."""

    def __init__(self, people: People) -> None:
        self._users = Users(people)
        self._active: bool | None = None

    async def answer(self, asked: ScimRequest) -> Answer:
        target = _SERVICE.match(asked)
        operation, endpoint = target.operation, target.endpoint
        if endpoint is not None:
            _SERVICE.resource_type_at(endpoint)
        response = await self._carried_out(operation, asked)
        proves = Claim.DELETED if operation is Operation.delete else claim(self._active, self._users.found)
        body = None if response.body is None else msgspec.json.encode(response.body)
        found = self._users.found
        return Answer(response.status, body, response.headers, found, None if found is None else proves)

    async def _carried_out(self, operation: Operation, asked: ScimRequest) -> ScimResponse:
        if operation in _WITH_BODY:
            _SERVICE.ensure_json(asked.header("Content-Type"))
        if operation is Operation.patch:
            changed = scim.change(asked.body)
            for path in changed.paths:
                _check(path)
            self._active = changed.active
            if changed.active is None:
                return await self._nothing_changed(asked)
            asked = replace(asked, body=_patch(active=changed.active))
        elif operation in {Operation.create, Operation.replace}:
            self._users.shown = shown = scim.shown(asked.body)
            self._active = shown.active
            asked = replace(asked, body=_user(shown))
        elif operation is Operation.search:
            self._users.ask(asked.query.get("filter"))
            asked = replace(asked, query={key: asked.query[key] for key in asked.query if key != "filter"})
        elif operation is Operation.search_with_body:
            text, rest = scim.search(asked.body)
            self._users.ask(text)
            asked = replace(asked, body=rest)
        return await AsyncScimHandler(_SERVICE, self._users).handle(asked)

    async def _nothing_changed(self, asked: ScimRequest) -> ScimResponse:
        with _PROVIDER:
            target = _SERVICE.route(asked, Operation.patch)
            kind = _SERVICE.resource_type_at(target.endpoint or "")
            await self._users.get(kind, target.resource_id or "")
        return ScimResponse(HTTPStatus.NO_CONTENT)


def _check(path: str) -> None:
    """Raises InvalidPathException of what is no path; whatever else it names is nothing of ours."""
    parts = Path[Any](path).parts
    # Of being active nothing is read past.
    if not parts or parts[0].casefold() == scim.ACTIVE:
        raise InvalidPathException


def _patch(*, active: bool) -> bytes:
    operation = {"op": "replace", "path": "active", "value": active}
    return msgspec.json.encode({"schemas": [scim.PATCH_SCHEMA], "Operations": [operation]})


def _user(shown: scim.Shown) -> bytes:
    said = {"userName": shown.user_name, "externalId": shown.external_id, "active": shown.active}
    kept = {name: value for name, value in said.items() if value is not None}
    return msgspec.json.encode({"schemas": [scim.USER_SCHEMA]} | kept)
