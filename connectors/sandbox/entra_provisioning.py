"""A provisioning job of Entra's: every forty minutes it makes a receiver's users those of its directory.

learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups. Whoever is
disabled, deleted but restorable, or no more assigned is made inactive; whoever is gone for good is deleted.
"""

from typing import Any, NamedTuple
from uuid import UUID

from connectors.sandbox.chance import Chance
from connectors.sandbox.directory import Account, Directory
from connectors.sandbox.scim_client import ENTERPRISE, USER, Reply, ScimClient

_GONE = 404


class _Target(NamedTuple):
    """Somebody as the receiver was last told of them."""

    id: str
    address: str
    active: bool


class EntraProvisioning:
    """``matched_by``: the attribute by which users are found, userName or externalId.

    ``words``: whether booleans are words, as with older jobs. ``failed``: statuses of what is tried again.
    """

    def __init__(
        self, client: ScimClient, directory: Directory, *, matched_by: str = "userName", words: bool = False
    ) -> None:
        self.unassigned: set[str] = set()
        self.failed: list[int] = []
        self._client = client
        self._directory = directory
        self._matched_by = matched_by
        self._words = words
        self._targets: dict[str, _Target] = {}

    async def test(self) -> Reply:
        """The admin's "Test connection": a user is looked for who is nobody."""
        probe = UUID(int=Chance(1, "probe").below(1 << 62), version=4)
        return await self._client.list(filter=f'userName eq "{probe}"')

    async def cycle(self) -> None:
        """Tell what has changed since the last time. What fails is told again in the next."""
        self.failed.clear()
        for account in list(self._directory.accounts.values()):
            await self._provide(account)
        for gone in set(self._targets) - set(self._directory.accounts):
            reply = await self._client.send("DELETE", f"/Users/{self._targets[gone].id}")
            # Of one that is not there either nothing is left to do.
            if self._is_done(reply) or reply.status == _GONE:
                del self._targets[gone]

    async def _provide(self, account: Account) -> None:
        is_active = account.is_there and account.is_enabled and account.id not in self.unassigned
        target = self._targets.get(account.id)
        if target is None:
            if is_active:
                await self._introduce(account)
            return
        told = _Target(target.id, account.address, is_active)
        operations = [*self._renamed(target, account), *self._activated(target, active=is_active)]
        if not operations:
            return
        reply = await self._client.patch(target.id, *operations)
        if self._is_done(reply):
            self._targets[account.id] = told
        elif reply.status == _GONE:
            # Nobody has that id any more: matched anew in the next cycle.
            del self._targets[account.id]

    async def _introduce(self, account: Account) -> None:
        value = account.address if self._matched_by == "userName" else account.id
        found = await self._client.find(self._matched_by, value)
        if found is None:
            reply = await self._client.send("POST", "/Users", self._user(account))
            if not self._is_done(reply):
                return
            found = reply.body["id"]
        self._targets[account.id] = _Target(found, account.address, active=True)

    def _renamed(self, target: _Target, account: Account) -> list[dict[str, Any]]:
        if target.address == account.address:
            return []
        return [
            {"op": "Replace", "path": "userName", "value": account.address},
            {"op": "Replace", "path": 'emails[type eq "work"].value', "value": account.address},
            {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Harbour"},
        ]

    def _activated(self, target: _Target, *, active: bool) -> list[dict[str, Any]]:
        if target.active == active:
            return []
        return [{"op": "Replace", "path": "active", "value": str(active) if self._words else active}]

    def _user(self, account: Account) -> dict[str, Any]:
        return {
            "schemas": [USER, ENTERPRISE],
            "externalId": account.id,
            "userName": account.address,
            "active": True,
            "displayName": account.name,
            "emails": [{"primary": True, "type": "work", "value": account.address}],
            "name": {"formatted": account.name},
            "roles": [],
            "meta": {"resourceType": "User"},
            ENTERPRISE: {"department": "Harbour"},
        }

    def _is_done(self, reply: Reply) -> bool:
        if not reply.is_success:
            self.failed.append(reply.status)
        return reply.is_success
