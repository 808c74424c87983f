"""Expectation: whose signals are awaited on a stream, and what its transmitter has said of itself. Pure."""

from typing import NamedTuple

_GOOGLE = "https://accounts.google.com"


class Expectation(NamedTuple):
    """What holds of one stream.

    ``issuer``: as the transmitter's metadata have it. ``audiences``: by what it may name us. ``issuers``: who
    else may have given the ids by which it names people. ``tenant``: its id of the organization, None where
    it has no other. ``critical``: members of complex subjects that it wants understood. ``stream``: its id.
    """

    issuer: str
    audiences: frozenset[str]
    issuers: frozenset[str] = frozenset()
    tenant: str | None = None
    critical: frozenset[str] = frozenset()
    stream: str | None = None

    @property
    def is_google(self) -> bool:
        """Whether it speaks as Google did before there were standards."""
        return self.issuer.rstrip("/") == _GOOGLE

    @property
    def spellings(self) -> frozenset[str]:
        """How the issuer writes itself: Google in its metadata otherwise than in its tokens, now and then."""
        return frozenset({_GOOGLE, f"{_GOOGLE}/"}) if self.is_google else frozenset({self.issuer})
