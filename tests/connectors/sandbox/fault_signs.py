"""By what each fault is known on the wire, as its provider's documents word it."""

import re

from tests.connectors.sandbox.callers import STATE
from tests.connectors.sandbox.fault_sign import Sign, fails, first_page, is_no_json, one_changed, sent_back
from tests.connectors.sandbox.fault_signs_google import GOOGLE_SIGNS
from tests.connectors.sandbox.fault_signs_graph import GRAPH_SIGNS


def sign_of(name: str, does: str) -> Sign:
    """The sign of a fault: of its own, of its kind, or the status and code that it says itself."""
    family, _, what = name.partition(".")
    if found := _SIGNS.get(name) or _ANYWHERE.get(what):
        return found
    if family == "entra" and what.startswith("aadsts"):
        return lambda shown, _: shown.body["error_codes"] == [int(what.removeprefix("aadsts"))]
    said = re.match(r"(\d{3}) (?:\w+/)?(\w+)(?:.*Retry-After (\w+))?", does)
    assert said is not None, f"{name} has no sign"
    status, code, wait = int(said[1]), said[2], said[3]
    return lambda shown, _: (
        (shown.status, shown.headers.get("Retry-After")) == (status, wait)
        and f'"{code}"' in shown.content.decode()
    )


_DROPPED = ("ServerDisconnectedError", "ClientOSError", "ClientConnectionResetError")
_ANYWHERE: dict[str, Sign] = {
    "html-error": lambda shown, _: shown.status == 503 and shown.content.startswith(b"<!DOCTYPE"),
    "html-page": lambda shown, _: shown.status == 200 and shown.content.startswith(b"<!DOCTYPE"),
    "invalid-json": is_no_json,
    "truncated-json": is_no_json,
    "no-body": lambda shown, _: (shown.status, shown.content) == (200, b""),
    "wrong-gzip": fails("ClientPayloadError", "ContentEncodingError"),
    "dropped": fails(*_DROPPED),
    "cut-off": fails("ClientPayloadError", *_DROPPED),
    "slow": lambda shown, usual: shown.status == 200 and len(shown.content) == len(usual.content),
    "stalled": fails("SocketTimeoutError"),
    "redirected": lambda shown, _: (shown.status, "127.0.0.1" in shown.headers["Location"]) == (302, False),
    "empty-page": first_page(lambda told, held: told == 0 < held),
    "short-pages": first_page(lambda told, held: told < held),
    "duplicate-item": first_page(lambda told, held: 0 < told <= held),
    "endless-pages": first_page(lambda told, held: told == held),
    "attendees-500": one_changed(lambda event: len(event["attendees"]) == 500, "attendees"),
    "consent-declined": sent_back(error="access_denied", state=STATE),
    "sign-in-unavailable": sent_back(error="temporarily_unavailable", state=STATE),
    "sign-in-error": sent_back(error="server_error", state=STATE),
    "sign-in-unknown": sent_back(error="new_error", state=STATE),
    "state-changed": sent_back(error=None, state="another"),
    "state-missing": sent_back(error=None, state=None),
    "token-expired": lambda shown, _: shown.body["expires_in"] == 0,
    "token-short": lambda shown, _: shown.body["expires_in"] == 300,
}  # fmt: skip

_SIGNS: dict[str, Sign] = {
    "entra.aadsts-unknown": lambda shown, _: (shown.status, shown.body["error"]) == (400, "new_error"),
    "entra.throttled": lambda shown, _: (shown.status, shown.headers.get("Retry-After")) == (429, "5"),
    "entra.throttled-no-wait":
        lambda shown, _: (shown.status, "Retry-After" in shown.headers) == (429, False),
    "entra.server-error": lambda shown, _: (shown.status, shown.body["error"]) == (500, "server_error"),
    "entra.unavailable": lambda shown, _: shown.status == 503,
    "entra.replication-lag": lambda shown, _: shown.body["error_codes"] == [700016],
    "entra.token-without-roles": lambda shown, usual: len(shown.content) < len(usual.content),
    "entra.token-refresh-in": lambda shown, _: shown.body["refresh_in"] == 1800,
    "entra.scope-smaller": lambda shown, _: shown.body["scope"] == "openid",
    "entra.login-required": sent_back(error="login_required", state=STATE),
    "entra.consent-required": sent_back(error="consent_required", state=STATE),
    "entra.token-missing": lambda shown, _: shown.status == 200 and "access_token" not in shown.body,
    "entra.tenant-unknown": lambda shown, _: (shown.status, shown.body["error"]) == (400, "invalid_tenant"),
    "entra.discovery-unavailable": lambda shown, _: shown.status == 503,
    "entra.issuer-elsewhere": lambda shown, _: "login.microsoftonline.com" in shown.body["issuer"],
    "entra.token-endpoint-elsewhere":
        lambda shown, _: "login.microsoftonline.com" in shown.body["token_endpoint"],
    **GRAPH_SIGNS,
    **GOOGLE_SIGNS,
}  # fmt: skip
