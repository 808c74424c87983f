"""How each provider words an error."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from connectors.sandbox.aadsts import AADSTS, CLAIMING, Aadsts
from connectors.sandbox.errors import SandboxError

_CLAIMS = '{"access_token":{"capolids":{"essential":true,"values":["00000000-0000-0000-0000-000000000001"]}}}'


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


def entra_refusal(code: int, at: datetime, said: Aadsts | None = None) -> Refusal:
    """Entra's form: the number decides, the sentence is for people. ``said`` where it is worded otherwise."""
    said = said or AADSTS[code]
    trace, correlation = str(uuid4()), str(uuid4())
    stamp = f"{at:%Y-%m-%d %H:%M:%SZ}"
    description = (
        f"AADSTS{code}: {said.message}\r\nTrace ID: {trace}\r\n"
        f"Correlation ID: {correlation}\r\nTimestamp: {stamp}"
    )
    body: dict[str, Any] = {
        "error": said.error,
        "error_description": description,
        "error_codes": [code],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
    }
    if said.suberror:
        body["suberror"] = said.suberror
    if code in CLAIMING:
        body["claims"] = _CLAIMS
    return Refusal(said.status, body)
