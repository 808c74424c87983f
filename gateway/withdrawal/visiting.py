"""Visiting: what those have in common who look at authorizations for what time alone does to them."""

from collections.abc import Callable

import structlog

from gateway.clock import Clock
from gateway.store.registry import Standing
from gateway.store.store import Store
from gateway.vault.keyring import Keyring
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.deadlines import Notice

log = structlog.get_logger()

#: Told what comes, once it was written down.
OnNotice = Callable[[Standing, Notice], None]


def log_notice(standing: Standing, notice: Notice) -> None:
    """For operators, who tell the tenant."""
    log.warning(
        notice.what.value,
        tenant=standing.tenant,
        authorization=standing.authorization.id,
        reason=standing.authorization.reason,
        days=notice.days,
        **({} if notice.change is None else {"change": notice.change}),
    )


class Visitor:
    """What every visitor needs. Each step may be repeated, by any process."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        cascade: Cascade,
        clock: Clock,
        on_notice: OnNotice = log_notice,
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._cascade = cascade
        self._clock = clock
        self._on_notice = on_notice
