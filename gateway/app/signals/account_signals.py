"""Account signals: a tenant's provider is asked what became of accounts, and how our application stands.

What it tells goes through the one door; how far it was asked is written down behind that. So where a process
dies in between, the same is told again under the same ids, and done once.
"""

from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from functools import partial
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from connectors.accounts import AccountPage, Announcing, ApplicationState, Teller
from connectors.errors import (
    AccessDenied,
    AccessLost,
    CalendarMissing,
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Malformed,
)
from connectors.port import Admission, Cursor
from gateway.app.parts import Parts
from gateway.app.signals.account_claims import APPLICATION_CLAIMS, Wording
from gateway.app.signals.account_watching import keep_watching
from gateway.app.signals.addresses import address_at
from gateway.app.signals.front_door import FrontDoor
from gateway.booking import TenantId
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS, milliseconds
from gateway.errors import Fenced, GatewayError, KeyUnavailable
from gateway.signals.push import Push
from gateway.signals.signal import Claim, Signal
from gateway.signals.transmitter import ASK_MILLISECONDS, Transmitter
from gateway.store.handle import Handle
from gateway.store.registry import Registry, Standing, known_standing, load_tenant, standing_of
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.transmitters import TransmitterRow
from gateway.store.unlock import open_keys, unlock
from gateway.sync.contact import is_settling
from gateway.tenant import Tenant
from gateway.vault.keyring import TenantKeys
from gateway.withdrawal.door import Door
from gateway.withdrawal.signalled import is_known

log = structlog.get_logger()

#: Of one visit: who has more is visited again soon.
PAGES_MAX = 50
MORE_MILLISECONDS = MINUTE_MILLISECONDS // 2
#: Whatever else is visited meanwhile waits for this one: no longer than for a stream that hangs.
VISIT_MILLISECONDS = MINUTE_MILLISECONDS // 3
#: So many signals are looked up at once: nearly all of them are about people whom we do not know.
LOOKED_UP_AT_ONCE = 100
#: Accounts that were hinted at: so many of one visit, one by one.
LOOKED_AT_MAX = 100
#: A teller that nobody has used for so long is let go of, with the token that it keeps.
KEPT_MILLISECONDS = HOUR_MILLISECONDS

#: Why nothing is asked, or not all that could be.
NOT_READ = "tenant_not_read"
ACCOUNTS_NOT_COVERED, APPLICATION_NOT_COVERED = "accounts_not_covered", "application_not_covered"
NOTHING_COVERED = "nothing_covered"

#: Makes what tells of a tenant; the admission is asked before each of its requests.
Tell = Callable[[Tenant, Admission], Teller]


class _Kept(NamedTuple):
    fence: Fence
    teller: Teller
    used_at: int


class _Visit(NamedTuple):
    """One look: at whom, by what, and as of when (epoch milliseconds)."""

    standing: Standing
    name: str
    transmitter: Transmitter
    teller: Teller
    at: int
    #: Whether there is more by now, and whether what becomes of accounts is told to us.
    more: bool = False
    is_covered: bool = True

    @property
    def wording(self) -> Wording:
        return Wording(self.name, self.transmitter.followed, self.at)

    def having(self, **changed: object) -> "_Visit":
        """Behind another step, which is written down as one more round."""
        followed = self.transmitter.followed
        further = replace(followed, rounds=followed.rounds + 1, **changed)
        return self._replace(transmitter=replace(self.transmitter, followed=further))

    def pushed(self, push: Push) -> "_Visit":
        """With something else agreed on what is said in between."""
        return self._replace(transmitter=replace(self.transmitter, push=push))

    @property
    def is_called(self) -> bool:
        """Whether something that was said in between is still to be looked at."""
        push = self.transmitter.push
        return push is not None and (push.is_calling or bool(push.reading))


