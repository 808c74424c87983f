"""Google's pushes about users and activities: a header, and of a body at most an account's id. Pure.

developers.google.com/workspace/admin/directory/v1/guides/push, /workspace/admin/reports/v1/guides/push.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from msgspec.json import Decoder

#: What happened to a user. That somebody is new or administers concerns nobody here.
_OF_USERS = frozenset({"delete", "undelete", "update"})
#: What was done to a client's access; whose it was, the log tells who asks.
_OF_ACTIVITIES = frozenset({"remove_api_client_access", "revoke"})
#: Longer than any id of Google's.
ACCOUNT_LENGTH_MAX = 64
#: An id, and never an address.
_ACCOUNT = re.compile(rf"[A-Za-z0-9_-]{{1,{ACCOUNT_LENGTH_MAX}}}")


class Hint(NamedTuple):
    """What to look at: one account, or all that there is to ask about."""

    account: str | None

    def __repr__(self) -> str:
        return "<Hint>"


class _User(msgspec.Struct):
    """Who it is about. The rest names them, and is not read."""

    id: str


_USER = Decoder(_User)


def heard(headers: Mapping[str, str], body: bytes) -> Hint | None:
    """What a push hints at; None for nothing, as when a channel begins. Their names may be of any case."""
    state = headers.get("X-Goog-Resource-State", "").lower()
    if state in _OF_ACTIVITIES:
        return Hint(None)
    if state not in _OF_USERS:
        return None
    try:
        account = _USER.decode(body).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return Hint(account) if _ACCOUNT.fullmatch(account) else None
