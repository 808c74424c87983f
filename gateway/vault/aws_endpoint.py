"""AwsEndpoint: one region's endpoint of AWS KMS, and what its refusals mean."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path

import aiohttp
import msgspec
import structlog

from gateway.errors import KeyUnavailable
from gateway.vault.aws_signature import signed_headers
from gateway.vault.exchange import Answer, Exchange, decoded
from gateway.vault.files import in_thread

CREDENTIALS = (
    "AWS refuses our credentials. Let credentials_file hold those of a principal that may do what "
    "config/README.md lists; they are read anew each time."
)
CLOSED = (
    "AWS refuses to use a key: it is disabled or pending deletion, or what stands in the key directory was "
    "wrapped by another. What it sealed stays closed."
)

#: By error type; of several names, the same.
REFUSALS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "AccessDeniedException",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationTokenException",
            "UnrecognizedClientException",
        ),
        CREDENTIALS,
    ),
    **dict.fromkeys(
        (
            "DisabledException",
            "IncorrectKeyException",
            "InvalidCiphertextException",
            "KMSInvalidStateException",
            "NotFoundException",
        ),
        CLOSED,
    ),
}

#: With any other.
CANNOT = "AWS cannot do now what it is asked. Nothing is read or served until it can; it is asked again."

ABSENT = "NotFoundException"
TAKEN = "AlreadyExistsException"

log = structlog.get_logger()


def host_of(region: str) -> str:
    """Where a region's KMS is asked; China's partition has a domain of its own."""
    return f"kms.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")


class Refused(KeyUnavailable):
    """AWS answered with an error. ``type`` is its name, and nothing else of it."""

    def __init__(self, error: str) -> None:
        super().__init__(REFUSALS.get(error, CANNOT))
        self.type = error


class _Credentials(msgspec.Struct, frozen=True, rename="pascal"):
    """What ``aws configure export-credentials`` writes."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


class _Error(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="__type")


class AwsEndpoint:
    """Asks the region's own host over HTTPS, and no other. All methods raise KeyUnavailable.

    The credentials are read for every request, so that whatever renews them may do so at any time.
    """

    def __init__(self, session: aiohttp.ClientSession, region: str, credentials_file: Path) -> None:
        self._exchange = Exchange(session)
        self._url = f"https://{host_of(region)}/"
        self._region = region
        self._credentials_file = credentials_file

    async def ask(self, operation: str, **body: object) -> Answer:
        """Raises Refused for what AWS refuses, else KeyUnavailable."""
        credentials = await in_thread(partial(_read, self._credentials_file))
        sent = msgspec.json.encode(body)
        headers = signed_headers(
            self._url,
            sent.decode(),
            {"content-type": "application/x-amz-json-1.1", "x-amz-target": f"TrentService.{operation}"},
            region=self._region,
            credentials=(credentials.access_key_id, credentials.secret_access_key, credentials.session_token),
        )
        answer = await self._exchange.ask("POST", self._url, headers, sent)
        if answer.status != HTTPStatus.OK:
            # Some of its services say the type behind their own name.
            error = decoded(answer, _Error).type.rpartition("#")[2]
            if error not in {ABSENT, TAKEN}:
                log.warning("key_service_refuses", status=answer.status)
            raise Refused(error)
        return answer


def _read(path: Path) -> _Credentials:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Credentials)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise KeyUnavailable(
            "credentials_file holds no credentials, so AWS is not asked. Put there what 'aws configure "
            "export-credentials' writes, where the gateway's user may read it."
        ) from None
