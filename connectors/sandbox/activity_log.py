"""The logs of Google's customers: what admins and persons did, once that has reached them."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from connectors.sandbox.activity import Activity
from connectors.sandbox.calendar import Event


class Logged(NamedTuple):
    """One entry as it is told; it is there from ``due`` on."""

    due: datetime
    at: datetime
    activity: Activity
    printed: Event


class ActivityLog:
    """By tenant id."""

    def __init__(self) -> None:
        self._entries = defaultdict[str, list[Logged]](list)

    def add(self, tenant: str, logged: Logged) -> None:
        self._entries[tenant].append(logged)

    def told(self, tenant: str, now: datetime) -> list[Logged]:
        """What is there by now, the newest first."""
        there = (logged for logged in self._entries[tenant] if logged.due <= now)
        return sorted(there, key=lambda logged: logged.at, reverse=True)
