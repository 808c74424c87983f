"""Who signed in, told to a client: id_tokens (OpenID Connect), and the keys that check them."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

LIFE = timedelta(hours=1)


class IdTokens:
    """Signs for both providers, with one key."""

    @cached_property
    def _key(self) -> RSAKey:
        # Made when first asked for: it takes longer than most tests.
        return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

    def signed(self, claims: dict[str, Any], now: datetime) -> str:
        at = int(now.timestamp())
        times = {"iat": at, "nbf": at, "exp": int((now + LIFE).timestamp())}
        header = {"alg": "RS256", "typ": "JWT", "kid": self._key.kid}
        return jwt.encode(header, claims | times, self._key, algorithms=["RS256"])

    def keys(self) -> dict[str, Any]:
        """As a JSON Web Key Set, RFC 7517."""
        return {"keys": [self._key.as_dict(private=False)]}
