"""The registry: which tenants there are, where their authorizations stand, and what administration writes."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Row, and_, bindparam, insert, select, update

from gateway.authorization import (
    Authorization,
    AuthorizationId,
    AuthorizationKind,
    State,
    SuspensionReason,
)
from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.entry import EntryKind
from gateway.errors import Fenced, UnknownName
from gateway.record import AuthorizationRecord
from gateway.store.chosen import open_chosen, seal_chosen
from gateway.store.facets import ROOM
from gateway.store.handle import Handle
from gateway.store.history import Detail, Happened, append, history_of
from gateway.store.restrictions import LEFT_ALONE
from gateway.store.row_lock import lock_row
from gateway.store.statements import raise_head
from gateway.store.tables import (
    authorizations,
    bucket_of,
    calendars,
    channels,
    directories,
    entries,
    history,
    tenants,
)
from gateway.store.withdrawals import NEVER, WithdrawalRows
from gateway.tenant import Tenant
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys

FIRST_EPOCH = 1
#: The column under the evidence key.
RECORD = ("authorizations", "record")


class Terms(NamedTuple):
    """For how long: until when an authorization is given, and how long a suspension may last.

    ``expires_at`` is in epoch milliseconds; None: until it is withdrawn.
    """

    expires_at: int | None = None
    erase_after_days: int = 30


USUAL_TERMS = Terms()


class Standing(NamedTuple):
    """What everyone who works for a tenant must know first, and cheaply."""

    tenant: TenantId
    region: str
    head: int
    authorization: Authorization
    #: When it was recorded, and when it changed last; epoch milliseconds.
    created_at: int
    changed_at: int
    #: Since when a refusal that proves nothing stands in doubt.
    doubted_at: int | None = None
    #: Moves with the epoch of any person's authorization within it.
    persons_epoch: int = 0
    #: Until when it is given, and when all that hangs on it is erased; None: there is no such deadline.
    expires_at: int | None = None
    erase_at: int | None = None


_ANY = select(tenants.c.region, tenants.c.head, tenants.c.persons_epoch, authorizations).join(
    authorizations,
    (authorizations.c.bucket == tenants.c.bucket) & (authorizations.c.tenant == tenants.c.id),
)
_STANDING = _ANY.where(authorizations.c.kind == AuthorizationKind.EMPLOYER).order_by(
    tenants.c.created_at, tenants.c.id
)
# Built once: that takes longer than running it, and every page of the feed needs it of each tenant.
_STANDING_OF = _STANDING.where(tenants.c.bucket == bindparam("bucket"), tenants.c.id == bindparam("tenant"))


def _standing(row: Row[tuple[object, ...]]) -> Standing:
    authorization = Authorization(
        tenant=row.tenant,
        id=row.id,
        kind=AuthorizationKind(row.kind),
        state=State(row.state),
        epoch=row.epoch,
        reason=None if row.reason is None else SuspensionReason(row.reason),
    )
    times = (row.created_at, row.changed_at, row.doubted_at)
    deadlines = (row.expires_at, row.erase_at)
    return Standing(row.tenant, row.region, row.head, authorization, *times, row.persons_epoch, *deadlines)


def standings(handle: Handle) -> list[Standing]:
    """All tenants, the oldest first."""
    return [_standing(row) for row in handle.execute(_STANDING)]


def states(handle: Handle) -> dict[tuple[TenantId, AuthorizationId], State]:
    """Where every authorization stands, employers' and persons', by tenant and id."""
    found = handle.execute(select(authorizations.c.tenant, authorizations.c.id, authorizations.c.state))
    return {(row.tenant, row.id): State(row.state) for row in found}


def standings_with_deadline(handle: Handle) -> list[Standing]:
    """All tenants and their people whose authorization has a deadline, under that one each.

    No clock of erasure runs for what somebody has asked to be left alone.
    """
    erased = authorizations.c.erase_at.is_not(None) & ~LEFT_ALONE
    expires = authorizations.c.erase_at.is_(None) & authorizations.c.expires_at.is_not(None)
    standing = authorizations.c.state.not_in([State.WITHDRAWN, State.ERASED])
    found = _ANY.where(standing, erased | expires)
    return [
        _standing(row) for row in handle.execute(found.order_by(authorizations.c.tenant, authorizations.c.id))
    ]


def standings_with_changes(handle: Handle) -> list[Standing]:
    """All tenants that have not ended and were told of a change, the oldest first."""
    told = select(history.c.tenant).where(
        history.c.bucket == tenants.c.bucket,
        history.c.tenant == tenants.c.id,
        history.c.what == Happened.ANNOUNCED,
    )
    found = _STANDING.where(told.exists(), authorizations.c.state.not_in([State.WITHDRAWN, State.ERASED]))
    return [_standing(row) for row in handle.execute(found)]


def standing_of(handle: Handle, tenant: TenantId) -> Standing | None:
    """One tenant, or None."""
    lock_row(handle, tenant)
    row = handle.execute(_STANDING_OF, {"bucket": bucket_of(tenant), "tenant": tenant}).one_or_none()
    return None if row is None else _standing(row)


def standings_of(handle: Handle, tenants: Iterable[TenantId]) -> dict[TenantId, Standing]:
    """Those of these tenants that are there, by id."""
    found = {tenant: standing_of(handle, tenant) for tenant in sorted(tenants)}
    return {tenant: standing for tenant, standing in found.items() if standing is not None}


def standing_under(handle: Handle, tenant: TenantId, authorization: AuthorizationId) -> Standing | None:
    """A tenant under one authorization, its employer's or a person's, or None."""
    one = _ANY.where(
        authorizations.c.bucket == bucket_of(tenant),
        authorizations.c.tenant == tenant,
        authorizations.c.id == authorization,
    )
    lock_row(handle, tenant)
    row = handle.execute(one).one_or_none()
    return None if row is None else _standing(row)


def known_standing_under(handle: Handle, tenant: TenantId, authorization: AuthorizationId) -> Standing:
    """A tenant under one authorization. Raises UnknownName."""
    standing = standing_under(handle, tenant, authorization)
    if standing is None:
        raise UnknownName("There is no such authorization. 'gateway link list' shows those of persons.")
    return standing


def known_standing(handle: Handle, tenant: TenantId) -> Standing:
    """One tenant. Raises UnknownName."""
    standing = standing_of(handle, tenant)
    if standing is None:
        raise UnknownName("There is no such tenant. 'gateway tenant list' shows them all.")
    return standing


def load_tenant(handle: Handle, standing: Standing, keys: TenantKeys) -> Tenant:
    """Open what is needed to work for a tenant."""
    connection, registration = open_chosen(handle, standing.tenant, keys)
    return Tenant(
        id=standing.tenant,
        authorization=standing.authorization.id,
        connection=connection,
        registration=registration,
    )


def erase_after_days(handle: Handle, tenant: TenantId) -> int:
    """How long a suspension may last, by contract."""
    one = (tenants.c.bucket == bucket_of(tenant)) & (tenants.c.id == tenant)
    return int(handle.execute(select(tenants.c.erase_after_days).where(one)).scalar_one())


def load_record(handle: Handle, standing: Standing, column: SealedColumn) -> AuthorizationRecord:
    """Open the evidence of an authorization; it is there when everything else is gone."""
    bucket, authorization = bucket_of(standing.tenant), standing.authorization
    found = handle.execute(
        select(authorizations.c.record).where(
            authorizations.c.bucket == bucket,
            authorizations.c.tenant == standing.tenant,
            authorizations.c.id == authorization.id,
        )
    )
    # Sealed as of the first epoch, and never written again but once, where a trial becomes more.
    opened = column.open(authorization.id, FIRST_EPOCH, found.scalar_one())
    return msgspec.json.decode(opened, type=AuthorizationRecord)


def _is(authorization: Authorization) -> ColumnElement[bool]:
    return and_(
        authorizations.c.bucket == bucket_of(authorization.tenant),
        authorizations.c.tenant == authorization.tenant,
        authorizations.c.id == authorization.id,
    )


class Registry:
    """What administration writes, in one transaction."""

    def __init__(self, handle: Handle, now: int) -> None:
        self.handle = handle
        self.now = now
        self.withdrawals = WithdrawalRows(handle, now)

    def standing(self, tenant: TenantId) -> Standing:
        """Where a tenant stands. Raises UnknownName."""
        return known_standing(self.handle, tenant)

    def standing_under(self, tenant: TenantId, authorization: AuthorizationId) -> Standing:
        """Where one authorization of a tenant stands, its employer's or a person's. Raises UnknownName."""
        return known_standing_under(self.handle, tenant, authorization)

    def add(
        self,
        tenant: Tenant,
        authorization: Authorization,
        record: AuthorizationRecord,
        *,
        region: str,
        keys: TenantKeys,
        terms: Terms = USUAL_TERMS,
    ) -> None:
        """Record a tenant and its authorization; its directory is due at once."""
        bucket, epoch = bucket_of(tenant.id), authorization.epoch
        proof = keys.evidence(*RECORD)
        self.handle.execute(
            insert(tenants).values(
                bucket=bucket,
                id=tenant.id,
                region=region,
                created_at=self.now,
                erase_after_days=terms.erase_after_days,
                **seal_chosen(tenant, epoch, keys),
            )
        )
        self.handle.execute(
            insert(authorizations).values(
                bucket=bucket,
                tenant=tenant.id,
                id=authorization.id,
                kind=authorization.kind,
                state=authorization.state,
                epoch=epoch,
                created_at=self.now,
                changed_at=self.now,
                expires_at=terms.expires_at,
                record=proof.seal(authorization.id, FIRST_EPOCH, msgspec.json.encode(record)),
            )
        )
        append(self.handle, authorization, Happened.BECAME, at=self.now)
        self.handle.execute(insert(directories).values(bucket=bucket, tenant=tenant.id, due_at=self.now))

    def register(self, tenant: Tenant, epoch: int, keys: TenantKeys) -> None:
        """Write anew what a tenant chose."""
        one = (tenants.c.bucket == bucket_of(tenant.id)) & (tenants.c.id == tenant.id)
        self.handle.execute(update(tenants).where(one).values(**seal_chosen(tenant, epoch, keys)))

    def change(
        self,
        before: Authorization,
        after: Authorization,
        detail: Detail | None = None,
        what: Happened | None = None,
    ) -> None:
        """Write what an authorization has become. The fence is the epoch in this row.

        A suspension starts the clock at whose end all is erased, unless it is a restriction; so does the
        withdrawal of credentials. A trial's ends with the trial. Raises Fenced if it is not any more what it
        was.
        """
        lock_row(self.handle, before.tenant)
        changed = (
            update(authorizations)
            .where(
                _is(before),
                authorizations.c.epoch == before.epoch,
                authorizations.c.state == before.state,
            )
            .values(
                state=after.state,
                reason=after.reason,
                epoch=after.epoch,
                changed_at=self.now,
                erase_at=self._erase_at(before, after),
            )
        )
        if self.handle.execute(changed).rowcount != 1:
            raise Fenced(
                "The authorization has changed meanwhile; this change was not made. Look at it again."
            )
        usual = Happened.AMENDED if before.state is after.state else Happened.BECAME
        append(self.handle, after, what or usual, at=self.now, detail=detail)

    def record(self, authorization: Authorization, record: AuthorizationRecord, keys: TenantKeys) -> None:
        """Replace what was recorded of a trial, as more is given."""
        text = msgspec.json.encode(record)
        sealed = keys.evidence(*RECORD).seal(authorization.id, FIRST_EPOCH, text)
        self.handle.execute(update(authorizations).where(_is(authorization)).values(record=sealed))

    def renew(self, authorization: Authorization, expires_at: int | None) -> None:
        """Move until when an authorization is given, epoch milliseconds; None: until it is withdrawn."""
        one = update(authorizations).where(_is(authorization))
        self.handle.execute(one.values(expires_at=expires_at))

    def note(
        self, authorization: Authorization, what: Happened, detail: Detail | None, *, days: int | None = None
    ) -> None:
        """Write into an authorization's history what did not change its state."""
        append(self.handle, authorization, what, at=self.now, days=days, detail=detail)

    def _erase_at(self, before: Authorization, after: Authorization) -> int | None:
        """When all is erased if it stays so. A clock that runs is moved no later."""
        is_suspended = after.state is State.SUSPENDED and after.reason is not SuspensionReason.RESTRICTED
        if not (is_suspended or after.is_disconnected):
            return None
        ends = self._erased_by(before)
        runs = self.handle.execute(select(authorizations.c.erase_at).where(_is(before))).scalar()
        return ends if runs is None else min(ends, runs)

    def _erased_by(self, before: Authorization) -> int:
        ends = self.now + erase_after_days(self.handle, before.tenant) * DAY_MILLISECONDS
        if before.state is not State.TRIAL:
            return ends
        found = select(authorizations.c.expires_at).where(_is(before))
        trials = self.handle.execute(found).scalar_one()
        # That it comes is told a day before, also where its day is past.
        return ends if trials is None else min(ends, max(trials, self.now + DAY_MILLISECONDS))

    def granted_at(self, standing: Standing) -> int:
        """When what reads its calendars was given, epoch milliseconds: at first, or anew."""
        known = history_of(self.handle, standing.tenant, standing.authorization.id)
        anew = (row.at for row in known if row.what is Happened.RECONNECTED)
        return max(anew, default=standing.created_at)

    def was_read(self, authorization: Authorization, since: int) -> bool:
        """Whether any calendar of an authorization was read completely since then, epoch milliseconds."""
        own = (calendars.c.bucket == bucket_of(authorization.tenant)) & (
            calendars.c.tenant == authorization.tenant
        )
        its = own & (calendars.c.authorization == authorization.id)
        one = select(calendars.c.id).where(its, calendars.c.completed_at >= since).limit(1)
        return self.handle.execute(one).first() is not None

    def doubt(self, authorization: Authorization, since: int | None) -> None:
        """Remember since when a grant stands in doubt; None: it does not."""
        one = update(authorizations).where(_is(authorization))
        self.handle.execute(one.values(doubted_at=since))

    def release_work(self, tenant: TenantId) -> None:
        """Take every lease on a tenant's calendars and directory away, and let them be looked at now."""
        freed = {"due_at": self.now, "lease_until": 0, "lease_owner": None}
        for table in (calendars, channels, directories):
            mine = (table.c.bucket == bucket_of(tenant)) & (table.c.tenant == tenant)
            # A suspended person's calendar stays as it is.
            mine &= table.c.due_at != NEVER
            fenced = {"fencing": table.c.fencing + 1}
            self.handle.execute(update(table).where(mine).values(freed | fenced))

    def announce(self, tenant: TenantId, kind: EntryKind, note: str | None) -> None:
        """Append an entry about the tenant as a whole. Needs no key: every key may be gone."""
        bucket = bucket_of(tenant)
        counter = raise_head(self.handle.dialect.name)
        ((position,),) = counter.fetch(self.handle, (ROOM, ROOM, bucket, tenant))
        minute = self.now // MINUTE_MILLISECONDS
        entry = {"bucket": bucket, "tenant": tenant, "position": position, "kind": kind, "minute": minute}
        self.handle.execute(insert(entries).values(**entry, note=note))
