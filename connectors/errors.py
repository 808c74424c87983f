"""What can go wrong between us and a provider, told apart by what the caller does about it.

No message here may hold anything that a provider or a calendar said: codes, ids of ours and counts only.
"""


class ConnectorError(Exception):
    """A provider could not be read.

    ``code`` is one of ours, from a closed set, and safe to log.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AccessLost(ConnectorError):
    """The provider refuses our grant: the whole authorization is in doubt."""


class AccessDoubtful(ConnectorError):
    """The provider refuses our grant in a way that proves nothing. A fresh token will tell."""


class SignInNeeded(ConnectorError):
    """The person who granted has to sign in again. That is no withdrawal."""


class ConsentDeclined(ConnectorError):
    """The person was asked and did not consent, or may not. Nothing was granted."""


class ScopeTooSmall(ConnectorError):
    """The person granted less than they were asked for. The code names what is missing: ask them again."""


class PersonExcluded(ConnectorError):
    """Whoever signed in must not be connected, whatever they granted. The code says why."""


class AccessDenied(ConnectorError):
    """The provider takes our grant and refuses this one thing: no role, scope or sharing reaches it."""


class CredentialRefused(ConnectorError):
    """The provider refuses our own credential. Nothing is said about the customer's authorization."""


class CursorExpired(ConnectorError):
    """The provider has forgotten that far back. Read the calendar in full once."""


class Throttled(ConnectorError):
    """The provider asks us to wait, longer than one request may."""

    def __init__(self, code: str, retry_after_seconds: float) -> None:
        super().__init__(code)
        self.retry_after_seconds = retry_after_seconds


class Unreachable(ConnectorError):
    """No usable answer: network, timeout or a server's own failure. Nothing is proved."""


class CalendarMissing(ConnectorError):
    """The calendar is not there or not visible to us; the two cannot be told apart."""


class PushRefused(ConnectorError):
    """The provider does not tell of this calendar's changes, or not to us. It can still be read."""


class WatchLost(ConnectorError):
    """The provider does not know a watch any more. Ask for a new one."""


class Malformed(ConnectorError):
    """A whole answer could not be understood, or broke a bound of ours."""
