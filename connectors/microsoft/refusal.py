"""What a refusal of Graph or Entra means to us. Their sentences are not read, only codes. Pure.

learn.microsoft.com/graph/errors, learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

from collections.abc import Iterator
from http import HTTPStatus

import msgspec
from msgspec.json import Decoder

from connectors.decoding import fitting
from connectors.errors import (
    AccessDenied,
    CalendarMissing,
    ConnectorError,
    CursorExpired,
    Malformed,
    Unreachable,
)
from connectors.proof import Proof, first, row
from connectors.transport import Answer

_NESTING_MAX = 8
_UNLISTED = frozenset(map(HTTPStatus, (400, 403, 404, 501)))
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


def checked(answer: Answer, *, by_cursor: bool = False) -> bytes:
    """The body of an answer. Raises what the refusal means, if it is one."""
    if answer.status != HTTPStatus.OK:
        raise graph_refusal(answer, by_cursor=by_cursor)
    return answer.body


def is_unlisted(answer: Answer) -> bool:
    """Whether such things are not listed, here or to us. Who has lost access is refused the rooms as well."""
    return answer.status in _UNLISTED and bool(graph_codes(answer))


def is_gone(answer: Answer) -> bool:
    """Whether one event is not there any more, and its calendar is."""
    return answer.status == HTTPStatus.NOT_FOUND and "erroritemnotfound" in graph_codes(answer)


def is_app_wide(answer: Answer) -> bool:
    """Graph itself says so; what lies behind it throttles by mailbox, under codes of its own."""
    return "toomanyrequests" in graph_codes(answer)


class Denial(msgspec.Struct, frozen=True):
    """An error of Entra's token endpoint, by the members that decide."""

    error: str = ""
    suberror: str = ""
    error_codes: tuple[int, ...] = ()


#: Entra names no time when it has detected a loop.
PAUSE_SECONDS = 300.0

#: Entra's codes, and what each proves. What proves more stands first, so that nothing hides a lost grant.
ENTRA_ROWS = (
    row("entra_app_missing", Proof.GRANT_LOST, 700016, 700011, 90099),
    row("entra_app_disabled", Proof.GRANT_LOST, 7000112, 70001, 1000031),
    row("entra_resource_missing", Proof.GRANT_LOST, 500011),
    row("entra_consent_missing", Proof.GRANT_LOST, 65001, 65004, 90094, 90095),
    row("entra_consent_outdated", Proof.GRANT_LOST, 650052, 650054, 650056, 650057),
    row("entra_tenant_missing", Proof.GRANT_LOST, 90002),
    row("entra_blocked_by_policy", Proof.GRANT_LOST, 53000, 53001, 53002, 53003, 530032, 530035, 53011),
    row("entra_other_tenants_blocked", Proof.GRANT_LOST, 500212, 500213, 500021),
    row("entra_not_assigned", Proof.PERSON_LOST, 50105, 501051),
    row("entra_user_missing", Proof.PERSON_LOST, 50034, 51004, 50014),
    row("entra_user_disabled", Proof.PERSON_LOST, 50057),
    row("entra_user_is_minor", Proof.PERSON_LOST, 54000, 50015),
    row("entra_grant_revoked", Proof.PERSON_LOST, 50173),
    row("entra_user_at_risk", Proof.PERSON_LOST, 50053),
    row("entra_wrong_client", Proof.OUR_FAULT, 700084),
    row(
        "entra_credential_refused",
        Proof.OUR_FAULT,
        *(7000215, 7000222, 700027, 700024, 700021, 50012, 50027, 7000218),
    ),
    row("entra_request_refused", Proof.OUR_FAULT, 70011, 28002, 9001023, 50194, 70003),
    row("entra_redirect_refused", Proof.OUR_FAULT, 50011, 500112),
    row("entra_wrong_cloud", Proof.OUR_FAULT, 90038, 900382, 900432),
    row("entra_password_changed", Proof.SIGN_IN_NEEDED, 50055, 50144, 50132, 50133),
    # A code that was redeemed before, or by whoever did not ask for it: the person begins again.
    row("entra_code_refused", Proof.SIGN_IN_NEEDED, 54005, 501481, 50148),
    row("entra_link_expired", Proof.SIGN_IN_NEEDED, 50089, 70000, 70008, 700082, 70043),
    row("entra_second_factor_needed", Proof.SIGN_IN_NEEDED, 50076, 50079, 50072, 50074, 50078),
    row("entra_loop_detected", Proof.LOAD, 50196, pause_seconds=PAUSE_SECONDS),
    row("entra_throttled", Proof.LOAD, 90055, pause_seconds=PAUSE_SECONDS),
    row("entra_unavailable", Proof.NOTHING, 90033, 90024, 90006, 50033, 50087),
)
#: Where none of the numbers is known, or there is none: RFC 6749, section 5.2, and Entra's own.
ERROR_ROWS = (
    row("entra_consent_missing", Proof.GRANT_LOST, "consent_required"),
    row("entra_second_factor_needed", Proof.SIGN_IN_NEEDED, "interaction_required"),
    row("entra_unavailable", Proof.NOTHING, "temporarily_unavailable", "server_error"),
)
UNKNOWN = row("entra_unknown", Proof.UNKNOWN)

_DENIAL = Decoder(Denial)


def entra_refusal(denial: Denial) -> ConnectorError:
    """The error to raise when no token was given."""
    by_number = first(ENTRA_ROWS, denial.error_codes)
    return (by_number or first(ERROR_ROWS, (denial.suberror, denial.error)) or UNKNOWN).error()


def refused_token(answer: Answer) -> ConnectorError:
    """The same for the token endpoint's answer as it came."""
    denial = fitting(msgspec.Raw(answer.body), _DENIAL)
    return Unreachable("entra_unreadable") if denial is None else entra_refusal(denial)
