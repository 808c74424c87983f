"""SCIM 2.0 (RFC 7643, 7644): what an identity provider says of somebody in a body. Pure.

Of a user four members are read, of a patch what it does to one of them: all else is skipped, and never made
an object. Attributes are named in any case, and booleans may be words: so Entra writes them.

learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups,
developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec.json import Decoder

from gateway.signals.names import account, address
from gateway.signals.signal import Name

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

#: More than any job puts into one request.
OPERATIONS_MAX = 100
PATH_LENGTH_MAX = 512

_PREFIX = f"{USER_SCHEMA}:".casefold()
ACTIVE = "active"
_WORDS = {"true": True, "false": False}
_NULL = b"null"

_MEMBERS, _ITEMS = Decoder(dict[str, msgspec.Raw]), Decoder(list[dict[str, msgspec.Raw]])
_TEXT: Decoder[str | None] = Decoder(str | None)
_BOOLEAN: Decoder[bool | str | None] = Decoder(bool | str | None)
_SCHEMAS = Decoder(list[str])
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Members = Mapping[str, msgspec.Raw]


class Refused(Exception):
    """A body means nothing, or what it must not. ``keyword`` is SCIM's own (RFC 7644, section 3.12)."""

    def __init__(self, keyword: str) -> None:
        super().__init__(keyword)
        self.keyword = keyword


INVALID_SYNTAX, INVALID_VALUE, INVALID_PATH, NO_TARGET = (
    "invalidSyntax",
    "invalidValue",
    "invalidPath",
    "noTarget",
)


class Shown(NamedTuple):
    """A user as they are shown to us. Personal: it goes no further than the answer."""

    user_name: str
    external_id: str | None = None
    email: str | None = None
    #: None where nothing is said of it.
    active: bool | None = None

    @property
    def names(self) -> Sequence[Name]:
        """By what they may be found, the one first that is never given to another."""
        found = (account(self.external_id), address(self.user_name), address(self.email))
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def __repr__(self) -> str:
        return "<Shown>"


class Change(NamedTuple):
    """What a patch says of whether a user is active, if anything; and the paths of all else that it names."""

    active: bool | None
    paths: tuple[str, ...] = ()


def shown(body: bytes) -> Shown:
    """The user of a POST or a PUT. Raises Refused."""
    members = _members(body, USER_SCHEMA)
    name = _text(members, "username")
    if name is None or address(name) is None:
        raise Refused(INVALID_VALUE)
    return Shown(name, _text(members, "externalid"), _email(members), _boolean(members.get(ACTIVE)))


def change(body: bytes) -> Change:
    """What a PATCH does. Raises Refused if any of its operations is none: then none of them is done."""
    members = _members(body, PATCH_SCHEMA)
    try:
        operations = _ITEMS.decode(members.get("operations", msgspec.Raw()))
    except _UNREADABLE:
        raise Refused(INVALID_SYNTAX) from None
    if not 0 < len(operations) <= OPERATIONS_MAX:
        raise Refused(INVALID_VALUE)
    active, paths = None, list[str]()
    for one in operations:
        said, path = _operation(_named(one))
        active = active if said is None else said
        if path is not None:
            paths.append(path)
    return Change(active, tuple(paths))


def search(body: bytes) -> tuple[str | None, bytes]:
    """The filter of a POST to .search, and the body without it. Raises Refused."""
    try:
        members = _MEMBERS.decode(body)
    except _UNREADABLE:
        raise Refused(INVALID_SYNTAX) from None
    rest = {name: part for name, part in members.items() if name.casefold() != "filter"}
    return _text(_named(members), "filter"), msgspec.json.encode(rest)


def _operation(members: Members) -> tuple[bool | None, str | None]:
    """What one operation says of being active, and the path of anything else."""
    kind = (_text(members, "op") or "").lower()
    path = _text(members, "path")
    if kind not in {"add", "replace", "remove"} or (path is not None and len(path) > PATH_LENGTH_MAX):
        raise Refused(INVALID_VALUE)
    is_active = path is not None and _plain(path) == ACTIVE
    if kind == "remove":
        if path is None:
            raise Refused(NO_TARGET)
        return None, None if is_active else path
    value = members.get("value")
    if value is None:
        raise Refused(INVALID_VALUE)
    if path is None:
        return _boolean(_object(value).get(ACTIVE)), None
    return (_boolean(value), None) if is_active else (None, path)


def _object(part: msgspec.Raw) -> Members:
    try:
        return _named(_MEMBERS.decode(part))
    except _UNREADABLE:
        raise Refused(INVALID_VALUE) from None


def _members(body: bytes, schema: str) -> Members:
    """What a body holds, by names in one case. Raises Refused if it is nothing of this schema."""
    try:
        members = _named(_MEMBERS.decode(body))
        schemas: Collection[str] = _SCHEMAS.decode(members.get("schemas", msgspec.Raw()))
    except _UNREADABLE:
        raise Refused(INVALID_SYNTAX) from None
    if schema.casefold() not in {one.casefold() for one in schemas}:
        raise Refused(INVALID_SYNTAX)
    return members


def _named(members: Members) -> Members:
    named = {_plain(name): part for name, part in members.items()}
    if len(named) != len(members):
        # Which of two was meant is not for us to say.
        raise Refused(INVALID_SYNTAX)
    return named


def _plain(name: str) -> str:
    """An attribute's name in one case, without the schema that it may stand behind."""
    return name.casefold().removeprefix(_PREFIX)


def _text(members: Members, name: str) -> str | None:
    try:
        return _TEXT.decode(members.get(name, msgspec.Raw(_NULL)))
    except _UNREADABLE:
        raise Refused(INVALID_VALUE) from None


def _boolean(part: msgspec.Raw | None) -> bool | None:
    if part is None:
        return None
    try:
        said = _BOOLEAN.decode(part)
    except _UNREADABLE:
        raise Refused(INVALID_VALUE) from None
    if isinstance(said, str):
        said = _WORDS.get(said.strip().lower())
        if said is None:
            raise Refused(INVALID_VALUE)
    return said


def _email(members: Members) -> str | None:
    """The address that is said to be theirs at work, or the first; None of what cannot be read."""
    part = members.get("emails")
    if part is None:
        return None
    try:
        addresses = [_named(one) for one in _ITEMS.decode(part)]
        first = sorted(addresses, key=lambda one: _text(one, "type") != "work")[:1]
        return _text(first[0], "value") if first else None
    except (*_UNREADABLE, Refused):
        return None
