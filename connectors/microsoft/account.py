"""Graph's JSON of users and of our own service principal. Pure; what cannot be read is never *enabled*.

learn.microsoft.com/graph/api/resources/user, /resources/serviceprincipal, /graph/delta-query-overview.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
from msgspec.json import Decoder

from connectors.accounts import AccountChange, AccountEvent, ApplicationState
from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.microsoft.rows import NULL, text
from connectors.microsoft.shapes import Listing, Shape

#: What is asked for beside the id, which comes unasked. The class of age that Entra computes of the two is
#: not stored, and so its changes are not told; names and addresses are nobody's business here.
USER_MEMBERS = "accountEnabled,ageGroup,consentProvidedForMinor,signInSessionsValidFromDateTime"
APPLICATION_MEMBERS = "accountEnabled,disabledByMicrosoftStatus"

#: In lower case: their spelling has changed. What is not told of an age is none, for most never say.
_OF_AGE = frozenset({None, "notadult", "adult"})
_CONSENTED = frozenset({"granted", "notrequired"})
_NOT_BLOCKED = frozenset({None, "notdisabled"})


class _Removed(Shape, gc=False):
    """Why an account is not there."""

    reason: str


class _User(Shape, gc=False):
    """A row, not yet looked into: an odd member must not cost us what the others tell."""

    id: str
    removed: msgspec.Raw = msgspec.field(name="@removed", default=NULL)
    account_enabled: msgspec.Raw = NULL
    age_group: msgspec.Raw = NULL
    consent_provided_for_minor: msgspec.Raw = NULL
    sign_in_sessions_valid_from_date_time: msgspec.Raw = NULL


class _Application(Shape, gc=False):
    """Our own service principal."""

    account_enabled: bool
    disabled_by_microsoft_status: str | None = None


_USERS: Decoder[Listing[msgspec.Raw]] = Decoder(Listing[msgspec.Raw])
_USER, _REMOVED, _APPLICATION = Decoder(_User), Decoder(_Removed), Decoder(_Application)
_BOOLEAN, _MOMENT = Decoder(bool), Decoder(datetime)


def user_changes(body: bytes) -> tuple[tuple[AccountChange, ...], str | None, str | None]:
    """What a page tells, the next page's link, and the one to go on from behind the last. Raises Malformed.

    A row without an id is of nobody.
    """
    try:
        page = decode(body, _USERS)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    users = (fitting(row, _USER) for row in page.value)
    told = tuple(change for user in users if user is not None and user.id for change in _changes(user))
    return told, page.next_link, page.delta_link


def _changes(user: _User) -> Iterator[AccountChange]:
    if user.removed != NULL:
        removed = fitting(user.removed, _REMOVED)
        is_final = removed is not None and removed.reason == "deleted"
        yield AccountChange(user.id, AccountEvent.DELETED if is_final else AccountEvent.SOFT_DELETED)
        return
    yield AccountChange(user.id, _state(user))
    ended_at = _moment(user.sign_in_sessions_valid_from_date_time)
    if ended_at is not None:
        yield AccountChange(user.id, AccountEvent.SESSIONS_ENDED, ended_at)


def _moment(part: msgspec.Raw) -> datetime | None:
    told = fitting(part, _MOMENT)
    try:
        return None if told is None or told.tzinfo is None else told.astimezone(UTC)
    except OverflowError:
        return None


def _state(user: _User) -> AccountEvent:
    is_enabled = fitting(user.account_enabled, _BOOLEAN)
    if is_enabled is False:
        return AccountEvent.DISABLED
    if _folded(user.age_group) not in _OF_AGE and _folded(user.consent_provided_for_minor) not in _CONSENTED:
        return AccountEvent.MINOR
    return AccountEvent.ENABLED if is_enabled else AccountEvent.CHANGED


def _folded(part: msgspec.Raw) -> str | None:
    """A word in lower case; something that is none is a word that nobody knows."""
    if part == NULL:
        return None
    return (text(part) or "?").lower()


def application_state(body: bytes) -> ApplicationState:
    """How our application stands. Raises Malformed."""
    told = fitting(msgspec.Raw(body), _APPLICATION)
    if told is None:
        raise Malformed("application_unreadable")
    status = told.disabled_by_microsoft_status
    if (status and status.lower()) not in _NOT_BLOCKED:
        return ApplicationState.BLOCKED
    return ApplicationState.WORKS if told.account_enabled else ApplicationState.DISABLED
