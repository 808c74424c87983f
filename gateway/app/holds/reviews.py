"""Reviews of legal holds: that one is due is told, and nothing else happens by time."""

from collections.abc import Awaitable

import structlog

from gateway.app.holds.journal import write_down
from gateway.app.holds.lifting import look_after, settle_all
from gateway.app.holds.overview import HoldOverview, every_hold
from gateway.app.parts import Parts
from gateway.clock import HOUR_MILLISECONDS, milliseconds
from gateway.errors import GatewayError
from gateway.legal_hold import Deed, HoldState, HoldStep
from gateway.store.history import Happened
from gateway.store.legal_holds import holds_of

log = structlog.get_logger()


class Reviews:
    """Looks after legal holds while a gateway serves. Each step may be repeated, by any process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._looked_in = -1

    async def visit(self) -> None:
        """Settle what was cut off; once an hour, see that keys are there and tell which reviews are due."""
        await settle_all(self._parts)
        hour = milliseconds(self._parts.clock()) // HOUR_MILLISECONDS
        if hour == self._looked_in:
            return
        self._looked_in = hour
        for row in await self._parts.store.read(holds_of):
            if row.state is HoldState.STANDING:
                await _tried(look_after(self._parts, row))
        for hold in await every_hold(self._parts):
            if hold.row.state is HoldState.STANDING:
                await _tried(self._notice(hold))

    async def _notice(self, hold: HoldOverview) -> None:
        now = milliseconds(self._parts.clock())
        days = hold.record.notice_due(now)
        if days is not None:
            step = HoldStep(at=now, what=Deed.NOTICED, days=days)
            await write_down(self._parts, hold.row, step, Happened.HOLD_NOTICE)
            log.warning("hold_review_due", tenant=hold.row.tenant, hold=hold.row.id, days=days)


async def _tried(work: Awaitable[None]) -> None:
    """One that fails does not hold up the others; the next visit tries again."""
    try:
        await work
    except GatewayError as error:
        # Not whose: it may be by order.
        log.warning("hold_not_looked_after", code=type(error).__name__)
