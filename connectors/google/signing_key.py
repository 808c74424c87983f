"""The private key that our service account signs with, ready to be used."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import google.auth.crypt
import google.auth.jwt

# The library has no types.
_crypt: Any = google.auth.crypt
_jwt: Any = google.auth.jwt


def credentials(info: Mapping[str, str], *, audience: str, subject: str | None) -> Any:
    """What signs claims about now, by what a key's JSON file says. Raises KeyError, ValueError, TypeError."""
    signer = _signer(info["private_key"], info.get("private_key_id"))
    return _jwt.Credentials(signer, issuer=info["client_email"], subject=subject, audience=audience)


@lru_cache(maxsize=4)
def _signer(private_key: str, key_id: str | None) -> Any:
    """The key in a PEM file, opened once: OpenSSL checks it then, which takes 40 ms."""
    return _crypt.RSASigner.from_string(private_key, key_id)
