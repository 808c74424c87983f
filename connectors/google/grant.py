"""A service account that acts for a user of the customer, by domain-wide delegation.

Google lets the account's key act as any user of the customer for the delegated scopes; only our policy confines
it. developers.google.com/identity/protocols/oauth2/service-account.
"""

import asyncio
from http import HTTPStatus

import aiohttp
import google.auth.exceptions
import google.auth.jwt
import msgspec

from connectors.errors import CredentialRefused, Unreachable
from connectors.google.refusal import grant_refusal
from connectors.port import Admission
from connectors.transport import Answer, Limits, Transport

EVENTS_SCOPE = "https://www.googleapis.com/auth/calendar.events.readonly"
DIRECTORY_SCOPE = "https://www.googleapis.com/auth/admin.directory.resource.calendar.readonly"

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: Google expects its own token endpoint as audience, wherever the request is sent.
_AUDIENCE = "https://oauth2.googleapis.com/token"
#: A token is renewed this long before its end, and kept no longer than a day.
_MARGIN_SECONDS = 225
_LIFETIME_SECONDS_MAX = 86_400


class TokenReply(msgspec.Struct):
    """What is read of a token endpoint's answer."""

    access_token: str
    expires_in: int = 0
