"""What a refusal of Graph or Entra means to us. Their sentences are not read, only codes. Pure.

learn.microsoft.com/graph/errors, learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

import msgspec
from msgspec.json import Decoder

from connectors.decoding import fitting
from connectors.errors import (
    AccessDenied,
    AccessLost,
    CalendarMissing,
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Malformed,
    Throttled,
    Unreachable,
)
from connectors.transport import Answer

_NESTING_MAX = 8
_CURSOR_CODES = frozenset({"syncstatenotfound", "resyncrequired", "syncstateinvalid"})


_NULL = msgspec.Raw(b"null")


class _Fault(msgspec.Struct):
    """An error and the same again inside, not yet looked into: an odd part must not hide the others."""

    code: msgspec.Raw = _NULL
    inner: msgspec.Raw = msgspec.field(name="innerError", default=_NULL)
    inner_lower: msgspec.Raw = msgspec.field(name="innererror", default=_NULL)


class _Refusal(msgspec.Struct):
    """The body of an answer that is an error."""

    error: msgspec.Raw = _NULL


_REFUSAL, _FAULT, _TEXT = Decoder(_Refusal), Decoder(_Fault), Decoder(str)


def graph_codes(answer: Answer) -> frozenset[str]:
    """All codes of an error's body in lower case: Graph does not settle on one."""
    refusal = fitting(msgspec.Raw(answer.body), _REFUSAL)
    codes = () if refusal is None else _codes(refusal.error)
    return frozenset(code.lower() for code in codes)


def _codes(error: msgspec.Raw) -> Iterator[str]:
    """Level by level; Graph writes the inner error in two ways and may write both."""
    level = [error]
    for _ in range(_NESTING_MAX):
        faults = [fault for part in level if (fault := fitting(part, _FAULT)) is not None]
        yield from filter(None, (fitting(fault.code, _TEXT) for fault in faults))
        level = [inner for fault in faults for inner in (fault.inner, fault.inner_lower)]


def graph_refusal(answer: Answer, *, by_cursor: bool) -> ConnectorError:
    """The error to raise for an answer other than 200; ``by_cursor`` if a cursor of ours was followed."""
    is_bad_request, codes = answer.status == HTTPStatus.BAD_REQUEST, graph_codes(answer)
    if answer.status == HTTPStatus.GONE or _CURSOR_CODES & codes:
        return CursorExpired("graph_cursor_expired")
    if is_bad_request and by_cursor:
        return CursorExpired("graph_cursor_refused")
    if answer.status == HTTPStatus.FORBIDDEN:
        # Without a code of Graph's it may be anybody's between us, and says nothing of what was granted.
        return AccessDenied("graph_access_denied") if codes else Unreachable("graph_refusal_unknown")
    if answer.status == HTTPStatus.NOT_FOUND:
        return CalendarMissing("graph_not_found")
    return Malformed("graph_bad_request" if is_bad_request else "graph_unexpected_status")


class Denial(msgspec.Struct, frozen=True):
    """An error of Entra's token endpoint, by the members that decide."""

    error: str = ""
    suberror: str = ""
    error_codes: tuple[int, ...] = ()


_LOST = {
    "entra_app_missing": (700016, 700011, 90099),
    "entra_app_disabled": (7000112, 70001, 1000031),
    "entra_resource_missing": (500011,),
    "entra_consent_missing": (650052, 650054, 650056, 650057, 65001, 65004, 90094, 90095),
    "entra_tenant_missing": (90002,),
    "entra_not_assigned": (50105, 501051),
    "entra_blocked_by_policy": (53000, 53001, 53002, 53003, 530032, 530035, 53011, 500212, 500213, 500021),
}
_OURS = {
    "entra_credential_refused": (7000215, 7000222, 700027, 700024, 700021, 50012, 50027, 7000218),
    "entra_request_refused": (70011, 28002, 9001023, 50194, 70003),
    "entra_wrong_cloud": (90038, 900382, 900432),
}
_THROTTLED = {"entra_loop_detected": (50196,), "entra_throttled": (90055,)}
_TRANSIENT = frozenset({90033, 90024, 90006, 50033, 50087})
_TRANSIENT_ERRORS = frozenset({"temporarily_unavailable", "server_error"})

#: Entra names no time when it has detected a loop.
PAUSE_SECONDS = 300.0


def entra_refusal(denial: Denial) -> ConnectorError:
    """The error to raise when no token was given. A code that nobody knows counts as access lost."""
    codes = frozenset(denial.error_codes)
    if code := _matching(_LOST, codes):
        return AccessLost(code)
    if code := _matching(_OURS, codes):
        return CredentialRefused(code)
    if code := _matching(_THROTTLED, codes):
        return Throttled(code, PAUSE_SECONDS)
    if denial.suberror == "consent_required":
        return AccessLost("entra_consent_missing")
    if codes & _TRANSIENT or denial.error in _TRANSIENT_ERRORS:
        return Unreachable("entra_unavailable")
    return AccessLost("entra_unknown")


def _matching(table: Mapping[str, tuple[int, ...]], codes: frozenset[int]) -> str | None:
    return next((name for name, numbers in table.items() if codes.intersection(numbers)), None)
