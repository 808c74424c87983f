"""Errors that people read: what happened, what it means, what to do. Never what was in it."""


class GatewayError(Exception):
    """Something a caller or an operator can act on. The text is a sentence that may be shown to anyone."""


class ConfigurationError(GatewayError):
    """What an operator wrote cannot be used. Nothing was started and nothing was changed."""


class UnknownName(GatewayError):
    """A tenant, consumer or policy of that name does not exist."""


class NotConnected(GatewayError):
    """A person's calendar was not connected. The sentence is for that person, and says why."""


class Fenced(GatewayError):
    """The authorization moved on (suspended, restricted, withdrawn): this work may not be committed."""


class KeyUnavailable(GatewayError):
    """A key cannot be had: destroyed, or its service does not answer. What it seals stays closed."""


class KeyDestroyed(KeyUnavailable):
    """A key was destroyed, as its service knows: it never comes back."""


class Unreadable(GatewayError):
    """A sealed record does not open: altered, moved, of another key or epoch. It does not say which."""


class RestoredStore(GatewayError):
    """The store is older than the key service knows: withdrawals must be replayed before it is read."""


class StoreBusy(GatewayError):
    """The database does not answer in time. Nothing was stored; whoever runs goes on and tries again."""
