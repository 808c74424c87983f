"""Links: persons' own authorizations, what they granted, and the calendars that hang on them."""

from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from gateway.authorization import Authorization, AuthorizationKind, State
from gateway.booking import CalendarId, Freshness
from gateway.entry import EntryKind
from gateway.record import AuthorizationRecord
from gateway.store.entries import EntryLog
from gateway.store.history import Happened, append
from gateway.store.registry import FIRST_EPOCH, RECORD, Registry
from gateway.store.row_lock import lock_row
from gateway.store.scope import Scope, TenantScope
from gateway.store.states import NOT_READ_YET
from gateway.store.tables import authorizations, bookings, bucket_of, calendars, link_finders, links, tenants
from gateway.store.told import SILENT, Told
from gateway.store.withdrawals import NEVER
from gateway.vault.keyring import TenantKeys


class NewLink(NamedTuple):
    """What is recorded of a person who connects. The bytes are the caller's.

    ``account`` and ``found_by`` are keyed hashes: of who they are, and of how signals name them.
    """

    authorization: Authorization
    record: AuthorizationRecord
    calendar: CalendarId
    account: str
    found_by: frozenset[str]
    link: bytes
    details: bytes


class Links:
    """What becomes of persons' authorizations, within one administering transaction."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._handle = registry.handle

    def add(self, new: NewLink, keys: TenantKeys) -> None:
        """Record a person's authorization, sealed under its own key; the calendar is due at once."""
        authorization, now = new.authorization, self._registry.now
        of_tenant = {"bucket": bucket_of(authorization.tenant), "tenant": authorization.tenant}
        proof = keys.evidence(*RECORD).seal(authorization.id, FIRST_EPOCH, msgspec.json.encode(new.record))
        self._handle.execute(
            insert(authorizations).values(
                **of_tenant,
                id=authorization.id,
                kind=authorization.kind,
                state=authorization.state,
                epoch=authorization.epoch,
                created_at=now,
                changed_at=now,
                record=proof,
            )
        )
        append(self._handle, authorization, Happened.BECAME, at=now)
        epoch = authorization.epoch
        self._handle.execute(
            insert(links).values(
                **of_tenant,
                authorization=authorization.id,
                calendar=new.calendar,
                account=new.account,
                epoch=epoch,
                link=keys.column("links", "link").seal(authorization.id, epoch, new.link),
            )
        )
        self._find_by(authorization, new.found_by)
        self._handle.execute(
            insert(calendars).values(
                **of_tenant,
                id=new.calendar,
                authorization=authorization.id,
                resource=None,
                epoch=epoch,
                details=keys.column("calendars", "details").seal(new.calendar, epoch, new.details),
                due_at=now,
                fencing=now,
                freshness=Freshness.UNKNOWN,
                since=now,
                freshness_reason=NOT_READ_YET,
            )
        )

    def renew(
        self, authorization: Authorization, link: bytes, found_by: frozenset[str], keys: TenantKeys
    ) -> Authorization:
        """A person connected again: what they have granted now counts, and re-opens what was suspended."""
        after = authorization
        if after.state is State.SUSPENDED:
            after = after.resume()
        elif after.state is State.DEGRADED:
            after = after.recover()
        # Whoever works with what was granted before is to stop.
        after = replace(after, epoch=max(after.epoch, authorization.epoch + 1))
        sealed = keys.column("links", "link").seal(after.id, after.epoch, link)
        self._handle.execute(update(links).where(_its(after)).values(epoch=after.epoch, link=sealed))
        self._find_by(after, found_by)
        self.change(authorization, after)
        self._registry.doubt(after, None)
        return after

    def change(self, before: Authorization, after: Authorization) -> None:
        """Write what an authorization has become; its bookings are told, or not any more, from here on."""
        registry = self._registry
        registry.change(before, after)
        scope = TenantScope(handle=self._handle, tenant=before.tenant, now=registry.now)
        told = Told(scope, EntryLog(scope))
        for calendar in self._calendars(after):
            if before.state.may_serve and not after.state.may_serve:
                told.withhold(calendar)
            if after.state.may_serve and not before.state.may_serve:
                told.restore(calendar)
        if before.epoch != after.epoch:
            tenant = (tenants.c.bucket == scope.bucket) & (tenants.c.id == scope.tenant)
            raised = update(tenants).where(tenant).values(persons_epoch=tenants.c.persons_epoch + 1)
            self._handle.execute(raised)
            due_at = registry.now if after.state.may_read else NEVER
            freed = {"due_at": due_at, "lease_until": 0, "lease_owner": None, "attempts": 0}
            its = update(calendars).where(_of(after)).values(freed | {"fencing": calendars.c.fencing + 1})
            self._handle.execute(its)

    def erase(self, authorization: Authorization) -> None:
        """Delete what was stored of a person's calendar, but that what was told of it is gone."""
        lock_row(self._handle, authorization.tenant)
        of_calendars = bookings.c.calendar.in_(self._calendars(authorization))
        mine = (bookings.c.bucket == bucket_of(authorization.tenant)) & (
            bookings.c.tenant == authorization.tenant
        )
        silent = bookings.c.position == SILENT
        self._handle.execute(delete(bookings).where(mine, of_calendars, silent))
        empty = dict.fromkeys(("body", "subject", "booker", "fingerprint", "series", "uid", "facets"))
        self._handle.execute(update(bookings).where(mine, of_calendars).values(empty))
        self._handle.execute(delete(calendars).where(_of(authorization)))
        self._handle.execute(delete(links).where(_its(authorization)))
        self._find_by(authorization, frozenset())

    def _find_by(self, authorization: Authorization, found_by: frozenset[str]) -> None:
        """By these keyed hashes a person is found from here on, and by no others."""
        bucket, tenant = bucket_of(authorization.tenant), authorization.tenant
        theirs = (link_finders.c.bucket == bucket) & (link_finders.c.tenant == tenant)
        theirs &= link_finders.c.authorization == authorization.id
        self._handle.execute(delete(link_finders).where(theirs))
        for finder in sorted(found_by):
            row = {"bucket": bucket, "tenant": tenant, "authorization": authorization.id, "finder": finder}
            self._handle.execute(insert(link_finders).values(row))

    def _calendars(self, authorization: Authorization) -> list[CalendarId]:
        return list(self._handle.execute(select(calendars.c.id).where(_of(authorization))).scalars())


