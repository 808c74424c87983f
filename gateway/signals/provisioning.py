"""What an identity provider did to somebody over SCIM, as a signal. Pure."""

from datetime import datetime
from typing import NamedTuple

from gateway.clock import milliseconds
from gateway.signals.known import Known
from gateway.signals.signal import About, Claim, Name, NameKind, Signal
from gateway.signals.transmitter import Caller


class Found(NamedTuple):
    """Somebody whom we hold, and the strongest kind of name by which the provider has shown them."""

    known: Known
    by: NameKind

    @property
    def about(self) -> About:
        """As a signal names them: who was shown by an address alone is named so, and nothing is destroyed."""
        known = self.known
        if self.by is NameKind.ACCOUNT and known.directory_id is not None:
            return About.person(Name(NameKind.ACCOUNT, known.directory_id))
        return About.person(*(Name(NameKind.ADDRESS, one) for one in known.addresses))


def claim(active: bool | None, found: Found | None) -> Claim | None:  # noqa: FBT001  SCIM's own attribute
    """What it proves that somebody's account is said to be active, or not."""
    if active is None or found is None:
        return None
    if not active:
        # Of who is suspended already, too: it may be another reason.
        return Claim.DISABLED
    return None if found.known.is_active else Claim.RESTORED


def signal(caller: Caller, found: Found, proves: Claim, event: str, now: datetime) -> Signal:
    """What was told. Requests have no id: each is an ``event`` of its own; one repeated changes nothing."""
    return Signal(caller.issuer, event, found.about, proves, milliseconds(now))
