"""The private key that our application signs with, ready to be used."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key


@lru_cache(maxsize=4)
def opened(pem: str) -> PrivateKeyTypes:
    """The key in a PEM file, opened once: OpenSSL checks it then, which takes 40 ms. Raises ValueError."""
    return load_pem_private_key(pem.encode(), None)
