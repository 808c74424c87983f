"""The control endpoint: how another process changes the world and reads the counters. Loopback only.

``POST /control/events`` takes ``{"action", "calendar", "id", …}``, ``POST /control/accounts`` ``{"action",
"tenant", "account", …}``, ``POST /control/grants`` ``{"action", "tenant", "client", …}``; ``GET
/control/counters`` tells.
``POST /control/faults`` takes ``{"name", "when", "times"}`` or ``{"kind", "status", "times", "headers"}``,
``DELETE`` ends all; ``POST /control/clock`` takes ``{"advance_seconds"}``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from aiohttp import web

from connectors.sandbox.account_command import AccountAct, perform
from connectors.sandbox.command import Change, carry_out
from connectors.sandbox.control_door import admit, no_command, read
from connectors.sandbox.door import Door, Route, json_response
from connectors.sandbox.errors import UnknownAccount, UnknownEvent
from connectors.sandbox.faults.orders import Faults
from connectors.sandbox.faults.when import InvalidFault
from connectors.sandbox.grant_command import GrantAct, settle
from connectors.sandbox.ledger import Ledger
from connectors.sandbox.refusal import Refusal
from connectors.sandbox.truth import Tenant, World

_ADVANCE_SECONDS_MAX = 315_576_000


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuse the next requests of a kind."""

    kind: str
    status: int
    times: int
    headers: dict[str, str] = msgspec.field(default_factory=dict)


class NamedFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Order a fault of the catalogue; ``when`` as behind the ``@`` of ``--fault``."""

    name: str
    when: str = "1"
    times: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Advance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Put the clocks forward, by ten years at most."""

    advance_seconds: Annotated[float, msgspec.Meta(gt=0, le=_ADVANCE_SECONDS_MAX)]


class Control:
    """Open only to whoever knows the token."""

    def __init__(
        self,
        token: str,
        world: World,
        door: Door,
        ledger: Ledger,
        faults: Faults,
        advance: Callable[[float], None],
    ) -> None:
        self._token = token
        self._world = world
        self._door = door
        self._ledger = ledger
        self._faults = faults
        self._advance = advance

    def routes(self) -> list[Route]:
        return [
            Route("control.events", "POST", "/control/events", self._change),
            Route("control.accounts", "POST", "/control/accounts", self._alter),
            Route("control.grants", "POST", "/control/grants", self._settle),
            Route("control.faults", "POST", "/control/faults", self._fault),
            Route("control.faults", "DELETE", "/control/faults", self._heal),
            Route("control.clock", "POST", "/control/clock", self._move_clock),
            Route("control.counters", "GET", "/control/counters", self._counters),
        ]

    async def _change(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        change = await read(request, Change)
        try:
            carry_out(change, self._world.calendar(change.calendar))
        except (KeyError, UnknownEvent):
            raise Refusal(404, {"error": "no such calendar or event"}) from None
        return json_response({"done": True})

    async def _alter(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        act = await read(request, AccountAct)
        with _as_refusals():
            perform(act, self._world.directories[self._tenant(act.tenant).id])
        return json_response({"done": True})

    async def _settle(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        act = await read(request, GrantAct)
        with _as_refusals():
            settle(act, self._world, self._tenant(act.tenant))
        return json_response({"done": True})

    async def _fault(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        body = await read(request, dict[str, Any])
        try:
            if "name" in body:
                named = msgspec.convert(body, NamedFault)
                self._faults.order(named.name, named.when, named.times)
            else:
                fault = msgspec.convert(body, Fault)
                self._faults.refuse(fault.kind, fault.status, fault.times, fault.headers)
        except msgspec.ValidationError:
            raise no_command() from None
        except InvalidFault as error:
            raise Refusal(400, {"error": str(error)}) from None
        return json_response({"done": True})

    async def _heal(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        self._faults.clear()
        return json_response({"done": True})

    async def _move_clock(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        self._advance((await read(request, Advance)).advance_seconds)
        return json_response({"done": True})

    async def _counters(self, request: web.Request) -> web.Response:
        admit(request, self._token)
        return json_response({"requests": self._door.requests, "crossed": self._ledger.tallies})

    def _tenant(self, tenant_id: str) -> Tenant:
        tenant = self._world.tenant(tenant_id)
        if tenant is None:
            raise UnknownAccount("No company has this id.")
        return tenant


@contextmanager
def _as_refusals() -> Iterator[None]:
    try:
        yield
    except UnknownAccount:
        raise Refusal(404, {"error": "no such tenant or account, or one too many"}) from None
