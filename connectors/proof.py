"""What a provider's refusal proves, and so which of our errors says it. Pure."""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from connectors.errors import (
    AccessDenied,
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    CredentialRefused,
    SignInNeeded,
    Throttled,
    Unreachable,
)


class Proof(Enum):
    """What is certain once a provider has refused. A row of a table of refusals names one."""

    #: The organization's grant is gone, reduced, or blocked by a policy of its own.
    GRANT_LOST = "grant_lost"
    #: The person who granted is gone, disabled, blocked, or has taken the grant back.
    PERSON_LOST = "person_lost"
    #: The person has to sign in again; nothing is said about their wish.
    SIGN_IN_NEEDED = "sign_in_needed"
    #: This one calendar or list is out of reach, for whatever reason; the grant itself stands.
    ONE_DENIED = "one_denied"
    #: It is our credential, our configuration or our mistake.
    OUR_FAULT = "our_fault"
    #: The provider asks for patience.
    LOAD = "load"
    #: The provider fails.
    NOTHING = "nothing"
    #: Nobody has told us what it means.
    UNKNOWN = "unknown"


#: LOAD is apart: it needs a time.
ERRORS: Mapping[Proof, type[ConnectorError]] = {
    Proof.GRANT_LOST: AccessLost,
    Proof.PERSON_LOST: AccessLost,
    Proof.SIGN_IN_NEEDED: SignInNeeded,
    Proof.ONE_DENIED: AccessDenied,
    Proof.OUR_FAULT: CredentialRefused,
    Proof.NOTHING: Unreachable,
    Proof.UNKNOWN: AccessDoubtful,
}


class Row(NamedTuple):
    """A line of a table of refusals: our code, what it proves, and by what the provider says it."""

    code: str
    proves: Proof
    said: frozenset[int | str]
    #: How long a provider's load lasts that does not say so itself.
    pause_seconds: float = 0.0

    def error(self) -> ConnectorError:
        """The error to raise."""
        if self.proves is Proof.LOAD:
            return Throttled(self.code, self.pause_seconds)
        return ERRORS[self.proves](self.code)


def row(code: str, proves: Proof, *said: int | str, pause_seconds: float = 0.0) -> Row:
    return Row(code, proves, frozenset(said), pause_seconds)


def first(rows: Iterable[Row], said: Collection[int | str]) -> Row | None:
    """The first line that the provider's words match: what proves more stands first."""
    return next((line for line in rows if not line.said.isdisjoint(said)), None)
