"""Who was written against an earlier description of the contract can go on with this one."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.web.description import description
from gateway.web.operations import OPERATIONS
from gateway.web.versions import VERSION, VERSIONS
from tests.gateway.web.compatibility import breaks

#: Each version as it was first served; none is ever changed.
RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))
NOW: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(description(OPERATIONS)))


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_earlier_readers_go_on(file: Path) -> None:
    assert list(breaks(msgspec.json.decode(file.read_bytes()), NOW)) == []


def test_a_contract_that_has_changed_has_another_version() -> None:
    recorded = {file.stem: msgspec.json.decode(file.read_bytes()) for file in RECORDED}
    assert recorded.get(VERSION) == NOW, "Tell of it in VERSIONS and in CHANGELOG.md, and record it here."


def test_each_version_says_what_it_brought_the_newest_first() -> None:
    assert sorted(VERSIONS, key=lambda version: [*map(int, version.split("."))], reverse=True) == [*VERSIONS]
    assert {file.stem for file in RECORDED} == set(VERSIONS)


def _drop(*path: str) -> Callable[[Any], None]:
    def drop(described: Any) -> None:
        for name in path[:-1]:
            described = described[name]
        del described[path[-1]]

    return drop


def _set(value: Any, *path: str) -> Callable[[Any], None]:
    def put(described: Any) -> None:
        for name in path[:-1]:
            described = described[name]
        described[path[-1]] = value

    return put


FEED = ("paths", "/v1/feed", "get")
NOW_FEED = NOW["paths"]["/v1/feed"]["get"]["parameters"]
ACKNOWLEDGING = ("paths", "/v1/erasures/{erasure}/acknowledgement", "post")
SCHEMAS = ("components", "schemas")
NEEDED = {"name": "why", "required": True, "schema": {}}


@pytest.mark.parametrize(
    "bend",
    [
        _drop("paths", "/v1/resources"),
        _drop(*FEED, "responses", "410"),
        _drop(*FEED, "responses", "200", "content", "text/event-stream"),
        _set([], *FEED, "parameters"),
        _set([*NOW_FEED, NEEDED], *FEED, "parameters"),
        _set({"required": True, "content": {}}, *ACKNOWLEDGING, "requestBody"),
        _set(
            [{**NOW_FEED[0], "schema": {"type": "string", "pattern": "^a$"}}, *NOW_FEED[1:]],
            *FEED,
            "parameters",
        ),
        _drop(*SCHEMAS, "AllDay"),
        _drop(*SCHEMAS, "Booking", "properties", "people"),
        _set({"type": "string"}, *SCHEMAS, "Booking", "properties", "people"),
        _set([], *SCHEMAS, "Booking", "required"),
        _set(["tentative", "confirmed", "maybe"], *SCHEMAS, "Status", "enum"),
    ],
)
def test_what_breaks_readers_is_found(bend: Callable[[Any], None]) -> None:
    after = deepcopy(NOW)
    bend(after)
    assert list(breaks(NOW, after))


def test_what_comes_beside_breaks_nobody() -> None:
    after = deepcopy(NOW)
    optional = {**NEEDED, "required": False}
    after["paths"]["/v1/feed"]["get"]["parameters"].append(optional)
    after["paths"]["/v1/more"] = {}
    after["components"]["schemas"]["Booking"]["properties"]["colour"] = {"type": "string"}
    assert list(breaks(NOW, after)) == []
