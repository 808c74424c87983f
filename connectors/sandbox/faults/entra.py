"""What can go wrong at Entra ID: discovery, sign-in, and every refusal of the token endpoint."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from aiohttp import web

from connectors.sandbox.aadsts import AADSTS
from connectors.sandbox.faults.acts import changed, redirected, refused
from connectors.sandbox.faults.fault import Act, Body, Fault, Visit
from connectors.sandbox.faults.sign_ins import sent_back, sign_in_faults
from connectors.sandbox.faults.tokens import spoiled, without_roles
from connectors.sandbox.faults.wire import wire_faults
from connectors.sandbox.refusal import Refusal, entra_refusal, graph_refusal

_DISCOVERY, _TOKEN = ("entra.discovery",), ("entra.token",)
_ELSEWHERE = "https://login.microsoftonline.com"
_UNKNOWN_APPLICATION = 700016
_LAG = timedelta(seconds=60)
_SHORT_SECONDS = 300

#: Where the token endpoint words a number otherwise than discovery does.
_AT_TOKEN = {90002: AADSTS[90002]._replace(error="invalid_request")}


def _refusal(code: int) -> Act:
    return refused(lambda visit: entra_refusal(code, visit.now, _AT_TOKEN.get(code)))


def _status(status: HTTPStatus, error: str, **headers: str) -> Act:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"error": error, "error_description": status.phrase, "error_codes": []}
    return refused(lambda _: Refusal(status, body, named))


def _say(**members: object) -> Callable[[Body, Visit], None]:
    return lambda body, _: body.update(members)


async def _replicate(visit: Visit) -> web.StreamResponse:
    """Just after consent: for half of the time no tokens, then tokens that Graph does not know."""
    if visit.since >= _LAG:
        return await visit.pass_on()
    if visit.kind == "entra.token":
        if visit.since < _LAG / 2:
            raise entra_refusal(_UNKNOWN_APPLICATION, visit.now)
        return await visit.pass_on()
    message = "The identity of the calling application could not be established."
    raise graph_refusal(HTTPStatus.UNAUTHORIZED, "Authorization_IdentityNotFound", message)


def _denied(_: Visit) -> Refusal:
    message = "Insufficient privileges to complete the operation."
    return graph_refusal(HTTPStatus.FORBIDDEN, "Authorization_RequestDenied", message)


_NUMBERED = tuple(
    Fault(f"entra.aadsts{code}", f"{said.status} {said.error}: {said.message}", _TOKEN, _refusal(code))
    for code, said in {**AADSTS, **_AT_TOKEN}.items()
)

ENTRA_FAULTS = (
    *_NUMBERED,
    Fault("entra.aadsts-unknown", "400 with a number and an error that nobody knows.", _TOKEN,
          refused(lambda visit: entra_refusal(999999, visit.now, AADSTS[70000]._replace(error="new_error")))),
    Fault("entra.throttled", "429 with Retry-After 5.", _TOKEN,
          _status(HTTPStatus.TOO_MANY_REQUESTS, "temporarily_unavailable", Retry_After="5")),
    Fault("entra.throttled-no-wait", "429 without Retry-After.", _TOKEN,
          _status(HTTPStatus.TOO_MANY_REQUESTS, "temporarily_unavailable")),
    Fault("entra.server-error", "500.", _TOKEN, _status(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error")),
    Fault("entra.unavailable", "503.", _TOKEN,
          _status(HTTPStatus.SERVICE_UNAVAILABLE, "temporarily_unavailable")),
    Fault("entra.replication-lag",
          f"For {_LAG.seconds // 2} s AADSTS700016, then tokens that Graph refuses with 401 "
          f"Authorization_IdentityNotFound for as long, then all is well.", _TOKEN, _replicate, ("graph",)),
    Fault("entra.token-without-roles", "A token without roles, with which Graph answers 403.", _TOKEN,
          spoiled(without_roles, _denied), ("graph",)),
    Fault("entra.token-expired", "A token that is expired when it arrives.", _TOKEN,
          changed(_say(expires_in=0, ext_expires_in=0))),
    Fault("entra.token-short", f"A token that lives {_SHORT_SECONDS} s.", _TOKEN,
          changed(_say(expires_in=_SHORT_SECONDS, ext_expires_in=_SHORT_SECONDS))),
    Fault("entra.token-refresh-in", "A token to be renewed after half of its life (refresh_in).", _TOKEN,
          changed(_say(refresh_in=1800))),
    Fault("entra.scope-smaller", "A token for fewer scopes than asked for.", _TOKEN,
          changed(_say(scope="openid"))),
    Fault("entra.token-missing", "200 without a token.", _TOKEN,
          changed(lambda body, _: body.pop("access_token", None))),
    Fault("entra.tenant-unknown", "Discovery answers 400 invalid_tenant.", _DISCOVERY,
          refused(lambda visit: entra_refusal(90002, visit.now))),
    Fault("entra.discovery-unavailable", "Discovery answers 503.", _DISCOVERY,
          _status(HTTPStatus.SERVICE_UNAVAILABLE, "temporarily_unavailable")),
    Fault("entra.issuer-elsewhere", "Discovery names another host's issuer.", _DISCOVERY,
          changed(_say(issuer=f"{_ELSEWHERE}/00000000-0000-0000-0000-000000000000/v2.0"))),
    Fault("entra.token-endpoint-elsewhere", "Discovery names another host's token endpoint.", _DISCOVERY,
          changed(_say(token_endpoint=f"{_ELSEWHERE}/common/oauth2/v2.0/token"))),
    Fault("entra.redirected", "302 to the instance discovery of another host.", ("entra",),
          redirected(f"{_ELSEWHERE}/common/discovery/instance?api-version=1.1")),
    Fault("entra.login-required", "login_required in place of a code.", ("entra.authorize",),
          sent_back("login_required")),
    Fault("entra.consent-required", "An admin has to consent: consent_required.", ("entra.authorize",),
          sent_back("consent_required", error_description="AADSTS90094: Administrator consent is required.")),
    *sign_in_faults("entra"),
    *wire_faults("entra", ("entra",)),
)  # fmt: skip
