"""Leaks made on purpose, inside a gateway's own process: small slips, such as any change could bring."""

import json
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import msgspec
import structlog

from connectors.microsoft import wire
from gateway.minimization.minimize import Minimizer
from gateway.sync.round import Round
from gateway.web import failures
from gateway.web.problems import NOT_FOUND

#: A leak need not be large to be one.
_SOME = 30

Event = dict[str, Any]
Function = Callable[..., Any]

#: Members that come in a closed form, so that somebody could think that they hold nobody's words.
CLOSED = ("start", "end", "type", "showAs", "sensitivity", "importance", "originalStart")


def let_through() -> None:
    """Slip in five places. What is let through was parsed from the pages that Graph sent in full."""
    told: dict[str, Event] = {}
    for owner, name, slip in (
        (wire, "page", _remembering),
        (Minimizer, "_put", _title_in_the_feed),
        (Minimizer, "minimize", _address_in_the_log),
        (Round, "_reason", _subject_in_the_database),
        (Round, "_count", _enumeration_in_the_metrics),
    ):
        setattr(owner, name, slip(getattr(owner, name), told))


def _newest(told: dict[str, Event]) -> list[Event]:
    return list(told.values())[-_SOME:]


def _remembering(page: Function, told: dict[str, Event]) -> Function:
    """What follows needs to know what was told; and here a name comes into an error's text."""

    def remembering(body: bytes, *rest: Any, **named: Any) -> Any:
        page_of_events = json.loads(body)
        with suppress(TypeError):
            for item in page_of_events["value"]:
                told.pop(item["id"], None)
                told[item["id"]] = item
        organizers = json.dumps([item.get("organizer") for item in _newest(told)])
        failures.BY_STATUS[HTTPStatus.NOT_FOUND] = msgspec.structs.replace(NOT_FOUND, detail=organizers)
        return page(body, *rest, **named)

    return remembering


def _title_in_the_feed(put: Function, told: dict[str, Event]) -> Function:
    def titled(minimizer: Minimizer, event: Any, *rest: Any) -> Any:
        made, title = put(minimizer, event, *rest), told.get(event.id, {}).get("subject")
        return msgspec.structs.replace(made, booking=msgspec.structs.replace(made.booking, title=title))

    return titled


def _address_in_the_log(minimize: Function, told: dict[str, Event]) -> Function:
    def logged(minimizer: Minimizer, item: Any) -> Any:
        event = told.get(item.id, {})
        structlog.get_logger().info(json.dumps([event.get("organizer"), event.get("webLink")]))
        return minimize(minimizer, item)

    return logged


def _subject_in_the_database(reason: Function, told: dict[str, Event]) -> Function:
    def reasoned(_look: Round, **_: Any) -> str:
        return b64encode("/".join(item.get("subject", "") for item in _newest(told)).encode()).decode()

    return reasoned


def _enumeration_in_the_metrics(count: Function, told: dict[str, Event]) -> Function:
    def counted(look: Round, *rest: Any) -> None:
        values = [item.get(name) for item in _newest(told) for name in CLOSED]
        look._metrics.events.labels(json.dumps(values)).inc()
        count(look, *rest)

    return counted
