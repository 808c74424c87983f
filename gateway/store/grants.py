"""Grants: what persons' authorizations within a tenant become, in one transaction under its own."""

from collections.abc import Collection

from gateway.authorization import Authorization, AuthorizationId, State
from gateway.store.history import Happened, history_of
from gateway.store.leases import Lease
from gateway.store.links import Links
from gateway.store.persons import links_found_by
from gateway.store.registry import Registry, standing_under
from gateway.store.scope import Scope


class GrantRows:
    """The persons' authorizations of one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._registry = Registry(scope.handle, scope.now)

    def found_by(self, found_by: Collection[str]) -> list[Authorization]:
        """Those of whoever these keyed hashes find, that have not ended."""
        links = links_found_by(self._scope.handle, self._scope.tenant, found_by)
        found = map(self.find, links)
        return [one for one in found if one is not None and one.state.is_open]

    def find(self, link: AuthorizationId) -> Authorization | None:
        """One of them, or None: not in a store that was put back from before."""
        standing = standing_under(self._scope.handle, self._scope.tenant, link)
        return None if standing is None else standing.authorization

    def granted_at(self, authorization: Authorization) -> int:
        """When it was given, or re-opened, last; epoch milliseconds."""
        known = history_of(self._scope.handle, self._scope.tenant, authorization.id)
        given = (row.at for row in known if row.what is Happened.BECAME and row.state == State.ACTIVE)
        return max(given, default=0)

    def change(self, before: Authorization, after: Authorization) -> None:
        """Write what one has become; its bookings are told, or not any more, from here on."""
        Links(self._registry).change(before, after)

    def withdraw(self, before: Authorization, erasure: str, *, owner: str | None) -> Lease:
        """End one, and record the withdrawal."""
        self.change(before, before.withdraw())
        return self._registry.withdrawals.open(before.tenant, before.id, erasure, owner=owner)
