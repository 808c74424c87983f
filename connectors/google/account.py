"""Google's JSON of users and of what was done to our application. Pure; the unreadable is never *enabled*.

developers.google.com/workspace/admin/directory/reference/rest/v1/users, /workspace/admin/reports/reference/
rest/v1/activities.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from msgspec.json import Decoder

from connectors.accounts import AccountChange, AccountEvent
from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.google.shapes import Shape
from connectors.raw import Hidden

T = TypeVar("T")

#: All that is asked for: the rest names people.
USER_FIELDS = "id,suspended,archived"
DELETED_FIELDS = "nextPageToken,users/id"
USERS_FIELDS = f"nextPageToken,users({USER_FIELDS})"
_ITEM_FIELDS = "id(time,uniqueQualifier),events(name,parameters(name,value))"
REMOVAL_FIELDS = f"nextPageToken,items({_ITEM_FIELDS})"
REVOCATION_FIELDS = f"nextPageToken,items({_ITEM_FIELDS},actor/profileId)"

#: What an admin does who ends a client's delegation, and a person who ends what they granted to one.
REMOVAL, REVOCATION = "REMOVE_API_CLIENT_ACCESS", "revoke"
#: The parameters that name the client.
REMOVED_CLIENT, REVOKED_CLIENT = "API_CLIENT_NAME", "client_id"

#: Stands where whoever acted has no account: nobody's id.
_PLACEHOLDER = "105250506097979753968"
_NULL = msgspec.Raw(b"null")


class _User(Shape, gc=False):
    """A row, not yet looked into: an odd member must not cost us what the others tell."""

    id: str
    suspended: msgspec.Raw = _NULL
    archived: msgspec.Raw = _NULL


class _Users(Shape, gc=False):
    """A page of users. Google leaves an empty list out."""

    users: tuple[msgspec.Raw, ...] = ()
    next_page_token: str | None = None


class _Items(Shape, gc=False):
    """A page of a log. Google leaves an empty list out."""

    items: tuple[msgspec.Raw, ...] = ()
    next_page_token: str | None = None


class _Id(Shape, gc=False):
    """What tells entries of a log apart: together, both."""

    time: str = ""
    unique_qualifier: msgspec.Raw = _NULL


class _Parameter(Shape, gc=False):
    """One with a single value; of others nothing is asked."""

    name: str
    value: str


class _Event(Shape, gc=False):
    """One of the things that an entry is about."""

    name: str
    parameters: tuple[msgspec.Raw, ...] = ()


class _Actor(Shape, gc=False):
    """Who did it, by the id of their account alone."""

    profile_id: str = ""


class _Item(Shape, gc=False):
    """An entry, not yet looked into."""

    id: msgspec.Raw = _NULL
    actor: msgspec.Raw = _NULL
    events: tuple[msgspec.Raw, ...] = ()


class Listed(Hidden, frozen=True):
    """A page of users: all that it names, what of them is to be told, and the next page's token."""

    ids: tuple[str, ...]
    changes: tuple[AccountChange, ...]
    next: str | None


class Entry(Hidden, frozen=True):
    """One entry of a log that is about our application. ``at``: aware UTC, None where that cannot be read."""

    key: str
    at: datetime | None
    actor: str


_USERS, _USER, _BOOLEAN = Decoder(_Users), Decoder(_User), Decoder(bool)
_ITEMS, _ITEM, _ID, _ACTOR = Decoder(_Items), Decoder(_Item), Decoder(_Id), Decoder(_Actor)
_EVENT, _PARAMETER = Decoder(_Event), Decoder(_Parameter)


def users(body: bytes, *, deleted: bool) -> Listed:
    """Whose account a page tells to be anything but usable. Raises Malformed.

    ``deleted``: the page lists those alone. A row without an id is of nobody.
    """
    try:
        page = decode(body, _USERS)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    rows = [row for row in (fitting(item, _USER) for item in page.users) if row is not None and row.id]
    told = ((row.id, AccountEvent.DELETED if deleted else _state(row)) for row in rows)
    changes = (AccountChange(account, what) for account, what in told if what is not AccountEvent.ENABLED)
    return Listed(tuple(row.id for row in rows), tuple(changes), page.next_page_token or None)


def user(body: bytes, account: str) -> AccountChange:
    """What one account is now. Raises Malformed for another's."""
    row = fitting(msgspec.Raw(body), _USER)
    if row is None or row.id != account:
        raise Malformed("user_unreadable")
    return AccountChange(account, _state(row))


def _state(row: _User) -> AccountEvent:
    suspended, archived = fitting(row.suspended, _BOOLEAN), fitting(row.archived, _BOOLEAN)
    if suspended is True or archived is True:
        return AccountEvent.DISABLED
    is_told = suspended is False and (archived is False or row.archived == _NULL)
    return AccountEvent.ENABLED if is_told else AccountEvent.CHANGED


def entries(
    body: bytes, name: str, parameter: str, clients: Collection[str]
) -> tuple[tuple[Entry, ...], str | None]:
    """What of a log's page is an event of this name about one of these clients, and the next page's token.

    Raises Malformed.
    """
    try:
        page = decode(body, _ITEMS)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    items = (fitting(item, _ITEM) for item in page.items)
    ours = (item for item in items if item is not None and _is_ours(item, name, parameter, clients))
    return tuple(map(_entry, ours)), page.next_page_token or None


def _is_ours(item: _Item, name: str, parameter: str, clients: Collection[str]) -> bool:
    return any(
        told.name == parameter and told.value in clients
        for event in _fitting_all(item.events, _EVENT)
        if event.name == name
        for told in _fitting_all(event.parameters, _PARAMETER)
    )


def _fitting_all(parts: Collection[msgspec.Raw], decoder: Decoder[T]) -> Iterator[T]:
    return (part for part in (fitting(one, decoder) for one in parts) if part is not None)


def _entry(item: _Item) -> Entry:
    identity, actor = fitting(item.id, _ID) or _Id(), fitting(item.actor, _ACTOR) or _Actor()
    who = "" if actor.profile_id == _PLACEHOLDER else actor.profile_id
    qualifier = bytes(identity.unique_qualifier).decode(errors="replace")
    return Entry(f"{identity.time} {qualifier}", _moment(identity.time), who)


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return None if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
