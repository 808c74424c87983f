"""What a receiver says of a token that it does not take."""

from gateway.signals.expectation import Expectation
from gateway.signals.key_ring import KeyRing
from gateway.signals.receiver import received
from gateway.signals.refusal import RefusalCode, SetRefused
from tests.fakes.security_events import EXPECTED, NOW, ring

#: In every token of a test, somewhere.
TOLD = ("ines", "event-1", "ec-1", "idp.example")


def refusal(
    token: bytes, expectation: Expectation = EXPECTED, keys: KeyRing | None = None, now: int = NOW
) -> RefusalCode | None:
    """The code of a refusal that tells nothing of what was in the token; None: it was taken."""
    refused: SetRefused | None = None
    try:
        received(token, keys or ring(), expectation, now)
    except SetRefused as raised:
        refused = raised
    if refused is None:
        return None
    shown = f"{refused} {refused!r} {refused.args}"
    assert not any(said in shown for said in TOLD)
    assert refused.__context__ is refused.__cause__ is None
    return refused.code