class AccountSignals:
    """Asks for one tenant at a time. Whoever calls holds its lease."""

    def __init__(self, parts: Parts, door: Door, tell: Tell) -> None:
        self._parts = parts
        self._door = door
        self._people = FrontDoor(parts, door)
        self._tell = tell
        self._kept: dict[TenantId, _Kept] = {}

    async def look(self, tenant: TenantId, row: TransmitterRow) -> tuple[int, str | None]:
        """Ask once: when to ask again, and by what it was kept from telling all. Raises Fenced."""
        now = milliseconds(self._parts.clock())
        reason, more = None, False
        try:
            reason, more = await self._look(tenant, row.id, now)
        except Fenced:
            raise
        except ConnectorError as error:
            reason = error.code
        except GatewayError as error:
            reason = type(error).__name__
        if reason is not None and reason != row.reason:
            log.warning("transmitter_not_heard", tenant=tenant, transmitter=row.id, reason=reason)
        return milliseconds(self._parts.clock()) + (MORE_MILLISECONDS if more else ASK_MILLISECONDS), reason

    async def _look(self, tenant: TenantId, name: str, now: int) -> tuple[str | None, bool]:
        visit = await self._opened(tenant, name, now)
        if visit is None:
            return NOT_READ, False
        word, claim = await _stands(visit.teller)
        if word != visit.transmitter.followed.application:
            if claim is Claim.GRANT_LOST and await self._is_too_early(visit, word):
                return word, False
            if claim is not None:
                await self._door.receive(tenant, name, [visit.wording.of_application(word, claim)])
            visit = await self._write(visit.having(application=word))
        if claim is not None:
            return word, False
        visit, not_looked_at = await self._look_closer(visit)
        visit = await self._follow(visit)
        if not visit.is_covered and word == ApplicationState.NOT_TOLD:
            return NOTHING_COVERED, False
        visit, refused = await self._keep_watching(visit)
        await self._door.receive(tenant, name, [visit.wording.of_channel()])
        reason = APPLICATION_NOT_COVERED if word == ApplicationState.NOT_TOLD else not_looked_at or refused
        more = visit.more or (visit.is_called and not_looked_at is None)
        return reason if visit.is_covered else ACCOUNTS_NOT_COVERED, more

    async def _opened(self, tenant: TenantId, name: str, now: int) -> _Visit | None:
        """None for whom nothing may be asked about now. Raises KeyUnavailable."""
        parts = self._parts
        self._kept = {one: kept for one, kept in self._kept.items() if now - kept.used_at < KEPT_MILLISECONDS}
        standing = await parts.store.watch(partial(standing_of, tenant=tenant))
        if standing is None or not _is_read(standing):
            self._kept.pop(tenant, None)
            await self._forget(standing, name)
            return None
        keys, fence = await unlock(parts.keyring, standing), Fence.of(standing)
        record = await parts.store.look(fence, keys, lambda to: to.transmitters.load(name))
        if record is None:
            return None
        kept = self._kept.get(tenant)
        if kept is None or kept.fence != fence:
            opened = await parts.store.read(partial(load_tenant, standing=standing, keys=keys))
            kept = _Kept(fence, self._tell(opened, partial(parts.store.check, fence)), now)
        self._kept[tenant] = kept._replace(used_at=now)
        transmitter = Transmitter.read(record)
        if transmitter.taking() is not transmitter:
            transmitter = await parts.store.turn(
                fence, keys, partial(_taken, transmitter=transmitter, name=name)
            )
        return _Visit(standing, name, transmitter, kept.teller, now)

    async def _forget(self, standing: Standing | None, name: str) -> None:
        """Of whom nothing is asked no account is remembered that was to be looked at."""
        if standing is None or not standing.authorization.state.is_open:
            return
        store, fence = self._parts.store, Fence.of(standing)
        with suppress(KeyUnavailable):
            keys = await open_keys(self._parts.keyring, standing)
            record = await store.look(fence, keys, lambda to: to.transmitters.load(name))
            before = None if record is None else Transmitter.read(record)
            if before is not None and before.forgetting() is not before:
                written, pause = before.forgetting().written, before.pause
                await store.turn(fence, keys, lambda to: to.transmitters.write(name, written, pause=pause))

    async def _is_too_early(self, visit: _Visit, word: str) -> bool:
        """Whether what seems to be lost may not have arrived yet; of what was never seen nothing is lost."""
        if word == ApplicationState.UNCONSENTED and visit.transmitter.followed.application is None:
            return True

        def read(handle: Handle) -> bool:
            return is_settling(Registry(handle, visit.at), visit.standing)

        return await self._parts.store.read(read)

    async def _look_closer(self, visit: _Visit) -> tuple[_Visit, str | None]:
        """What became of the accounts that were hinted at: what a look shows is told, and nothing else.

        What keeps it from one is told as well, and keeps it from nothing else: it is tried again later.
        """
        push, reason = visit.transmitter.push, None
        if push is None or not push.reading or not isinstance(visit.teller, Announcing):
            return visit, None
        for finder in push.reading[:LOOKED_AT_MAX]:
            if self._is_long(visit):
                break
            account = await self._account(visit.standing.tenant, finder)
            if account is None:
                push = push.having_looked(1)
                continue
            try:
                change = await visit.teller.account(account)
            except (AccessDenied, CalendarMissing, Malformed):
                # What cannot be understood, or is not told to us, is found by a listing, if by anything.
                push = push.having_looked(1)
                continue
            except ConnectorError as error:
                reason, push = error.code, push.putting_off()
                break
            await self._told(visit, AccountPage((change,), Cursor(""), more=False))
            push = push.having_looked(1)
        return await self._write(visit.pushed(push).having()), reason

    async def _account(self, tenant: TenantId, finder: str) -> str | None:
        """The account that was hinted at, as it stands under its owner's key; None once they are gone."""
        try:
            known = await self._people.found_by(tenant, finder)
        except KeyUnavailable:
            return None
        return None if known is None else known.directory_id

    async def _keep_watching(self, visit: _Visit) -> tuple[_Visit, str | None]:
        """Be told in between, where we can be; why not."""
        push, url = visit.transmitter.push, self._parts.settings.listen.public_url
        if push is None or url is None or not isinstance(visit.teller, Announcing):
            return visit, None
        address = address_at(url, push.secret, visit.transmitter.kind)
        kept, refused = await keep_watching(visit.teller, push, address, visit.at)
        return visit if kept == push else await self._write(visit.pushed(kept)), refused

    async def _follow(self, visit: _Visit) -> _Visit:
        """All that became of accounts since the last time, from now on where that is not known any more."""
        try:
            return await self._followed(visit)
        except CursorExpired:
            lost = visit.wording.of_loss()
            await self._door.receive(visit.standing.tenant, visit.name, [lost])
            return await self._followed(visit.having(cursor=None))

    async def _followed(self, visit: _Visit) -> _Visit:
        followed = visit.transmitter.followed
        since = None if followed.cursor is None else Cursor(followed.cursor)
        begun = {"since": visit.at} if since is None else {}
        cursor, more, pages, is_covered = since, False, 0, True
        try:
            async with aclosing(visit.teller.account_changes(since)) as told:
                async for page in told:
                    await self._told(visit, page)
                    cursor, more, pages = page.cursor, page.more, pages + 1
                    if pages == PAGES_MAX or self._is_long(visit):
                        break
        except AccessDenied:
            more, is_covered = False, False
        if pages:
            # What was told before the rest was denied stays told.
            visit = await self._write(visit.having(cursor=cursor, **begun))
        return visit._replace(more=more, is_covered=is_covered)

    def _is_long(self, visit: _Visit) -> bool:
        return milliseconds(self._parts.clock()) - visit.at > VISIT_MILLISECONDS

    async def _told(self, visit: _Visit, page: AccountPage) -> None:
        """Hand over what is about our application, or about somebody we may know."""
        tenant, told = visit.standing.tenant, map(visit.wording.of_account, page.changes)
        removed = [signal for signal in map(visit.wording.of_removal, page.removed) if signal is not None]
        if removed:
            await self._door.receive(tenant, visit.name, removed)
        signals = [signal for signal in told if signal is not None]
        for start in range(0, len(signals), LOOKED_UP_AT_ONCE):
            some = signals[start : start + LOOKED_UP_AT_ONCE]
            if await self._is_anybody_known(tenant, some):
                await self._door.receive(tenant, visit.name, some)

    async def _is_anybody_known(self, tenant: TenantId, signals: Sequence[Signal]) -> bool:
        _, keys = await self._keys(tenant)
        names = [name for signal in signals for name in signal.about.names]
        look = partial(is_known, tenant=tenant, index=keys.index, names=names)
        return await self._parts.store.read(look)

    async def _write(self, visit: _Visit) -> _Visit:
        """Write down how far it was asked, beside what it said meanwhile."""
        standing, keys = await self._keys(visit.standing.tenant)

        def write(to: Transaction) -> Transmitter:
            record = to.transmitters.load(visit.name)
            written = visit.transmitter
            if record is not None:
                written = written.beside(Transmitter.read(record))
                to.transmitters.write(visit.name, written.written, pause=written.pause)
            return written

        written = await self._parts.store.turn(Fence.of(standing), keys, write)
        return visit._replace(transmitter=written)

    async def _keys(self, tenant: TenantId) -> tuple[Standing, TenantKeys]:
        """As the tenant stands by now: a signal may have moved it on."""
        standing = await self._parts.store.read(partial(known_standing, tenant=tenant))
        return standing, await unlock(self._parts.keyring, standing)


def _taken(to: Transaction, *, transmitter: Transmitter, name: str) -> Transmitter:
    """The transmitter once what it said was taken over: as it is by now, or as it was once it is gone."""
    record = to.transmitters.load(name)
    if record is None:
        return transmitter
    taken = Transmitter.read(record).taking()
    to.transmitters.write(name, taken.written, pause=taken.pause)
    return taken


def _is_read(standing: Standing) -> bool:
    return standing.authorization.state.may_serve and not standing.authorization.is_disconnected


async def _stands(teller: Teller) -> tuple[str, Claim | None]:
    """How our application stands, in a word, and what that claims. Raises ConnectorError."""
    try:
        state = await teller.application()
    except AccessLost as refusal:
        return refusal.code, Claim.GRANT_LOST
    except CredentialRefused as refusal:
        # Of the tenant it says nothing.
        return refusal.code, Claim.CREDENTIAL_REFUSED
    return state.value, APPLICATION_CLAIMS.get(state)
