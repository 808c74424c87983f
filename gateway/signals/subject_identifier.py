"""Subject identifier: whom a security event is about (RFC 9493; Shared Signals Framework, section 3). Pure.

Formats that are not here name nobody that we know: phone numbers, DIDs and other URIs, tokens, assertions and
addresses of machines.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from gateway.signals.expectation import Expectation
from gateway.signals.members import Members, elements, inner, members, text
from gateway.signals.signal import TENANT, About, Name, NameKind
from gateway.subject import directory_id, folded

#: Of one person.
ALIASES_MAX = 16
NOBODY = About.person()

#: The members of a complex subject that we can tell apart. A critical one must be among them.
_PROCESSED = frozenset({"user", "tenant"})
_GROUPS = frozenset({"tenant", "org_unit", "group"})
_THINGS = frozenset({"device", "session", "application"})
_SCHEME = "acct:"


class Subject(NamedTuple):
    """``is_thing``: what is told of is a device, a session or an application, and whose is not said."""

    about: About
    is_thing: bool = False


def subject(identifier: Members, expectation: Expectation) -> Subject | None:
    """Whom an identifier means, maybe nobody that we know; None: what is told of them is not to be heeded."""
    if _format(identifier) == "complex":
        return _complex(identifier, expectation)
    return Subject(About.person(*names(identifier, expectation)))


def names(identifier: Members, expectation: Expectation) -> tuple[Name, ...]:
    """The names in a simple identifier."""
    read = _FORMATS.get(_format(identifier))
    return read(identifier, expectation) if read is not None else ()


def _format(identifier: Members) -> str:
    """Before RFC 9493 the member was named otherwise, and two formats had a hyphen."""
    return (text(identifier, "format") or text(identifier, "subject_type") or "").replace("-", "_")


def _complex(identifier: Members, expectation: Expectation) -> Subject | None:
    """By the rules for matching (section 8.1.3.1): who is not named is anybody.

    Nothing here tells groups and things apart: where no user is named, all of the organization is meant.
    """
    if (expectation.critical & identifier.keys()) - _PROCESSED or not _is_of_ours(identifier, expectation):
        return None
    if "user" in identifier:
        found = names(inner(identifier, "user") or {}, expectation)
        return Subject(About.person(*found)) if found or "user" not in expectation.critical else None
    things = identifier.keys() & _THINGS
    is_known = bool(things or identifier.keys() & _GROUPS)
    return Subject(TENANT, is_thing=bool(things)) if is_known else Subject(NOBODY)


def _is_of_ours(identifier: Members, expectation: Expectation) -> bool:
    """Whether no other organization is named. One whose name cannot be read is another."""
    if expectation.tenant is None or "tenant" not in identifier:
        return True
    named = names(inner(identifier, "tenant") or {}, expectation)
    ours = directory_id(expectation.tenant)
    return any(kind is NameKind.ACCOUNT and directory_id(value) == ours for kind, value in named)


def _account(identifier: Members, _: Expectation) -> tuple[Name, ...]:
    """RFC 7565; a name may be that of another place in which an address is written."""
    uri = text(identifier, "uri") or ""
    address = unquote(uri[len(_SCHEME) :]) if uri.lower().startswith(_SCHEME) else ""
    return _addresses(address if address.count("@") == 1 else None)


def _email(identifier: Members, _: Expectation) -> tuple[Name, ...]:
    return _addresses(text(identifier, "email"))


def _addresses(address: str | None) -> tuple[Name, ...]:
    found = folded(address or "")
    return (Name(NameKind.ADDRESS, found),) if found else ()


def _opaque(identifier: Members, _: Expectation) -> tuple[Name, ...]:
    return _accounts(text(identifier, "id"))


def _iss_sub(identifier: Members, expectation: Expectation) -> tuple[Name, ...]:
    """An id is worth nothing without who has given it: two may give the same."""
    is_known = text(identifier, "iss") in expectation.spellings | expectation.issuers
    return _accounts(text(identifier, "sub")) if is_known else ()


def _id_token_claims(identifier: Members, expectation: Expectation) -> tuple[Name, ...]:
    """Google's: as ``iss_sub``, maybe with the address too."""
    return (*_iss_sub(identifier, expectation), *_email(identifier, expectation))


def _accounts(id_: str | None) -> tuple[Name, ...]:
    return () if id_ is None else (Name(NameKind.ACCOUNT, id_),)


def _aliases(identifier: Members, expectation: Expectation) -> tuple[Name, ...]:
    """One person by several names; aliases in aliases are none."""
    written = elements(identifier, "identifiers")[:ALIASES_MAX]
    each = [one for one in map(members, written) if one is not None and _format(one) != "aliases"]
    return tuple(name for one in each for name in names(one, expectation))


_FORMATS: Mapping[str, Callable[[Members, Expectation], tuple[Name, ...]]] = {
    "account": _account,
    "email": _email,
    "opaque": _opaque,
    "iss_sub": _iss_sub,
    "id_token_claims": _id_token_claims,
    "aliases": _aliases,
}
