"""Requests to AWS, signed (Signature Version 4). google-auth has what it takes; botocore is far bigger."""

from collections.abc import Mapping
from typing import Any

from google.auth.aws import AwsSecurityCredentials, RequestSigner


def signed_headers(
    url: str, body: str, headers: Mapping[str, str], *, region: str, credentials: tuple[str, str, str | None]
) -> Mapping[str, str]:
    """The headers of a POST with those that sign it. ``credentials``: id, secret and session token."""
    signer: Any = RequestSigner(region)  # type: ignore[no-untyped-call]  # ships no types
    options = signer.get_request_options(
        AwsSecurityCredentials(*credentials), url, "POST", body, dict(headers)
    )
    signed: Mapping[str, str] = options["headers"]
    return signed
