"""Push of both providers: hears what changes, and tells it to receivers on this machine when it is due."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Protocol, Self

from connectors.sandbox.activity import Activity
from connectors.sandbox.calendar import Change, Clock
from connectors.sandbox.directory import Happening
from connectors.sandbox.door import Route
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_activities import GoogleActivities
from connectors.sandbox.google_channel_desk import ChannelDesk
from connectors.sandbox.google_channels import GoogleChannels
from connectors.sandbox.google_herald import GoogleHerald
from connectors.sandbox.google_messenger import GoogleMessenger
from connectors.sandbox.google_reports import GoogleReports
from connectors.sandbox.google_users import GoogleUsers
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.graph_notifier import GraphNotifier
from connectors.sandbox.graph_subscription_register import Register
from connectors.sandbox.graph_subscriptions import GraphSubscriptions
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_post import Post
from connectors.sandbox.notification_publisher import Publisher
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Provider, Tenant, World


class Part(Protocol):
    """A stand-in's paths."""

    def routes(self) -> list[Route]: ...


class Notifier:
    """Sends as long as the context lasts, and only in ``deliver``.

    ``faults`` says what goes wrong; ``subscriptions`` are Graph's; ``graph`` can tell of what happens to
    them. Receivers show certificates of ``authority`` (PEM), or of one trusted later.
    """

    def __init__(
        self, world: World, clock: Clock, wall_clock: Clock, authority: bytes, faults: NotificationFaults
    ) -> None:
        self.faults = faults
        self.subscriptions = Register(clock, self.faults)
        self._world = world
        self._clock = clock
        self._post = Post(clock, authority)
        self._publisher = Publisher(wall_clock, self.faults)
        self.graph = GraphNotifier(world, self.subscriptions, self._post, self._publisher, clock, self.faults)
        self._google = GoogleMessenger(self._post, clock, self.faults)
        self._herald = GoogleHerald(world, self._google, clock, self.faults)
        self._open = AsyncExitStack()

    def parts(self, google_url: str, access: GraphAccess, reading: GoogleAccess, seal: Seal) -> list[Part]:
        """What clients of push call."""
        desk = ChannelDesk(self._google, self._clock, self.faults)
        return [
            self._publisher,
            GraphSubscriptions(access, self.subscriptions, self._post, self._clock, self.faults),
            GoogleChannels(google_url, reading, desk, self.faults),
            GoogleUsers(google_url, reading, desk, seal),
            GoogleReports(google_url, reading, desk),
            GoogleActivities(reading, self._herald.log, seal, self._clock),
        ]

    def trust(self, authority: bytes) -> None:
        """Take certificates of this authority (PEM), too."""
        self._post.trust(authority)

    def hear(self, change: Change) -> None:
        """Note a change, for whoever asked to be told."""
        self.graph.hear(change)
        self._google.hear(change)

    def hear_of(self, tenant: Tenant, happened: Happening | Activity) -> None:
        """Note what happened to an account, or what somebody did, for whoever asked to be told."""
        if tenant.provider is Provider.GOOGLE:
            self._herald.hear_of(tenant, happened)
        elif isinstance(happened, Happening):
            self.graph.hear_of(tenant, happened)

    async def deliver(self) -> None:
        """Send what is due by the stand-ins' clock, each message once."""
        await self.graph.deliver()
        await self._google.deliver()

    async def __aenter__(self) -> Self:
        self._world.tell(self.hear)
        self._world.tell_of_people(self.hear_of)
        await self._open.enter_async_context(self._post)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()
