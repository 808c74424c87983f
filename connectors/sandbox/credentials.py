"""What a gateway shows to the stand-ins: a certificate for Microsoft, a service account's key for Google."""

import json
import secrets
from datetime import datetime
from hashlib import sha1, sha256

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

from connectors.sandbox.authority import draft, private_pem, subject
from connectors.sandbox.chance import Chance
from connectors.sandbox.people import identifier

#: What a Google admin has delegated to the service account.
DELEGATED_SCOPES = frozenset({
    "https://www.googleapis.com/auth/calendar.events.freebusy",
    "https://www.googleapis.com/auth/calendar.events.readonly",
    "https://www.googleapis.com/auth/calendar.readonly",
    "https://www.googleapis.com/auth/admin.directory.resource.calendar.readonly",
    "https://www.googleapis.com/auth/admin.directory.user.readonly",
    "https://www.googleapis.com/auth/admin.reports.audit.readonly",
})  # fmt: skip

CLIENT_ID = identifier(Chance("calendar gateway", "application"))


class ClientCertificate:
    """A self-signed certificate with its key, registered with Entra."""

    def __init__(self, now: datetime) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = subject("calendar-gateway")
        certificate = draft(name, key, name, now).sign(key, hashes.SHA256())
        self.der = certificate.public_bytes(serialization.Encoding.DER)
        self.pem = private_pem(key) + certificate.public_bytes(serialization.Encoding.PEM)
        self.public_key = _public(key)

    @property
    def sha1_thumbprint(self) -> bytes:
        return sha1(self.der, usedforsecurity=False).digest()

    @property
    def sha256_thumbprint(self) -> bytes:
        return sha256(self.der).digest()


class ServiceAccount:
    """A Google service account with one key and domain-wide delegation for ``DELEGATED_SCOPES``."""

    email = "calendar-gateway@sandbox-project.iam.example"
    client_id = "100000000000000000001"

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.public_key = _public(key)
        self._private = private_pem(key).decode()
        # Google's key ids are forty hexadecimal digits.
        self.key_id = sha256(self._private.encode()).hexdigest()[:40]

    def file(self, token_uri: str) -> bytes:
        """The key file, as Google's console hands it out."""
        account = {
            "type": "service_account",
            "project_id": "sandbox-project",
            "private_key_id": self.key_id,
            "private_key": self._private,
            "client_email": self.email,
            "client_id": self.client_id,
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        }
        return json.dumps(account, indent=2).encode()


class WebClient:
    """A web client registered with Google: persons sign in to it."""

    id = "100000000000-calendargateway.apps.googleusercontent.example"

    def __init__(self) -> None:
        self.secret = secrets.token_urlsafe(24)

    def file(self, google_url: str) -> bytes:
        """The client's file, as Google's console hands it out."""
        client = {
            "client_id": self.id,
            "project_id": "sandbox-project",
            "auth_uri": f"{google_url}/o/oauth2/auth",
            "token_uri": f"{google_url}/token",
            "client_secret": self.secret,
        }
        return json.dumps({"web": client}, indent=2).encode()


def _public(key: rsa.RSAPrivateKey) -> RSAKey:
    return RSAKey.import_key(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
