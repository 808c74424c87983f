"""What the web is made of, handed in by whoever starts it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from aiohttp import web

from gateway.clock import Clock
from gateway.metrics import Metrics
from gateway.purpose import Purpose
from gateway.signals.notification import Heard
from gateway.store.notified import Ringing
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.store.store import Store
from gateway.vault.keyring import Keyring
from gateway.web.uses import Uses
from gateway.web.waiting import Seats
from gateway.web.watches import Watches

#: Whose calendars need no look for what was heard, by the secrets that are ours.
FindQuiet = Callable[[Heard, Mapping[str, Ringing]], Awaitable[frozenset[Ringing]]]

#: Whether a tenant lets FlexO's user ids be told.
TellsUsers = Callable[[Standing], Awaitable[bool]]

NOBODY = frozenset[Ringing]()


async def nobody(_heard: Heard, _known: Mapping[str, Ringing]) -> frozenset[Ringing]:
    """For who opens nothing: all that is told is news."""
    return NOBODY


async def no_users(_standing: Standing) -> bool:
    """For who knows no policies."""
    return False


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts behind all handlers. Whoever hands in the pulse keeps it beating."""

    store: Store
    keyring: Keyring
    pulse: Pulse
    metrics: Metrics
    clock: Clock
    #: What consumers may read for, by name.
    purposes: Mapping[str, Purpose]
    quiet: FindQuiet = nobody
    tells_users: TellsUsers = no_users
    #: The proxies that tell which certificate a client has shown them.
    certificates_from: Sequence[IPv4Network | IPv6Network] = ()
    uses: Uses = field(default_factory=Uses)
    watches: Watches = field(default_factory=Watches)


PARTS = web.AppKey("parts", Parts)

#: Taken by requests that wait for news, so that their number is bounded.
SEATS = web.AppKey("seats", Seats)
#: Taken by those that are told of changes as they come.
STREAMS = web.AppKey("streams", Seats)
