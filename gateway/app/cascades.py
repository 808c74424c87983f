"""The cascade as every command and every server drives it."""

import secrets
from functools import partial

import structlog

from gateway.app.parts import Parts
from gateway.app.terms.narrowing import narrow_open
from gateway.errors import Fenced, GatewayError
from gateway.store.leases import Lease
from gateway.store.withdrawals import load_withdrawal
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.giving_back import Revoke

log = structlog.get_logger()


def open_cascade(parts: Parts, revoke: Revoke, owner: str | None = None) -> Cascade:
    """Drives withdrawals, as one of many."""
    return Cascade(
        parts.store,
        parts.keyring,
        parts.keys,
        owner=owner or secrets.token_hex(8),
        revoke=revoke,
        narrow=partial(narrow_open, parts),
    )


async def drive(parts: Parts, cascade: Cascade, lease: Lease | None) -> None:
    """Drive a withdrawal as far as it goes, or without a lease whatever others have left.

    Raises GatewayError where anything but its proof has to wait: whoever withdraws does not wait for that.
    """
    try:
        await (cascade.resume() if lease is None else cascade.drive(lease))
    except Fenced:
        # Whoever serves took it over; how far it has come stands in the store.
        return
    except GatewayError as error:
        if (
            lease is None
            or (await parts.store.read(partial(load_withdrawal, lease=lease))).verified_at is None
        ):
            raise
        log.warning("withdrawal_not_proved", tenant=lease.tenant, code=type(error).__name__)
