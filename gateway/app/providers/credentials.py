"""The gateway's own credentials with providers: read, and looked at before anything depends on them."""

import ssl
from pathlib import Path

from connectors.errors import CredentialRefused
from connectors.google.delegation import client_id
from connectors.google.grant import AccountKey
from connectors.google.risc import RiscKey
from gateway.errors import ConfigurationError


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(
            "The file of certificate authorities (ca_file) cannot be read as PEM. Check its path, or remove "
            "the setting to trust the system's authorities."
        ) from None


def read_credential(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"{Path(path).name} cannot be read as a credential. Check that the path in the configuration is "
            "right and that the gateway's user may read it."
        ) from None


def read_account_key(path: str) -> AccountKey:
    try:
        return AccountKey(read_credential(path).encode())
    except CredentialRefused:
        raise ConfigurationError(
            "The key file in [providers.google] is no key of a service account. Put the JSON file there that "
            "Google issued."
        ) from None


def read_client(path: str) -> bytes:
    """The JSON of a web client. Raises ConfigurationError if it is none."""
    content = read_credential(path).encode()
    try:
        client_id(content)
    except CredentialRefused:
        raise ConfigurationError(
            "The client_file in [providers.google] is no file of a web client. Put the JSON file there that "
            "Google's console hands out for an OAuth client of the type 'Web application'."
        ) from None
    return content


def read_risc_key(path: str, client_file: bytes) -> RiscKey:
    """Raises ConfigurationError if it is none, or of another project than the web client."""
    try:
        key = RiscKey(read_credential(path).encode())
    except CredentialRefused:
        raise ConfigurationError(
            "The risc_key_file in [providers.google] is no key of a service account. Put the JSON file there "
            "that Google's console hands out for a key of one with the role 'RISC Configuration Admin'."
        ) from None
    if not key.is_of_project(client_file):
        raise ConfigurationError(
            "The risc_key_file and the client_file in [providers.google] are of two projects: Google would "
            "tell of the users of another application. Make the service account in the project of the web "
            "client, and put a key of it there."
        )
    return key


def check_pair(path: str) -> None:
    """Raises ConfigurationError unless the file holds a private key and the certificate that goes with it."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(path)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(
            f"{Path(path).name} is no certificate with its private key. It needs both, one after the other, "
            "as PEM, and the gateway's user has to be able to read it."
        ) from None


def certificate_in(pem: str) -> str:
    return pem[pem.index("-----BEGIN CERTIFICATE-----") :]
