"""What a provider tells of accounts and of our application, as signals. Pure."""

import hashlib
from collections.abc import Mapping

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

        When sessions ended is told each time that anything of an account changes: it is new once.
        """
        at, which = self._now, self._round
        if change.what is AccountEvent.SESSIONS_ENDED:
            at = self._now if change.at is None else milliseconds(change.at)
            if at < self._followed.since - SKEW:
                return None
            which = str(at)
        about = About.person(Name(NameKind.ACCOUNT, change.account))
        proves = ACCOUNT_CLAIMS[change.what]
        return Signal(ISSUER, self._id(change.what, change.account, which), about, proves, min(at, self._now))

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
