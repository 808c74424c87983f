"""Restrictions: of whom nothing may be told while what they ask for stands, as keyed hashes."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from gateway.authorization import Authorization, AuthorizationKind
from gateway.booking import SubjectId
from gateway.request import OPEN, RESTRICTING, RequestKind, RequestState
from gateway.store.handle import Handle
from gateway.store.scope import Scope
from gateway.store.tables import authorizations, bucket_of, request_finders, requests


class KnownSubjects(NamedTuple):
    """Whom keyed hashes find: the enrolled by their id, and of whom nothing may be told.

    ``asking``: the requests that restrict. Each is a rule of its own, so that as much has to be done for one
    whoever it is about. ``suspended``: the enrolled of whom nothing is told for what a signal says.
    """

    enrolled: Mapping[str, SubjectId] = MappingProxyType({})
    suppressed: frozenset[str] = frozenset()
    asking: frozenset[str] = frozenset()
    suspended: frozenset[SubjectId] = frozenset()


#: Where nobody is enrolled, and nobody has objected.
NO_SUBJECTS = KnownSubjects()

#: As ``gateway.request.restricts`` has it.
RESTRICTS = (requests.c.kind.in_(RESTRICTING) & requests.c.state.in_(OPEN)) | (
    (requests.c.kind == RequestKind.RESTRICTION) & (requests.c.state == RequestState.CARRIED_OUT)
)

_AT = (requests.c.bucket == authorizations.c.bucket) & (requests.c.tenant == authorizations.c.tenant)
#: For whose sake an authorization is left alone: of a person's link, of all that restricts; of an employer's,
#: of what is to be kept of anybody, as ``gateway.request.keeps`` has it.
_FOR_ITS_SAKE = _AT & or_(
    requests.c.link == authorizations.c.id,
    (authorizations.c.kind == AuthorizationKind.EMPLOYER) & (requests.c.kind == RequestKind.RESTRICTION),
)
#: Of an authorization: whether no clock may erase what hangs on it.
LEFT_ALONE = select(requests.c.id).where(_FOR_ITS_SAKE, RESTRICTS).exists()

# Built once: that takes longer than running it, and every turn begins with it.
_RESTRICTED = (
    select(request_finders.c.request, request_finders.c.finder)
    .join_from(
        requests,
        request_finders,
        and_(
            request_finders.c.bucket == requests.c.bucket,
            request_finders.c.tenant == requests.c.tenant,
            request_finders.c.request == requests.c.id,
        ),
    )
    .where(*(requests.c[name] == bindparam(name) for name in ("bucket", "tenant")), RESTRICTS)
)


def is_left_alone(handle: Handle, authorization: Authorization) -> bool:
    """Whether no clock may erase what hangs on an authorization."""
    one = select(authorizations.c.id).where(_is(authorization), LEFT_ALONE)
    return handle.execute(one).first() is not None


def lifted_at(handle: Handle, authorization: Authorization) -> int:
    """Since when it is not left alone any more, epoch milliseconds; 0: it never was."""
    ended = select(func.max(requests.c.ended_at)).join_from(requests, authorizations, _FOR_ITS_SAKE)
    return int(handle.execute(ended.where(_is(authorization))).scalar_one() or 0)


def _is(authorization: Authorization) -> ColumnElement[bool]:
    return and_(
        authorizations.c.bucket == bucket_of(authorization.tenant),
        authorizations.c.tenant == authorization.tenant,
        authorizations.c.id == authorization.id,
    )


def asks_to_be_kept(scope: Scope, found_by: AbstractSet[str]) -> bool:
    """Whether whoever is found so asks for what keeps all that is known of them (Art. 18 GDPR)."""
    key = {"bucket": scope.bucket, "tenant": scope.tenant}
    return not found_by.isdisjoint(row.finder for row in scope.handle.execute(_RESTRICTED, key))


def restricted(scope: Scope, known: KnownSubjects) -> KnownSubjects:
    """As if whoever asks for it, or is suspended, had objected, and had never been enrolled.

    By whatever finds them.
    """
    key = {"bucket": scope.bucket, "tenant": scope.tenant}
    asked = scope.handle.execute(_RESTRICTED, key).all()
    if not (asked or known.suspended):
        return known
    found_by = {row.finder for row in asked}
    subjects = known.suspended | {known.enrolled[one] for one in found_by if one in known.enrolled}
    theirs = {one for one, subject in known.enrolled.items() if subject in subjects}
    told = {one: subject for one, subject in known.enrolled.items() if one not in theirs}
    asking = frozenset(row.request for row in asked) | known.suspended
    return KnownSubjects(told, known.suppressed | found_by | theirs, asking, known.suspended)
