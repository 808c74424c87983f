"""Client certificates that consumers are bound to, by their thumbprints (RFC 8705, section 3.1)."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

from gateway.errors import ConfigurationError


def thumbprint(file: bytes) -> bytes:
    """SHA-256 of the one certificate in a PEM file. Raises ConfigurationError."""
    try:
        return load_pem_x509_certificate(file).fingerprint(SHA256())
    except ValueError:
        raise ConfigurationError(
            "That file holds no certificate. Give the client's as PEM, without its key; nothing was recorded."
        ) from None
