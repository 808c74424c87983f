"""What a provider can tell of accounts, and of our own application: asked for, and never of names."""

from collections.abc import AsyncGenerator
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.port import Cursor, Target, Watch
from connectors.raw import Hidden


class AccountEvent(StrEnum):
    """What became of an account."""

    #: For good.
    DELETED = "deleted"
    #: It can still be restored.
    SOFT_DELETED = "soft_deleted"
    DISABLED = "disabled"
    #: It can be used: made, restored, enabled, or changed otherwise.
    ENABLED = "enabled"
    #: A minor's, to which no parent has consented; or of an age that we do not know.
    MINOR = "minor"
    #: Whoever was signed in has to sign in again.
    SESSIONS_ENDED = "sessions_ended"
    #: The person took back what they had granted to us.
    CONSENT_REVOKED = "consent_revoked"
    #: What it is now cannot be read.
    CHANGED = "changed"


class AccountChange(Hidden, frozen=True):
    """One thing that is told of one account, by its provider's id, which is never another's.

    ``at``: when it was, aware UTC, where that is told.
    """

    account: str
    what: AccountEvent
    at: datetime | None = None


class AccountPage(Hidden, frozen=True):
    """One answer. ``cursor`` goes on from its end; ``more``: there is more by now.

    ``removed``: each time that an admin took away what our application was granted, aware UTC; None where it
    is not told when that was.
    """

    changes: tuple[AccountChange, ...]
    cursor: Cursor
    more: bool
    removed: tuple[datetime | None, ...] = ()


class ApplicationState(StrEnum):
    """How our application stands in a tenant."""

    WORKS = "works"
    #: The tenant lets nobody use it, or its owner.
    DISABLED = "disabled"
    #: The provider does, wherever it is used.
    BLOCKED = "blocked"
    #: It is not there.
    GONE = "gone"
    #: It is there, and nothing of what it was granted is left.
    UNCONSENTED = "unconsented"
    #: That is not told to us.
    NOT_TOLD = "not_told"


class Accounts(Protocol):
    """Tells what becomes of a tenant's accounts. Raises as a Connector does."""

    def account_changes(self, since: Cursor | None) -> AsyncGenerator[AccountPage, None]:
        """All that happened since then, by page; nothing but where to go on from, if since is None.

        An account may be told of more than once, in any order; where a provider tells no changes, what it is
        now, if it cannot be used. Raises CursorExpired if the provider has forgotten that far back, Malformed
        for pages without end; AccessDenied where accounts are not told to us, after what else is.
        """
        ...


class Applications(Protocol):
    """Tells how our own application stands in a tenant."""

    async def application(self) -> ApplicationState:
        """As it is now, with a fresh token. Raises as a Connector does: AccessLost where there is none."""
        ...


class Teller(Accounts, Applications, Protocol):
    """Tells of both."""


@runtime_checkable
class Announcing(Protocol):
    """What a Teller can do whose provider says in between that there is something to tell.

    What it says is a hint and never believed: a look at one account, or at all that a Teller tells, shows
    what is so. Raises as a Connector does; PushRefused where it says nothing, or not to us.
    """

    @property
    def topics(self) -> tuple[str, ...]:
        """All that it can be asked to say something of, each for itself."""
        ...

    async def watch(self, topic: str, target: Target) -> Watch:
        """Ask to be told for as long as the provider allows. Nothing prolongs that: another is asked for."""
        ...

    async def unwatch(self, topic: str, watch: Watch) -> None:
        """Ask to be told no more. One that is gone is no error."""
        ...

    async def account(self, account: str) -> AccountChange:
        """What one account is now. Raises AccessDenied where accounts are not told to us."""
        ...
