"""The keys by which a transmitter signs: another one from time to time. Who checks reads which are listed."""

from collections.abc import Collection
from functools import cache

from joserfc.jwk import RSAKey

from connectors.sandbox.calendar import Event

ALGORITHM = "RS256"
_STRANGERS = 0


@cache
def _key(number: int) -> RSAKey:
    # Made when first asked for, and once for all: it takes longer than most tests.
    return RSAKey.generate_key(2048, {"kid": f"signals-{number}", "use": "sig", "alg": ALGORITHM})


class Keys:
    """``current`` signs; ``stranger`` is listed nowhere."""

    def __init__(self) -> None:
        self._number = 1
        self._listed: Collection[int] = (1,)

    @property
    def current(self) -> RSAKey:
        return _key(self._number)

    @property
    def stranger(self) -> RSAKey:
        return _key(_STRANGERS)

    def rotate(self) -> None:
        """Sign with another key from now on; the one before stays listed."""
        self._listed = (self._number, self._number + 1)
        self._number += 1

    def retire(self) -> None:
        """List none but the key that signs."""
        self._listed = (self._number,)

    def listed(self) -> Event:
        """As a JSON Web Key Set, RFC 7517."""
        return {"keys": [_key(number).as_dict(private=False) for number in self._listed]}
