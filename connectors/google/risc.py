"""How a service account shows itself to Google's RISC management: by what it signs itself, without a grant.

developers.google.com/identity/protocols/risc.
"""

from contextlib import suppress
from typing import Any

import google.auth.exceptions
import msgspec

from connectors.errors import CredentialRefused
from connectors.google.signing_key import credentials

_AUDIENCE = "https://risc.googleapis.com/google.identity.risc.v1beta.RiscManagementService"


class _Project(msgspec.Struct):
    """Of which project a file of Google's console is."""

    project_id: str | None = None


class _Web(msgspec.Struct):
    web: _Project


class RiscKey:
    """A service account's key, from its JSON file. Raises CredentialRefused if it cannot be used."""

    def __init__(self, file: bytes) -> None:
        self._claims: Any = None
        # The error of a bad key may quote it: it is left behind.
        with suppress(ValueError, TypeError, KeyError, google.auth.exceptions.GoogleAuthError):
            info = msgspec.json.decode(file, type=dict[str, str])
            self._claims = credentials(info, audience=_AUDIENCE, subject=info["client_email"])
            self._project = info.get("project_id")
        if self._claims is None:
            raise CredentialRefused("google_key_unusable")

    def token(self) -> str:
        """What it shows, good for an hour from now."""
        self._claims.refresh(None)
        shown: bytes = self._claims.token
        return shown.decode()

    def is_of_project(self, client_file: bytes) -> bool:
        """Whether a web client's file is of the same project, as far as both say so."""
        named = msgspec.json.decode(client_file, type=_Web).web.project_id
        return self._project is None or named in {None, self._project}
