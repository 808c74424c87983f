"""The description of the contract: OpenAPI 3.1, made of the operations and of the types of what is told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gateway.feed.contract import FeedPage, ProblemDetails
from gateway.web.operation import Answer, Content, Operation
from gateway.web.problems import (
    BAD_REQUEST,
    MEDIA_TYPE,
    TOO_LARGE,
    TOO_MANY_REQUESTS,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNEXPECTED,
    ProblemType,
)
from gateway.web.versions import VERSION

#: What is sent to webhooks, and the headers that verify it (Standard Webhooks 1.0).
PUSHED = "application/cloudevents+json"
PUSHED_HEADERS = {
    "webhook-id": "The same for each try of one entry.",
    "webhook-timestamp": "When it was sent, in epoch seconds. Refuse what is older than five minutes.",
    "webhook-signature": "Signatures of `id.timestamp.body`, with spaces between: `v1,` HMAC-SHA256 by the "
    "secret `whsec_`, `v1a,` Ed25519 for the key `whpk_`. While a key is replaced, both sign: one is enough.",
}

_PUBLIC = (BAD_REQUEST, TOO_LARGE, UNEXPECTED)
_ANY = (*_PUBLIC, UNAUTHORIZED, TOO_MANY_REQUESTS, UNAVAILABLE)
_PLACE = "#/components/schemas/{name}"


def description(operations: Sequence[Operation]) -> dict[str, Any]:
    """All of it, as it is served."""
    contents = [content for one in operations for answer in one.answers for content in answer.contents]
    bodies = [one.body for one in operations if one.body is not None]
    shapes = dict.fromkeys(content.shape for content in (*contents, *bodies))
    known = [shape for shape in (*shapes, ProblemDetails) if shape is not None]
    _, components = msgspec.json.schema_components(known, ref_template=_PLACE)
    for component in components.values():
        # Answers are held to it; who reads them lets pass what later versions add.
        component.pop("additionalProperties", None)
    paths = dict[str, dict[str, Any]]()
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Calendar-sync PII gateway: the feed of bookings",
            "version": VERSION,
            "description": "Bookings of places, without the people in them. Every member is always present; "
            "null means that it is not disclosed. Let pass members that you do not know.",
        },
        "paths": paths,
        "webhooks": {"feedEntry": {"post": _pushed(components)}},
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [
            {
                "name": given.name,
                "in": given.place,
                "description": given.says,
                "required": given.required,
                "schema": given.schema,
            }
            for given in one.given
        ],
        "responses": {
            **{str(answer.status.value): _answer(answer) for answer in one.answers},
            **_problems((*(_PUBLIC if one.is_public else _ANY), *one.problems)),
        },
        "security": [] if one.is_public else [{"token": []}],
    }
    if one.body is not None:
        described["requestBody"] = {"content": _contents([one.body]), "required": one.needs_body}
    return described


def _pushed(components: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent to a consumer that has a webhook."""
    return {
        "operationId": "takeFeedEntry",
        "summary": "One entry of the feed, as it is when it is sent. Take each `webhook-id` once.",
        "description": "In order for each resource, at least once: what is not taken is sent again, ten "
        "times in 75 hours, and what comes behind it of the same resource waits. Verify it first.",
        "parameters": [
            {
                "name": name,
                "in": "header",
                "description": says,
                "required": True,
                "schema": {"type": "string"},
            }
            for name, says in PUSHED_HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {PUSHED: {"schema": components[FeedPage.__name__]["properties"]["entries"]["items"]}},
        },
        "responses": {
            "2XX": {"description": "Stored. Within 15 seconds; what the answer says is not read."},
            "410": {"description": "Send nothing more: the operator is told."},
            "default": {"description": "Not taken: it is sent again, no sooner than `Retry-After` says."},
        },
        "security": [],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    described: dict[str, Any] = {"description": answer.says}
    if answer.contents:
        described["content"] = _contents(answer.contents)
    if answer.headers:
        described["headers"] = {
            name: {"description": says, "schema": {"type": "string"}} for name, says in answer.headers.items()
        }
    return described


def _contents(contents: Iterable[Content]) -> dict[str, Any]:
    return {
        one.media_type: {
            "schema": {"type": "string"}
            if one.shape is None
            else {"$ref": _PLACE.format(name=one.shape.__name__)}
        }
        for one in contents
    }


def _problems(kinds: Iterable[ProblemType]) -> Mapping[str, Any]:
    """By status, each with the types that it may be of."""
    found = dict[str, list[ProblemType]]()
    for kind in dict.fromkeys(kinds):
        found.setdefault(str(kind.status.value), []).append(kind)
    return {
        status: {
            "description": "; ".join(f"`{kind.name}`: {kind.title}" for kind in some),
            "content": {MEDIA_TYPE: {"schema": {"$ref": _PLACE.format(name=ProblemDetails.__name__)}}},
        }
        for status, some in sorted(found.items())
    }
