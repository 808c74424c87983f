"""The contract for those who read it: OpenAPI for programs, pages for people. Needs no token."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.feed.contract import AnyEntry
from gateway.web.description import description
from gateway.web.forms import JSON
from gateway.web.operation import Operation
from gateway.web.problems import KINDS, NOT_FOUND, Problem
from gateway.web.versions import VERSIONS

OPENAPI_PATH = "/v1/openapi.json"
REFERENCE_PATH = "/v1/reference"
PROBLEM_PATH = "/v1/problems/{problem}"

_PAGES = Environment(
    loader=PackageLoader("gateway.web", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_STYLE = _PAGES.get_template("pages.css").render()
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}


class Reference:
    """What is told of some operations, made once."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        described = description(operations)
        self._openapi = msgspec.json.encode(described)
        entries = [
            (kind.__struct_config__.tag, " ".join((kind.__doc__ or "").split())) for kind in AnyEntry.__args__
        ]
        shown = {"described": described, "operations": operations, "versions": VERSIONS}
        self._page = _page("reference.html", described["info"]["title"], entries=entries, **shown)

    async def get_openapi(self, _request: web.Request) -> web.Response:
        """The description of the contract, as a program reads it."""
        return web.Response(body=self._openapi, content_type=JSON)

    async def get_reference(self, _request: web.Request) -> web.Response:
        """The contract as a page."""
        return _html(self._page)

    async def get_problem(self, request: web.Request) -> web.Response:
        """What a type of problem means, as a page."""
        kind = KINDS.get(request.match_info["problem"])
        if kind is None:
            raise Problem(NOT_FOUND)
        return _html(_page("problem.html", kind.title, problem=kind))


def _page(template: str, title: str, **content: Any) -> str:
    return _PAGES.get_template(template).render(title=title, **content)


def _html(page: str) -> web.Response:
    return web.Response(text=page, content_type="text/html", headers=_HEADERS)
