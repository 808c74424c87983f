"""Restrictions: of whom nothing may be told while what they ask for stands, as keyed hashes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select

from gateway.booking import SubjectId
from gateway.request import OPEN, RESTRICTING, RequestKind, RequestState
from gateway.store.scope import Scope
from gateway.store.tables import request_finders, requests


class KnownSubjects(NamedTuple):
    """Whom keyed hashes find: the enrolled by their id, and of whom nothing may be told.

    ``asking``: the requests that restrict. Each is a rule of its own, so that as much has to be done for one
    whoever it is about.
    """

    enrolled: Mapping[str, SubjectId] = MappingProxyType({})
    suppressed: frozenset[str] = frozenset()
    asking: frozenset[str] = frozenset()


#: Where nobody is enrolled, and nobody has objected.
NO_SUBJECTS = KnownSubjects()

#: As ``gateway.request.restricts`` has it.
RESTRICTS = (requests.c.kind.in_(RESTRICTING) & requests.c.state.in_(OPEN)) | (
    (requests.c.kind == RequestKind.RESTRICTION) & (requests.c.state == RequestState.CARRIED_OUT)
)

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


def restricted(scope: Scope, known: KnownSubjects) -> KnownSubjects:
    """As if whoever asks for it had objected, and had never been enrolled: by whatever finds them."""
    key = {"bucket": scope.bucket, "tenant": scope.tenant}
    asked = scope.handle.execute(_RESTRICTED, key).all()
    if not asked:
        return known
    found_by = {row.finder for row in asked}
    subjects = {known.enrolled[one] for one in found_by if one in known.enrolled}
    theirs = {one for one, subject in known.enrolled.items() if subject in subjects}
    told = {one: subject for one, subject in known.enrolled.items() if one not in theirs}
    return KnownSubjects(told, known.suppressed | found_by | theirs, frozenset(row.request for row in asked))
