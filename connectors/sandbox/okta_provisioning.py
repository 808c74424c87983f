"""An application of Okta's that provisions its users over SCIM: soon after they change, one by one.

developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20. Users are never deleted, and of who is suspended
nothing is told.
"""

from enum import StrEnum
from typing import Any

from connectors.sandbox.okta import Okta, OktaUser, Standing
from connectors.sandbox.scim_client import USER, Reply, ScimClient


class Making(StrEnum):
    """How the application was made, and so how it writes: from the catalogue, or by the wizard."""

    CATALOGUE = "PATCH"
    WIZARD = "PUT"


class OktaProvisioning:
    """``tasks``: statuses of what failed, which an admin finds on the dashboard and tries again by hand."""

    def __init__(self, client: ScimClient, okta: Okta, making: Making) -> None:
        self.tasks: list[int] = []
        self._client = client
        self._okta = okta
        self._making = making
        self._targets: dict[str, tuple[str, bool]] = {}

    async def test(self) -> Reply:
        """The admin's "Test Connector Configuration"."""
        return await self._client.list(startIndex=1, count=2)

    async def push(self) -> None:
        """Tell of everybody who changed since the last time."""
        for user in list(self._okta.users.values()):
            await self._push(user)

    async def _push(self, user: OktaUser) -> None:
        is_active = user.is_assigned and user.standing is not Standing.DEPROVISIONED
        target = self._targets.get(user.id)
        if target is None:
            if is_active:
                await self._introduce(user)
        elif target[1] != is_active and await self._activate(user, target[0], active=is_active):
            self._targets[user.id] = target[0], is_active

    async def _introduce(self, user: OktaUser) -> None:
        found = await self._client.find("userName", user.login, startIndex=1, count=100)
        if found is None:
            reply = await self._client.send("POST", "/Users", _user(user, active=True))
            if not self._is_done(reply):
                return
            found = reply.body["id"]
        elif not await self._activate(user, found, active=True):
            return
        self._targets[user.id] = found, True

    async def _activate(self, user: OktaUser, target: str, *, active: bool) -> bool:
        if self._making is Making.CATALOGUE:
            return self._is_done(
                await self._client.patch(target, {"op": "replace", "value": {"active": active}})
            )
        # What is there is read first, and written back with what is Okta's.
        there = await self._client.send("GET", f"/Users/{target}")
        if not self._is_done(there):
            return False
        return self._is_done(
            await self._client.send("PUT", f"/Users/{target}", there.body | _user(user, active=active))
        )

    def _is_done(self, reply: Reply) -> bool:
        if not reply.is_success:
            self.tasks.append(reply.status)
        return reply.is_success


def _user(user: OktaUser, *, active: bool) -> dict[str, Any]:
    given, _, family = user.name.partition(" ")
    return {
        "schemas": [USER],
        "userName": user.login,
        "name": {"givenName": given, "familyName": family},
        "emails": [{"primary": True, "value": user.login, "type": "work"}],
        "displayName": user.name,
        "locale": "en-US",
        "externalId": user.id,
        "groups": [],
        "active": active,
    }
