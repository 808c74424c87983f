"""What a fault is: a name, what it does, whom it meets, and how one answer goes wrong."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

from aiohttp import web

from connectors.sandbox.chance import Chance
from connectors.sandbox.door import Answering

#: One answer's JSON.
Body = dict[str, Any]

#: How one answer goes wrong.
Act = Callable[["Visit"], Awaitable[web.StreamResponse]]


class Memory:
    """What an order keeps from one request to the next: names and digests, no contents."""

    def __init__(self) -> None:
        self.began: datetime | None = None
        self.marked: set[str] = set()
        self.inside: Counter[str] = Counter()


class Visit(NamedTuple):
    """One request that comes to a fault.

    ``is_met``: its turn has come; otherwise it only follows one that was met before. ``now`` is the time of
    the stand-ins.
    """

    fault: str
    seed: int
    kind: str
    request: web.Request
    rest: Answering
    is_met: bool
    now: datetime
    memory: Memory

    async def pass_on(self) -> web.StreamResponse:
        """Answer as if there were no fault."""
        return await self.rest(self.request)

    @property
    def since(self) -> timedelta:
        """How long ago the fault was first met."""
        return self.now - (self.memory.began or self.now)

    def chance(self, *names: object) -> Chance:
        """Lots that belong to the seed, the fault and these names."""
        return Chance(self.seed, self.fault, *names)

    def drawn(self, rows: Iterable[Mapping[str, Any]]) -> Any:
        """One of these rows by lot; the same one on every visit as long as it is there. None of none."""
        return min(rows, key=self._lot, default=None)

    def _lot(self, row: Mapping[str, Any]) -> bytes:
        name = f"{self.seed}/{self.fault}/{row.get('id') or row.get('resourceId')}"
        return blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest()


class Fault(NamedTuple):
    """An entry of the catalogue.

    ``meets`` are the kinds of requests that it may go wrong for, or prefixes such as ``graph``; ``having``
    narrows them to those that carry one of these query parameters. ``follows`` are kinds that see what
    comes of it, once it was met.
    """

    name: str
    does: str
    meets: tuple[str, ...]
    act: Act
    follows: tuple[str, ...] = ()
    having: tuple[str, ...] = ()

    def concerns(self, kind: str, request: web.Request) -> bool:
        return named_by(self.meets, kind) and (
            not self.having or any(name in request.query for name in self.having)
        )


def named_by(prefixes: Iterable[str], kind: str) -> bool:
    """Whether a kind is one of these or, as ``graph.view`` under ``graph``, below one of them."""
    return any(f"{kind}.".startswith(f"{prefix}.") for prefix in prefixes)


def digest(text: str) -> str:
    """Tells one token from another without keeping it."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
