"""The forms in which a customer can grant access: what each asks for, who does what where, what it warns of.

Plain data, shared by whoever onboards and whoever examines. Pure.
"""

from datetime import timedelta
from enum import StrEnum

import msgspec


class Check(StrEnum):
    """What has to hold before a tenant can be read, in the order in which it is looked at."""

    CLOCK = "clock"
    TOKEN = "token"  # noqa: S105  a name, and no secret
    PERMISSIONS = "permissions"
    DIRECTORY = "directory"
    CALENDAR = "calendar"
    CONFINEMENT = "confinement"
    PUSH = "push"
    ACCOUNTS = "accounts"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the customer's admin does. ``checks`` hold once it is done and known everywhere."""

    where: str
    what: str
    checks: frozenset[Check]
    #: How long the provider may take until it acts on a change there.
    lag: timedelta


class GrantForm(msgspec.Struct, frozen=True, kw_only=True):
    """One form of grant. ``permissions`` are what our token should hold: these, and no more."""

    name: str
    permissions: frozenset[str]
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    #: What only the customer's own admin can take back, for a ``{directory}``.
    removal: str
    #: Whether the provider itself keeps us from the calendars of people.
    confines: bool
    #: Whether we act for an account of the customer's, which then has to be named.
    is_delegated: bool = False
    #: Whether the provider may be asked to tell of changes; else it is asked again and again.
    push: bool

    def step(self, check: Check) -> Step | None:
        """What to do, and where, for a check to hold; None where it does not hang on the customer."""
        return next((step for step in self.steps if check in step.checks), None)
