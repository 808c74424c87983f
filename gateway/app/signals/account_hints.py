"""Account hints: a provider says in between that there is something to ask about, and it is asked soon.

What it says is written down only where it is about somebody whom we know, and once until a visit looks: a
flood of pushes is no flood of writes, nor of requests.
"""

from collections.abc import Sequence
from functools import partial

from gateway.app.parts import Parts
from gateway.app.signals.account_signals import MORE_MILLISECONDS
from gateway.signals.naming import subject_finders
from gateway.signals.signal import Name, NameKind
from gateway.signals.transmitter import ASK_MILLISECONDS, Caller, Transmitter
from gateway.store.registry import Standing, known_standing
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.unlock import open_keys
from gateway.vault.keyring import TenantKeys
from gateway.withdrawal.signalled import is_known


class AccountHints:
    """One for all tenants."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def take(self, caller: Caller, account: str | None) -> bool:
        """Note that an account is to be looked at, or all there is; False where that is no news.

        Durable once it returns. Raises KeyUnavailable, StoreBusy, Fenced.
        """
        push = caller.transmitter.push
        if push is None or (account is None and push.called):
            return False
        store = self._parts.store
        standing = await store.watch(partial(known_standing, tenant=caller.tenant))
        if not standing.authorization.state.may_serve:
            return False
        keys = await open_keys(self._parts.keyring, standing)
        names = [] if account is None else [Name(NameKind.ACCOUNT, account)]
        # An id would outlive, in copies of the store, whoever is burnt meanwhile: what finds them does not.
        finder = next(iter(subject_finders(names, keys.index.identifier)), None)
        if push.hearing(finder) is push or (names and not await self._knows(standing, keys, names)):
            return False
        return await store.turn(Fence.of(standing), keys, partial(_note, name=caller.id, finder=finder))

    async def _knows(self, standing: Standing, keys: TenantKeys, names: Sequence[Name]) -> bool:
        look = partial(is_known, tenant=standing.tenant, index=keys.index, names=names)
        return await self._parts.store.read(look)


def _note(transaction: Transaction, *, name: str, finder: str | None) -> bool:
    record = transaction.transmitters.load(name)
    transmitter = None if record is None else Transmitter.read(record)
    heard = None if transmitter is None else transmitter.hearing(finder)
    if transmitter is None or heard is None:
        return False
    transaction.transmitters.write(name, heard.written, pause=heard.pause)
    transaction.transmitters.call(name, pause=ASK_MILLISECONDS, wait=MORE_MILLISECONDS)
    return True
