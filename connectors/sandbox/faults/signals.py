"""What can go wrong where a transmitter of signals is asked something."""

from http import HTTPStatus

from aiohttp import hdrs, web

from connectors.sandbox.faults.acts import changed, garbled, refused
from connectors.sandbox.faults.fault import Act, Fault, Visit
from connectors.sandbox.faults.wire import wire_faults
from connectors.sandbox.refusal import Refusal

_METADATA, _STREAM, _KEYS = ("signals.metadata",), ("signals.stream",), ("signals.keys",)
_OVERSIZED_BYTES = 2**20
#: Longer than anybody reads on, and no longer than this machine minds.
_ENDLESS_PIECES, _PIECE = 1_000, b" " * 2**16
_KEYS_MANY = 100
_DISAGREEABLE = {"err": "refused", "description": "Not now."}


def _says(status: HTTPStatus) -> Act:
    return refused(lambda _: Refusal(status, _DISAGREEABLE))


def _with(name: str, value: object) -> Act:
    """Let a member of an answer be this; with None it is missing."""
    return changed(lambda body, _: body.pop(name, None) if value is None else body.update({name: value}))


async def _endless(visit: Visit) -> web.StreamResponse:
    """Send JSON that goes on and on, until whoever reads it hangs up."""
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/json"})
    await response.prepare(visit.request)
    try:
        await response.write(b"{")
        for _ in range(_ENDLESS_PIECES):
            await response.write(_PIECE)
    except ConnectionError:
        pass
    return response


def _of_metadata(name: str, does: str, act: Act) -> Fault:
    return Fault(f"signals.metadata-{name}", does, _METADATA, act)


SIGNALS_FAULTS = (
    _of_metadata("other-issuer", "The metadata are of another issuer.",
                 _with("issuer", "https://elsewhere.example")),
    _of_metadata("in-clear", "The keys stand at an address without TLS.",
                 _with("jwks_uri", "http://keys.example/")),
    _of_metadata("inside", "The streams are arranged for at an address of the receiver's own network.",
                 _with("configuration_endpoint", "https://10.0.0.1/stream")),
    _of_metadata("local", "The status stands on the receiver's own machine.",
                 _with("status_endpoint", "http://127.0.0.1:1/status")),
    _of_metadata("no-keys", "The metadata name no keys.", _with("jwks_uri", None)),
    _of_metadata("no-verification", "The metadata name nowhere to ask for a verification.",
                 _with("verification_endpoint", None)),
    _of_metadata("oversized", "The metadata are a megabyte long.",
                 garbled(lambda body: body + b" " * _OVERSIZED_BYTES)),
    _of_metadata("endless", "The metadata never end.", _endless),
    Fault("signals.keys-down", "503 in place of the keys.", _KEYS, _says(HTTPStatus.SERVICE_UNAVAILABLE)),
    Fault("signals.keys-none", "A key set with no key.", _KEYS, _with("keys", [])),
    Fault("signals.keys-many", "A key set with a hundred keys more.", _KEYS,
          changed(lambda body, _: body["keys"].extend(body["keys"][:1] * _KEYS_MANY))),
    Fault("signals.stream-refused", "400 in place of a stream.", _STREAM, _says(HTTPStatus.BAD_REQUEST)),
    Fault("signals.stream-gone", "404, as if the stream were deleted.",
          (*_STREAM, "signals.status", "signals.verify", "signals.poll"), _says(HTTPStatus.NOT_FOUND)),
    Fault("signals.unauthorized", "401, as if the token were unknown.",
          (*_STREAM, "signals.status", "signals.verify", "signals.poll"), _says(HTTPStatus.UNAUTHORIZED)),
    Fault("signals.too-often", "429 in place of a verification.", ("signals.verify",),
          _says(HTTPStatus.TOO_MANY_REQUESTS)),
    *wire_faults("signals", ("signals",)),
)  # fmt: skip
