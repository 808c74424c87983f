"""What a provider tells of accounts and of our application, as signals. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from connectors.accounts import AccountChange, AccountEvent, ApplicationState
from gateway.clock import HOUR_MILLISECONDS, milliseconds
from gateway.signals.signal import CHANNEL, TENANT, About, Claim, Name, NameKind, Signal
from gateway.signals.transmitter import Followed

#: Who tells: the provider that calendars are read from, of which a tenant has one.
ISSUER = "provider"

ACCOUNT_CLAIMS: Mapping[AccountEvent, Claim] = {
    AccountEvent.DELETED: Claim.DELETED,
    AccountEvent.SOFT_DELETED: Claim.DISABLED,
    AccountEvent.DISABLED: Claim.DISABLED,
    AccountEvent.MINOR: Claim.DISABLED,
    AccountEvent.ENABLED: Claim.RESTORED,
    AccountEvent.SESSIONS_ENDED: Claim.SESSIONS_ENDED,
    AccountEvent.CONSENT_REVOKED: Claim.CONSENT_REVOKED,
    AccountEvent.CHANGED: Claim.ATTRIBUTES_CHANGED,
}
#: What is not here claims nothing.
APPLICATION_CLAIMS: Mapping[ApplicationState, Claim] = {
    ApplicationState.DISABLED: Claim.GRANT_LOST,
    ApplicationState.GONE: Claim.GRANT_LOST,
    ApplicationState.UNCONSENTED: Claim.GRANT_LOST,
    ApplicationState.BLOCKED: Claim.APPLICATION_BLOCKED,
}

#: A provider's clock is not ours, and takes its time to tell.
SKEW = HOUR_MILLISECONDS


class _When(NamedTuple):
    """When something was: as part of a name, and in epoch milliseconds."""

    name: str
    at: int


class Wording:
    """Words what one transmitter is told in one round: whoever repeats it tells nothing new.

    ``now``: epoch milliseconds; providers do not say when an account was changed.
    """

    def __init__(self, transmitter: str, followed: Followed, now: int) -> None:
        self._transmitter = transmitter
        self._followed = followed
        self._now = now

    def of_account(self, change: AccountChange) -> Signal | None:
        """None for what was so before it was asked for the first time.

        What bears a time may be told again and again: it is new once.
        """
        which = self._when(change.at)
        if which is None:
            return None
        about = About.person(Name(NameKind.ACCOUNT, change.account))
        name = self._id(change.what, change.account, which.name)
        return Signal(ISSUER, name, about, ACCOUNT_CLAIMS[change.what], which.at)

    def of_removal(self, at: datetime | None) -> Signal | None:
        """That ours was taken what it was granted; None as above."""
        which = self._when(at)
        if which is None:
            return None
        return Signal(ISSUER, self._id("removed", which.name), TENANT, Claim.GRANT_LOST, which.at)

    def _when(self, at: datetime | None) -> "_When | None":
        """By what one time is told from another: by the round where it is not told; None for long before."""
        if at is None:
            return _When(self._round, self._now)
        moment = milliseconds(at)
        return None if moment < self._followed.since - SKEW else _When(str(moment), min(moment, self._now))

    def of_application(self, word: str, proves: Claim) -> Signal:
        """How ours stands, in a word."""
        return Signal(ISSUER, self._id("application", word, self._round), TENANT, proves, self._now)

    def of_loss(self) -> Signal:
        """That something may have happened which nobody tells us any more."""
        return Signal(ISSUER, self._id("lost", self._round), TENANT, Claim.WATCH_LOST, self._now)

    def of_channel(self) -> Signal:
        """That it tells."""
        return Signal(ISSUER, self._id("works", self._round), CHANNEL, Claim.CHANNEL_WORKS, self._now)

    @property
    def _round(self) -> str:
        return str(self._followed.rounds)

    def _id(self, *parts: str) -> str:
        """Of no use for finding out whom it is about: a signal shows its id."""
        return hashlib.sha256("\0".join((self._transmitter, *parts)).encode()).hexdigest()
