"""What decides on signals, in memory: it knows some people, suspends and forgets them, as it is told."""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.booking import TenantId
from gateway.clock import Clock
from gateway.signals.decision import Effect, decide
from gateway.signals.known import Known
from gateway.signals.scim_ids import Hashed
from gateway.signals.signal import Extent, Name, NameKind, Signal
from gateway.signals.transmitter import Caller, Transmitter, TransmitterKind, hash_of
from gateway.web.receiving import Receiving

TENANT = TenantId("north")
ADDRESS = "north.caller-1.random"
URL = "https://gateway.example"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def caller_showing(secret: str, application: str | None = None) -> Caller:
    """A caller whose issuer shows this."""
    transmitter = Transmitter(
        kind=TransmitterKind.OKTA,
        issuer="https://north.example",
        shown=hash_of(secret),
        application=application,
    )
    return Caller(TENANT, "caller-1", transmitter)


@dataclass
class MemoryDoor:
    """``told``: what it was told, each once; ``fails``: what the next calls raise."""

    people: dict[str, Known] = field(default_factory=dict)
    told: list[Signal] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    lookups: int = 0
    granted_at: int = 0

    def enrol(self, known: Known) -> None:
        self.people[known.id] = known

    async def receive(self, tenant: TenantId, channel: str, signals: Sequence[Signal]) -> None:
        assert (tenant, channel) == (TENANT, "caller-1")
        if self.fails:
            raise self.fails.pop(0)
        seen = {(signal.issuer, signal.id) for signal in self.told}
        for signal in signals:
            if (signal.issuer, signal.id) not in seen:
                seen.add((signal.issuer, signal.id))
                self.told.append(signal)
                self._carry_out(signal)

    def _carry_out(self, signal: Signal) -> None:
        if signal.about.extent is not Extent.PERSON:
            return
        found = {name.kind: known for name in signal.about.names if (known := self._find(name)) is not None}
        decided = decide(
            signal.proves, signal.about.extent, list(found), at=signal.at, granted_at=self.granted_at
        )
        for known in found.values():
            if decided.effect is Effect.BURN:
                self.people.pop(known.id, None)
            elif decided.effect is Effect.SUSPEND:
                self.people[known.id] = known._replace(is_active=False)

    async def known(self, tenant: TenantId, names: Collection[Name]) -> Known | None:
        assert tenant == TENANT
        self.lookups += 1
        return next((known for name in names if (known := self._find(name)) is not None), None)

    def _find(self, name: Name) -> Known | None:
        for known in self.people.values():
            if name.kind is NameKind.ACCOUNT and known.directory_id == name.value:
                return known
            if name.kind is NameKind.ADDRESS and name.value in known.addresses:
                return known
        return None

    async def hashed(self, tenant: TenantId, names: Sequence[Name]) -> Sequence[str]:
        assert tenant == TENANT
        return [_hash(name) for name in names]

    async def known_by_hash(self, tenant: TenantId, name: Hashed) -> Known | None:
        assert tenant == TENANT
        for known in self.people.values():
            names = [Name(NameKind.ADDRESS, one) for one in known.addresses]
            if known.directory_id is not None:
                names.append(Name(NameKind.ACCOUNT, known.directory_id))
            if any(one.kind is name.kind and _hash(one) == name.hash for one in names):
                return known
        return None

    def receiving(
        self, callers: dict[tuple[str, TransmitterKind], Caller], clock: Clock = lambda: NOON
    ) -> Receiving:
        """What the web needs."""

        async def find(address: str, kind: TransmitterKind) -> Caller | None:
            return callers.get((address, kind))

        async def hear(_caller: Caller, _token: bytes) -> None:
            raise NotImplementedError("No stream is among these.")

        return Receiving(find, self, hear, clock, URL)


def _hash(name: Name) -> str:
    return hmac.digest(b"index key", f"{name.kind}:{name.value}".encode(), "sha256").hex()[:32]
