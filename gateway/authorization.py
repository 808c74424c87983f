"""Authorization: the record that we may read some calendars, and the ways its state may change."""

from enum import StrEnum
from typing import NewType, Self

import msgspec

from gateway.booking import TenantId
from gateway.errors import GatewayError

AuthorizationId = NewType("AuthorizationId", str)


class AuthorizationKind(StrEnum):
    """Who gave it: an employer for its calendars, or a person for their own."""

    EMPLOYER = "employer"
    PERSONAL = "personal"


class State(StrEnum):
    """Where an authorization stands.

    *Trial* previews chosen resources, with no store and no feed. *Degraded* cannot be read, for a reason not
    proved to be about authorization or because its credentials alone were withdrawn; what is known is served
    as stale. *Suspended* restricts everything and destroys nothing yet. *Erased* is the end.
    """

    PENDING = "pending"
    TRIAL = "trial"
    ACTIVE = "active"
    DEGRADED = "degraded"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"

    @property
    def may_read(self) -> bool:
        """Whether the provider may be asked for calendars."""
        return self in READING

    @property
    def is_open(self) -> bool:
        """Whether the authorization has not ended."""
        return self not in {State.WITHDRAWN, State.ERASED}

    @property
    def may_serve(self) -> bool:
        """Whether consumers may be told."""
        return self in SERVING


class SuspensionReason(StrEnum):
    """Why everything stops while nothing is destroyed yet; of the last one, why nothing is read any more."""

    #: The provider refuses us in a way that is proved to be about authorization.
    ACCESS_LOST = "access_lost"
    #: A credible signal claims that the grant is gone.
    REVOCATION_CLAIMED = "revocation_claimed"
    EXPIRED = "expired"
    #: The tenant or a person asked for restriction (Art. 18 GDPR).
    RESTRICTED = "restricted"
    #: What was announced was not answered in time, or was objected to.
    POLICY_UNCONFIRMED = "policy_unconfirmed"
    #: The store was put back from a copy: what else has moved since, nobody knows.
    STORE_RESTORED = "store_restored"
    #: What read the calendars was withdrawn alone: what is known is served as it grows old.
    CREDENTIALS_WITHDRAWN = "credentials_withdrawn"


class Change(StrEnum):
    """What can happen to an authorization."""

    BEGIN_TRIAL = "begin_trial"
    ACTIVATE = "activate"
    DEGRADE = "degrade"
    RECOVER = "recover"
    SUSPEND = "suspend"
    RESUME = "resume"
    AMEND = "amend"
    DISCONNECT = "disconnect"
    RECONNECT = "reconnect"
    WITHDRAW = "withdraw"
    ERASE = "erase"


READING = frozenset({State.TRIAL, State.ACTIVE, State.DEGRADED})
SERVING = frozenset({State.ACTIVE, State.DEGRADED})

#: All that may happen. What is not listed is forbidden.
TRANSITIONS = {
    (State.PENDING, Change.BEGIN_TRIAL): State.TRIAL,
    (State.PENDING, Change.ACTIVATE): State.ACTIVE,
    (State.TRIAL, Change.ACTIVATE): State.ACTIVE,
    (State.ACTIVE, Change.DEGRADE): State.DEGRADED,
    (State.DEGRADED, Change.RECOVER): State.ACTIVE,
    (State.TRIAL, Change.SUSPEND): State.SUSPENDED,
    (State.ACTIVE, Change.SUSPEND): State.SUSPENDED,
    (State.DEGRADED, Change.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Change.RESUME): State.ACTIVE,
    (State.TRIAL, Change.AMEND): State.TRIAL,
    (State.ACTIVE, Change.AMEND): State.ACTIVE,
    (State.DEGRADED, Change.AMEND): State.DEGRADED,
    (State.ACTIVE, Change.DISCONNECT): State.DEGRADED,
    (State.DEGRADED, Change.DISCONNECT): State.DEGRADED,
    (State.SUSPENDED, Change.DISCONNECT): State.SUSPENDED,
    # That it can be read its provider has to show.
    (State.DEGRADED, Change.RECONNECT): State.DEGRADED,
    (State.SUSPENDED, Change.RECONNECT): State.SUSPENDED,
    (State.PENDING, Change.WITHDRAW): State.WITHDRAWN,
    (State.TRIAL, Change.WITHDRAW): State.WITHDRAWN,
    (State.ACTIVE, Change.WITHDRAW): State.WITHDRAWN,
    (State.DEGRADED, Change.WITHDRAW): State.WITHDRAWN,
    (State.SUSPENDED, Change.WITHDRAW): State.WITHDRAWN,
    (State.WITHDRAWN, Change.ERASE): State.ERASED,
}

