"""Both providers as one server on loopback, over TLS."""

import secrets
import socket
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from aiohttp import web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.control import Control
from connectors.sandbox.door import Door, Route
from connectors.sandbox.entra import Entra
from connectors.sandbox.entra_people import EntraPeople
from connectors.sandbox.faults.orders import Faults
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_calendar import GoogleCalendar
from connectors.sandbox.google_directory import GoogleDirectory
from connectors.sandbox.google_people import GooglePeople
from connectors.sandbox.google_risc import GoogleRisc
from connectors.sandbox.google_risc_stream import RiscStream
from connectors.sandbox.google_token import GoogleToken
from connectors.sandbox.graph import GraphCalendars
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.graph_application import GraphApplication
from connectors.sandbox.graph_calendar import GraphCalendar
from connectors.sandbox.graph_delta import GraphDelta
from connectors.sandbox.graph_places import GraphPlaces
from connectors.sandbox.graph_users import GraphUsers
from connectors.sandbox.graph_users_delta import GraphUsersDelta
from connectors.sandbox.identity import Identity
from connectors.sandbox.ledger import Ledger, Tally
from connectors.sandbox.lifetimes import Lifetimes
from connectors.sandbox.notification_post import Post
from connectors.sandbox.notifier import Notifier, Part
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import World

_HOST = "127.0.0.1"
_SHUTDOWN_SECONDS = 1.0


class Sandbox:
    """Entra, Graph and Google over one world, as long as the context lasts.

    ``clock`` tells the world's time; ``wall_clock`` the real one, for certificates and tokens; both can
    be put forward. What goes wrong by lot in ``faults`` follows from the seed. ``requests`` counts by kind,
    ``crossed`` by tenant what was held of people and what of it was sent. ``notifier`` pushes when it is told
    to deliver.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        wall_clock: Clock,
        *,
        identity: Identity | None = None,
        seed: int = 1,
    ) -> None:
        self.world = world
        self.faults = Faults(seed, self.now)
        self.control_token = secrets.token_urlsafe(32)
        self.identity = identity or Identity(wall_clock())
        self.notifier = Notifier(world, self.clock, wall_clock, self.identity.authority.pem, self.faults.push)
        self._post = Post(self.clock, self.identity.authority.pem)
        #: What Google tells of accounts, which the project of our web client asks for.
        self.risc = RiscStream(self.identity.web_client.id, self._post, self.clock, self.faults.signals)
        self._world_clock, self._wall_clock = clock, wall_clock
        self._ahead = timedelta()
        self._door = Door(Lifetimes(self.now), self.faults)
        self._ledger = Ledger()
        # Two, so that sync tokens can expire while access goes on.
        self._access_seal, self._sync_seal = Seal(), Seal()
        self._port = 0
        self._parts = AsyncExitStack()

    @property
    def url(self) -> str:
        """Where all of it stands."""
        return f"https://{_HOST}:{self._port}"

    @property
    def entra_url(self) -> str:
        """The login host: a tenant's authority is this and its directory id.

        Without a path of its own, for clients take an authority's first segment for the tenant.
        """
        return self.url

    @property
    def graph_url(self) -> str:
        """The Graph host, before ``/v1.0``."""
        return f"{self.url}/graph"

    @property
    def google_url(self) -> str:
        """Google's hosts in one, before ``/calendar/v3/``, ``/admin/directory/v1/`` and ``/token``."""
        return f"{self.url}/google"

    @property
    def requests(self) -> Counter[str]:
        return self._door.requests

    @property
    def crossed(self) -> dict[str, Tally]:
        return self._ledger.tallies

    def clock(self) -> datetime:
        """The world's time."""
        return self._world_clock() + self._ahead

    def now(self) -> datetime:
        """The time by which tokens age and waits end: the real one, until it is put forward."""
        return self._wall_clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Put both clocks forward. What clients sign is still checked by the real time, which is theirs."""
        self._ahead += timedelta(seconds=seconds)

    def expire_sync_tokens(self) -> None:
        """Forget how far anybody has read: page, delta and sync tokens are unknown from now on."""
        self._sync_seal.expire()

    async def __aenter__(self) -> Self:
        self.world.follow(self.clock)
        # Bound before the parts are made: their links name the port.
        listener = socket.create_server((_HOST, 0))
        self._port = listener.getsockname()[1]
        application = web.Application()
        self._door.hang(application, self._routes())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        async with AsyncExitStack() as parts:
            parts.callback(listener.close)
            await parts.enter_async_context(self.notifier)
            await parts.enter_async_context(self._post)
            await runner.setup()
            parts.push_async_callback(runner.cleanup)
            await web.SockSite(runner, listener, ssl_context=self.identity.authority.server_context()).start()
            self._parts = parts.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._parts.aclose()

    def _routes(self) -> list[Route]:
        """Every stand-in's paths. Where two would match, the earlier one answers."""
        seal, now, identity = self._access_seal, self._wall_clock, self.identity
        access = GraphAccess(self.world, seal, now)
        reading = GoogleAccess(self.world, seal, now)
        employees = EntraPeople(self.entra_url, self.world, identity.id_tokens, seal, now)
        users = GooglePeople(self.world, identity.web_client, identity.id_tokens, seal, now)
        parts: tuple[Part, ...] = (
            employees,
            Entra(self.entra_url, self.world, identity.certificate, employees, seal, now),
            GraphDelta(self.graph_url, access, self._sync_seal, self._ledger),
            GraphCalendars(self.graph_url, access, self._ledger),
            GraphCalendar(self.graph_url, access),
            GraphPlaces(self.graph_url, access),
            GraphUsersDelta(self.graph_url, access, self._sync_seal, self.clock),
            GraphUsers(self.graph_url, access),
            GraphApplication(self.graph_url, access),
            users,
            GoogleToken(self.google_url, self.world, identity.account, users, seal, now),
            GoogleCalendar(reading, self._sync_seal, self._ledger),
            GoogleDirectory(reading, self._sync_seal),
            GoogleRisc(lambda: self.google_url, identity.account, self.risc, now, self.control_token),
            *self.notifier.parts(self.google_url, access, reading, self._sync_seal),
            Control(self.control_token, self.world, self._door, self._ledger, self.faults, self.advance),
        )
        return [route for part in parts for route in part.routes()]
