"""How each provider words an error."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from connectors.sandbox.errors import SandboxError


class Refusal(SandboxError):
    """An answer that is an error: raised by a handler, sent by the door."""

    def __init__(
        self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def graph_refusal(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Refusal:
    """Graph's form; the request id stands where Graph puts it."""
    identity = str(uuid4())
    inner = {"request-id": identity, "client-request-id": identity}
    return Refusal(status, {"error": {"code": code, "message": message, "innerError": inner}}, headers)


def google_refusal(status: int, reason: str, message: str, domain: str = "global") -> Refusal:
    """The form of Google's Calendar and Directory services."""
    detail = {"domain": domain, "reason": reason, "message": message}
    return Refusal(status, {"error": {"code": status, "message": message, "errors": [detail]}})


def grant_refusal(status: int, error: str, description: str) -> Refusal:
    """The form of Google's token endpoint (RFC 6749, 5.2)."""
    return Refusal(status, {"error": error, "error_description": description})


class _Aadsts(NamedTuple):
    status: int
    error: str
    message: str


_AADSTS = {
    90002: _Aadsts(
        400, "invalid_tenant", "Tenant not found. Check to make sure you have the correct tenant ID."
    ),
    700016: _Aadsts(400, "unauthorized_client", "Application was not found in the directory of this tenant."),
    700027: _Aadsts(
        401, "invalid_client", "The certificate with this identifier, or the signature, is not valid."
    ),
    700024: _Aadsts(401, "invalid_client", "Client assertion is not within its valid time range."),
    700021: _Aadsts(
        401, "invalid_client", "Client assertion application identifier doesn't match 'client_id'."
    ),
    50027: _Aadsts(401, "invalid_client", "JWT token is invalid or malformed: audience or form."),
    7000218: _Aadsts(401, "invalid_client", "The request body must contain 'client_assertion'."),
    70003: _Aadsts(400, "unsupported_grant_type", "The app requested an unsupported grant type."),
    70011: _Aadsts(400, "invalid_scope", "The provided value for the input parameter 'scope' is not valid."),
}


def entra_refusal(code: int, at: datetime) -> Refusal:
    """Entra's form: the number decides, the sentence is for people."""
    said = _AADSTS[code]
    trace, correlation = str(uuid4()), str(uuid4())
    stamp = f"{at:%Y-%m-%d %H:%M:%SZ}"
    description = (
        f"AADSTS{code}: {said.message}\r\nTrace ID: {trace}\r\n"
        f"Correlation ID: {correlation}\r\nTimestamp: {stamp}"
    )
    body = {
        "error": said.error,
        "error_description": description,
        "error_codes": [code],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
    }
    return Refusal(said.status, body)
