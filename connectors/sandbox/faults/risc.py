"""What can go wrong where Google's stream of accounts is arranged for."""

from http import HTTPStatus

from connectors.sandbox.faults.acts import changed, refused
from connectors.sandbox.faults.fault import Act, Fault
from connectors.sandbox.faults.wire import wire_faults
from connectors.sandbox.google_risc import OTHER_DOMAIN, said

_THERE = ("risc.stream", "risc.status", "risc.verify")
_STREAM = (*_THERE, "risc.update")


def _says(status: HTTPStatus, message: str) -> Act:
    return refused(lambda _: said(status, message))


def _with(name: str, value: object) -> Act:
    """Let a member of an answer be this."""
    return changed(lambda body, _: body.update({name: value}))


RISC_FAULTS = (
    Fault("risc.other-project", "403, as for a service account of another project.", _STREAM,
          _says(HTTPStatus.FORBIDDEN, "Project could not be found.")),
    Fault("risc.no-role", "403, as for a service account without the role.", _STREAM,
          _says(HTTPStatus.FORBIDDEN, "Service account needs permission to access your RISC configuration.")),
    Fault("risc.domain-not-authorized", "403: the receiver is on no host of the project's.", ("risc.update",),
          _says(HTTPStatus.FORBIDDEN, OTHER_DOMAIN)),
    Fault("risc.unauthorized", "401, as if the key were deleted.", _STREAM,
          _says(HTTPStatus.UNAUTHORIZED, "Unauthorized.")),
    Fault("risc.no-configuration", "404, as if there were no stream.", _THERE,
          _says(HTTPStatus.NOT_FOUND, "Project has no RISC configuration.")),
    Fault("risc.not-understood", "400 in place of an update.", ("risc.update",),
          _says(HTTPStatus.BAD_REQUEST, "Stream configuration must contain events_requested field.")),
    Fault("risc.stays-disabled", "The stream is switched off, whatever is asked.", ("risc.status",),
          _with("status", "disabled")),
    Fault("risc.other-issuer", "The discovery document is of another issuer.", ("risc.metadata",),
          _with("issuer", "https://elsewhere.example")),
    Fault("risc.keys-elsewhere", "The keys stand at a host that is not Google's.", ("risc.metadata",),
          _with("jwks_uri", "https://keys.elsewhere.example/certs")),
    Fault("risc.keys-down", "503 in place of the keys.", ("risc.keys",),
          refused(lambda _: said(HTTPStatus.SERVICE_UNAVAILABLE, "Try again."))),
    *wire_faults("risc", ("risc",)),
)  # fmt: skip
