"""What shows Entra that our application asks: its certificate's signature (private_key_jwt, RFC 7523).

learn.microsoft.com/entra/identity-platform/certificate-credentials.
"""

import asyncio
import re
from collections.abc import Mapping
from hashlib import sha256
from ssl import PEM_cert_to_DER_cert
from typing import Any

from msal.oauth2cli import JwtAssertionCreator

from connectors.errors import CredentialRefused
from connectors.microsoft.grant import Application
from connectors.microsoft.signing_key import opened

_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


async def shown(application: Application, token_url: str) -> Mapping[str, str]:
    """The members of a form that hold an assertion about now. CredentialRefused if our key cannot be used."""
    # The first one opens the key, which takes longer than the loop may stand still.
    assertion = await asyncio.to_thread(_signed, application, token_url)
    return {
        "client_id": application.client_id,
        "client_assertion_type": _TYPE,
        "client_assertion": assertion,
    }


def _signed(application: Application, token_url: str) -> str:
    try:
        thumbprint = _thumbprint(application.certificate)
        key: Any = opened(application.private_key)
        creator: Any = JwtAssertionCreator(key, "PS256", sha256_thumbprint=thumbprint)
        assertion: bytes = creator.create_normal_assertion(token_url, application.client_id)
        return assertion.decode()
    except Exception:  # noqa: BLE001, S110  msal and PyJWT share no base, and what they say may quote the key
        pass
    raise CredentialRefused("entra_credential_unusable")


def _thumbprint(certificate: str) -> str:
    found = _CERTIFICATE.search(certificate)
    if found is None:
        raise ValueError
    return sha256(PEM_cert_to_DER_cert(found[0])).hexdigest()
