"""Refusal: why a security event token is not taken, by the codes of RFC 8935, section 2.4."""

from enum import StrEnum

from gateway.errors import GatewayError


class RefusalCode(StrEnum):
    """As IANA registers them."""

    INVALID_REQUEST = "invalid_request"
    #: It names a key that we do not have: of all that is found before a signature is good, the one thing that
    #: asking for the keys again may change.
    INVALID_KEY = "invalid_key"
    INVALID_ISSUER = "invalid_issuer"
    INVALID_AUDIENCE = "invalid_audience"
    AUTHENTICATION_FAILED = "authentication_failed"
    #: A verification that repeats what nobody asked it to (Shared Signals Framework, section 8.1.4).
    INVALID_STATE = "invalid_state"


class NotHeard(GatewayError):
    """Whether a security event token is good cannot be known now: its issuer's keys are not to be had."""


class SetRefused(GatewayError):
    """A security event token that is not taken. The sentence holds nothing of the token."""

    def __init__(self, code: RefusalCode, why: str) -> None:
        super().__init__(f"The security event token was not taken and nothing was done: {why}")
        self.code = code