#: These make all work begun before them void. Losing and regaining contact does not: nothing was stopped.
FENCING = frozenset(
    {
        *(Change.SUSPEND, Change.RESUME, Change.AMEND),
        *(Change.DISCONNECT, Change.RECONNECT, Change.WITHDRAW),
    }
)


class TransitionForbidden(GatewayError):
    """An authorization cannot go from where it stands to where it was asked to go."""


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """An authorization as it stands. Every change returns a new one or raises TransitionForbidden.

    ``epoch`` never falls: it is the fence that every write and every emission checks. ``reason`` is set
    exactly while suspended, or degraded because credentials were withdrawn.
    """

    tenant: TenantId
    id: AuthorizationId
    kind: AuthorizationKind
    state: State = State.PENDING
    epoch: int = 1
    reason: SuspensionReason | None = None

    @property
    def is_disconnected(self) -> bool:
        """Whether it is served, and cannot be read, because its credentials were withdrawn."""
        return self.state is State.DEGRADED and self.reason is SuspensionReason.CREDENTIALS_WITHDRAWN

    def begin_trial(self) -> Self:
        return self._after(Change.BEGIN_TRIAL)

    def activate(self) -> Self:
        return self._after(Change.ACTIVATE)

    def degrade(self) -> Self:
        return self._after(Change.DEGRADE)

    def recover(self) -> Self:
        return self._after(Change.RECOVER)

    def suspend(self, reason: SuspensionReason) -> Self:
        return self._after(Change.SUSPEND, reason)

    def resume(self) -> Self:
        return self._after(Change.RESUME)

    def amend(self) -> Self:
        """The same authorization under other rules."""
        return self._after(Change.AMEND, self.reason)

    def disconnect(self) -> Self:
        """Without its credentials. What was suspended stays so, for the same reason."""
        is_suspended = self.state is State.SUSPENDED
        return self._after(
            Change.DISCONNECT, self.reason if is_suspended else SuspensionReason.CREDENTIALS_WITHDRAWN
        )

    def reconnect(self) -> Self:
        """With credentials again. What was suspended stays so, for the same reason."""
        return self._after(Change.RECONNECT, self.reason if self.state is State.SUSPENDED else None)

    def withdraw(self) -> Self:
        """The same authorization if it is withdrawn already: its fence stands, and is not moved again."""
        return self if self.state is State.WITHDRAWN else self._after(Change.WITHDRAW)

    def erase(self) -> Self:
        return self._after(Change.ERASE)

    def _after(self, change: Change, reason: SuspensionReason | None = None) -> Self:
        state = TRANSITIONS.get((self.state, change))
        # Without credentials no answer of its provider's is about it.
        if state is None or (self.is_disconnected and change is Change.RECOVER):
            raise TransitionForbidden(
                f"This authorization is {self.state.value}; it cannot {change.value.replace('_', ' ')} now. "
                "Look at its state, and start a new authorization if this one has ended."
            )
        epoch = self.epoch + (change in FENCING)
        return msgspec.structs.replace(self, state=state, epoch=epoch, reason=reason)