def become(registry: Registry, before: Authorization, after: Authorization) -> None:
    """Write what an authorization has become, an employer's or a person's; consumers are told of it."""
    if after.kind is AuthorizationKind.PERSONAL:
        Links(registry).change(before, after)
        return
    registry.change(before, after)
    if after.state is State.SUSPENDED:
        registry.announce(after.tenant, EntryKind.TENANT_SUSPENDED, after.reason)


class LinkRows:
    """What a person has granted, within one transaction under their own authorization."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._link = scope.keys.column("links", "link")

    def load(self) -> bytes | None:
        """The link, opened, or None if it was withdrawn."""
        found = select(links.c.epoch, links.c.link).where(self._own())
        row = self._scope.handle.execute(found).one_or_none()
        return None if row is None else self._link.open(self._scope.authorization, row.epoch, row.link)

    def rotate(self, link: bytes) -> None:
        """Replace the link by what its provider has given for it."""
        scope = self._scope
        sealed = self._link.seal(scope.authorization, scope.epoch, link)
        scope.handle.execute(update(links).where(self._own()).values(epoch=scope.epoch, link=sealed))

    def _own(self) -> ColumnElement[bool]:
        return self._scope.own(links) & (links.c.authorization == self._scope.authorization)


def _its(authorization: Authorization) -> ColumnElement[bool]:
    return and_(
        links.c.bucket == bucket_of(authorization.tenant),
        links.c.tenant == authorization.tenant,
        links.c.authorization == authorization.id,
    )


def _of(authorization: Authorization) -> ColumnElement[bool]:
    return and_(
        calendars.c.bucket == bucket_of(authorization.tenant),
        calendars.c.tenant == authorization.tenant,
        calendars.c.authorization == authorization.id,
    )
