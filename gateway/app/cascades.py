"""The cascade as every command and every server drives it."""

import secrets
from functools import partial

from gateway.app.narrowing import narrow_open
from gateway.app.parts import Parts
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.giving_back import Revoke


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
