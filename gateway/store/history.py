"""History: what became of authorizations, in order. Rows are added, and never changed.

They are kept with the evidence when everything else is gone. What they tell in clear needs no key, since a
fence waits for none; what was chosen stands beside it, sealed under the evidence key.
"""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, insert, select

from gateway.authorization import Authorization, AuthorizationId, State
from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.messages import MessageType, tell_of
from gateway.store.row_lock import lock_row
from gateway.store.tables import bucket_of, history
from gateway.vault.columns import SealedColumn

#: The column under the evidence key.
DETAIL = ("history", "detail")


class Happened(StrEnum):
    """What can happen to an authorization."""

    #: It stands in another state from then on.
    BECAME = "became"
    #: The same state, under other choices of the tenant's.
    AMENDED = "amended"
    #: Its credentials alone were withdrawn, or given anew.
    DISCONNECTED = "disconnected"
    RECONNECTED = "reconnected"
    #: Until when it is given was moved.
    RENEWED = "renewed"
    #: Other consumers may read, or fewer.
    RECIPIENTS = "recipients"
    #: Files of the operator's say something else: of the policy, its vocabulary, or the legal basis.
    RULES = "rules"
    #: A trial's calendars were looked at.
    TRIED = "tried"
    #: It was told how many days are left until it expires, or until all that hangs on it is erased.
    EXPIRY_NOTICE = "expiry_notice"
    ERASURE_NOTICE = "erasure_notice"
    #: It was told what is to change, and for how many days it may object.
    ANNOUNCED = "announced"
    ACCEPTED = "accepted"
    OBJECTED = "objected"
    #: It was told how many days are left until what its answer, or its silence, brings.
    CHANGE_NOTICE = "change_notice"
    #: What it accepted has taken effect.
    IN_EFFECT = "in_effect"
    #: What became of a legal hold on it that is not by order; which one stands in the hold's own record.
    HOLD_PLACED = "hold_placed"
    HOLD_REVIEWED = "hold_reviewed"
    HOLD_NOTICE = "hold_notice"
    HOLD_DISCLOSED = "hold_disclosed"
    HOLD_LIFTED = "hold_lifted"


#: What is about an intended change: the detail beside it names that one.
OF_CHANGES = frozenset(
    {
        Happened.ANNOUNCED,
        Happened.ACCEPTED,
        Happened.OBJECTED,
        Happened.CHANGE_NOTICE,
        Happened.IN_EFFECT,
    }
)


class HistoryRow(NamedTuple):
    """One thing that happened. ``at`` is in epoch milliseconds; ``days``: how many were told to be left."""

    number: int
    at: int
    what: Happened
    state: str
    reason: str | None
    epoch: int
    days: int | None


class Detail(NamedTuple):
    """What was chosen, and what seals it."""

    column: SealedColumn
    text: bytes


#: What the employer is told where an authorization becomes such a one.
_MESSAGES = {
    State.SUSPENDED: MessageType.AUTHORIZATION_SUSPENDED,
    State.ERASED: MessageType.AUTHORIZATION_ERASED,
}
_COLUMNS = [history.c[name] for name in HistoryRow._fields]


def history_of(handle: Handle, tenant: TenantId, authorization: AuthorizationId) -> list[HistoryRow]:
    """What became of one authorization, the first first. Needs no key."""
    rows = handle.execute(select(*_COLUMNS).where(_of(tenant, authorization)).order_by(history.c.number))
    return [HistoryRow(*row)._replace(what=Happened(row.what)) for row in rows]


def details_of(
    handle: Handle,
    tenant: TenantId,
    authorization: AuthorizationId,
    column: SealedColumn,
    *,
    of_changes: bool = False,
) -> dict[int, bytes]:
    """What was chosen each time, or said of changes, by the number of its row. Raises Unreadable."""
    about = history.c.what.in_(OF_CHANGES) if of_changes else history.c.what.not_in(OF_CHANGES)
    sealed = select(history.c.number, history.c.epoch, history.c.detail).where(
        _of(tenant, authorization), about, history.c.detail.is_not(None)
    )
    return {
        row.number: column.open(row_name(authorization, row.number), row.epoch, row.detail)
        for row in handle.execute(sealed)
    }


def append(
    handle: Handle,
    authorization: Authorization,
    what: Happened,
    *,
    at: int,
    days: int | None = None,
    detail: Detail | None = None,
) -> None:
    """Write down what happened; the authorization is what it has become."""
    tenant, own = authorization.tenant, authorization.id
    lock_row(handle, tenant)
    of_newest = select(history.c.number, history.c.state).where(_of(tenant, own))
    newest = handle.execute(of_newest.order_by(history.c.number.desc()).limit(1)).first()
    number = 1 if newest is None else newest.number + 1
    sealed = (
        None
        if detail is None
        else detail.column.seal(row_name(own, number), authorization.epoch, detail.text)
    )
    handle.execute(
        insert(history).values(
            bucket=bucket_of(tenant),
            tenant=tenant,
            authorization=own,
            number=number,
            at=at,
            what=what,
            state=authorization.state,
            reason=authorization.reason,
            epoch=authorization.epoch,
            days=days,
            detail=sealed,
        )
    )
    message = _message(what, authorization.state, None if newest is None else State(newest.state))
    if message is not None:
        tell_of(handle, authorization, message, at=at)


def _message(what: Happened, state: State, before: State | None) -> MessageType | None:
    """What the employer is told of it."""
    if what is Happened.ERASURE_NOTICE:
        return MessageType.AUTHORIZATION_ERASURE_ANNOUNCED
    if what is not Happened.BECAME:
        return None
    if before is State.SUSPENDED and state.may_serve:
        return MessageType.AUTHORIZATION_RESUMED
    return _MESSAGES.get(state)


def _of(tenant: TenantId, authorization: AuthorizationId) -> ColumnElement[bool]:
    return and_(
        history.c.bucket == bucket_of(tenant),
        history.c.tenant == tenant,
        history.c.authorization == authorization,
    )


def row_name(authorization: str, number: int) -> str:
    """Under which name a row's detail is sealed."""
    return f"{authorization} {number}"
