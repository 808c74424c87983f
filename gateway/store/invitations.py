"""Invitations: each lets one person connect a calendar of their own, and holds the sign-in under way."""

from hmac import compare_digest

from sqlalchemy import ColumnElement, delete, select, update

from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.store.handle import Handle
from gateway.store.named_secrets import hashed, named
from gateway.store.scope import Scope
from gateway.store.tables import bucket_of, invitations

#: An invitation that nobody has followed by then ends.
LIFE_MILLISECONDS = 7 * DAY_MILLISECONDS
#: How long a person may take at the provider.
SIGN_IN_MILLISECONDS = 15 * MINUTE_MILLISECONDS


def invited(handle: Handle, secret: str, now: int) -> tuple[TenantId, str] | None:
    """The tenant and the invitation that a secret opens, if it does. Needs no key, and writes nothing."""
    tenant, invitation = named(secret)
    found = select(invitations.c.secret).where(_is(tenant, invitation), invitations.c.expires_at > now)
    known = handle.execute(found).scalar()
    if known is None or not secret.isascii() or not compare_digest(known, hashed(secret)):
        return None
    return TenantId(tenant), invitation


def returned(handle: Handle, state: str, session: str, now: int) -> tuple[TenantId, str] | None:
    """The tenant and the invitation whose sign-in comes back, in the browser that began it."""
    tenant, invitation = named(state)
    known = select(invitations.c.state, invitations.c.session).where(
        _is(tenant, invitation),
        invitations.c.expires_at > now,
        invitations.c.begun_at > now - SIGN_IN_MILLISECONDS,
    )
    row = handle.execute(known).one_or_none()
    if row is None or row.state is None or row.session is None or not (state + session).isascii():
        return None
    # Both are compared, whatever the first one says.
    matches = compare_digest(row.state, hashed(state)), compare_digest(row.session, hashed(session))
    return (TenantId(tenant), invitation) if all(matches) else None


class InvitationRows:
    """The invitations of one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._verifier = scope.keys.column("invitations", "verifier")

    def add(self, invitation: str, secret: str) -> None:
        """Let whoever has the secret connect, once."""
        scope = self._scope
        scope.handle.execute(
            invitations.insert().values(
                bucket=scope.bucket,
                tenant=scope.tenant,
                id=invitation,
                epoch=scope.epoch,
                expires_at=scope.now + LIFE_MILLISECONDS,
                secret=hashed(secret),
            )
        )

    def begin(self, invitation: str, *, state: str, session: str, verifier: str) -> None:
        """Expect a sign-in to come back; an earlier one does not any more."""
        scope = self._scope
        sealed = self._verifier.seal(invitation, scope.epoch, verifier.encode())
        values = {"state": hashed(state), "session": hashed(session), "verifier": sealed}
        begun = {"epoch": scope.epoch, "begun_at": scope.now}
        scope.handle.execute(update(invitations).where(self._one(invitation)).values(values | begun))

    def take(self, invitation: str, state: str) -> str | None:
        """The verifier of the sign-in that has come back, once; None if another was begun since."""
        expected = self._one(invitation) & (invitations.c.state == hashed(state))
        found = select(invitations.c.epoch, invitations.c.verifier).where(expected)
        row = self._scope.handle.execute(found).one_or_none()
        if row is None:
            return None
        cleared = dict.fromkeys(("state", "session", "begun_at", "verifier"))
        self._scope.handle.execute(update(invitations).where(expected).values(cleared))
        return self._verifier.open(invitation, row.epoch, row.verifier).decode()

    def _one(self, invitation: str) -> ColumnElement[bool]:
        return self._scope.own(invitations) & (invitations.c.id == invitation)


def follow(handle: Handle, tenant: TenantId, invitation: str) -> bool:
    """End an invitation that has served its purpose; False if it has ended before."""
    return handle.execute(delete(invitations).where(_is(tenant, invitation))).rowcount == 1


def _is(tenant: str, invitation: str) -> ColumnElement[bool]:
    return (
        (invitations.c.bucket == bucket_of(tenant))
        & (invitations.c.tenant == tenant)
        & (invitations.c.id == invitation)
    )
