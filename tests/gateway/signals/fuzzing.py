"""What is true of security events whatever bytes come: one function, for any harness to call."""

from gateway.signals.expectation import Expectation
from gateway.signals.key_ring import KEYS_MAX, key_ring
from gateway.signals.members import TEXT_LENGTH_MAX
from gateway.signals.receiver import received
from gateway.signals.refusal import SetRefused
from gateway.signals.security_event import ID_LENGTH_MAX, SKEW
from gateway.signals.signal import Extent, Signal
from gateway.signals.subject_identifier import ALIASES_MAX
from tests.fakes.security_events import EXPECTED, EXPECTED_OF_GOOGLE, NOW, ec, over, ring, signed

_HEADER = b'{"alg":"ES256","kid":"ec-1","typ":"secevent+jwt"}'
_CLAIMS = b'{"iss":"https://idp.example/tenant-1"}'


def fuzz(data: bytes) -> None:
    """Any bytes: as a token, as what a good token holds, as its header, and as a key set."""
    for token in (data, over(_HEADER, data, ec()), over(data, _CLAIMS, ec())):
        take(token, EXPECTED)
        take(token, EXPECTED_OF_GOOGLE)
    keys = key_ring(data)
    if keys is not None:
        assert 0 < len(keys.keys) <= 2 * KEYS_MAX
        for name, _ in keys.keys:
            take(signed(_CLAIMS, kid=name), EXPECTED)


def take(token: bytes, expectation: Expectation) -> Signal | None:
    """The signal in a token, within all bounds; None where it was refused. Nothing else is raised."""
    try:
        found = received(token, ring(), expectation, NOW)
    except SetRefused as refused:
        assert len(str(refused)) < 200  # noqa: PT017  what is said of a refusal
        return None
    assert found.issuer == expectation.issuer
    assert 0 < len(found.id) <= ID_LENGTH_MAX
    assert found.id.isprintable()
    assert 0 <= found.at <= NOW + SKEW
    assert found.state is None or len(found.state) <= TEXT_LENGTH_MAX
    assert found.about.extent is Extent.PERSON or not found.about.names
    assert len(found.about.names) <= 2 * ALIASES_MAX
    assert all(0 < len(name.value) <= 2 * TEXT_LENGTH_MAX for name in found.about.names)
    return found
