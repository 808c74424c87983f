"""An Okta organization: its users, the one application that is ours, and what its System Log says of them.

developer.okta.com/docs/reference/api/system-log, /docs/reference/api/event-types.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace

from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.chance import Chance
from connectors.sandbox.errors import UnknownAccount
from connectors.sandbox.people import identifier

#: The one application of ours, and one that is not.
APPLICATION, ANOTHER = "0oaCalendarGateway", "0oaPayroll"


class Standing(StrEnum):
    """Whether somebody may use their account."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    DEPROVISIONED = "DEPROVISIONED"


class OktaUser(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with an account. ``is_assigned``: whether our application is theirs to use."""

    id: str
    login: str
    name: str
    standing: Standing = Standing.ACTIVE
    is_assigned: bool = True

    @property
    def target(self) -> Event:
        return {"id": self.id, "type": "User", "alternateId": self.login, "displayName": self.name}


class Okta:
    """What an admin does, and what is logged of it. ``watch`` is told of each entry at once."""

    def __init__(self, clock: Clock, seed: int = 1) -> None:
        self.users: dict[str, OktaUser] = {}
        self.log: list[Event] = []
        self.watch: Callable[[Event], None] = lambda _entry: None
        self._now = clock
        self._seed = seed

    def add(self, login: str, name: str) -> OktaUser:
        """Somebody new, who has our application."""
        user = OktaUser(id=f"00u{len(self.users):09}", login=login, name=name)
        self.users[user.id] = user
        self._note("user.lifecycle.create", user)
        self._note("user.lifecycle.activate", user)
        return user

    def suspend(self, user_id: str) -> None:
        self._stand(user_id, Standing.SUSPENDED, "user.lifecycle.suspend")

    def unsuspend(self, user_id: str) -> None:
        self._stand(user_id, Standing.ACTIVE, "user.lifecycle.unsuspend")

    def deactivate(self, user_id: str) -> None:
        self._stand(user_id, Standing.DEPROVISIONED, "user.lifecycle.deactivate")

    def reactivate(self, user_id: str) -> None:
        self._stand(user_id, Standing.ACTIVE, "user.lifecycle.reactivate")

    def delete(self, user_id: str) -> None:
        """For good; whoever was not deactivated is so first. That it is over is logged later, for no hook."""
        user = self._found(user_id)
        if user.standing is not Standing.DEPROVISIONED:
            self.deactivate(user_id)
        self._note("user.lifecycle.delete.initiated", user)
        del self.users[user_id]

    def clear_sessions(self, user_id: str) -> None:
        self._note("user.session.clear", self._found(user_id))

    def assign(self, user_id: str) -> None:
        self._assign("application.user_membership.add", APPLICATION, user_id, assigned=True)

    def unassign(self, user_id: str, application: str = APPLICATION) -> None:
        """Take an application from somebody, ours or another."""
        self._assign("application.user_membership.remove", application, user_id, assigned=False)

    def revoke_consent(self, user_id: str, application: str = APPLICATION) -> None:
        """End what somebody let an application do."""
        client = {"id": application, "type": "PublicClientApp", "displayName": "A client"}
        self._note("app.oauth2.as.consent.revoke.user.client", self._found(user_id), client)

    def fail_to_suspend(self, user_id: str) -> None:
        """An attempt that did not succeed is logged too."""
        self._note("user.lifecycle.suspend", self._found(user_id), result="FAILURE")

    def _stand(self, user_id: str, standing: Standing, event_type: str) -> None:
        user = replace(self._found(user_id), standing=standing)
        self.users[user_id] = user
        self._note(event_type, user)

    def _assign(self, event_type: str, application: str, user_id: str, *, assigned: bool) -> None:
        user = self._found(user_id)
        if application == APPLICATION:
            self.users[user_id] = user = replace(user, is_assigned=assigned)
        account = {"id": f"0ua{user_id[3:]}", "type": "AppUser", "alternateId": user.login}
        instance = {"id": application, "type": "AppInstance", "alternateId": "An application"}
        self._note(event_type, user, account | {"displayName": user.name}, instance)

    def _found(self, user_id: str) -> OktaUser:
        if user_id not in self.users:
            raise UnknownAccount("Nobody has an account of that id; read the organization's users.")
        return self.users[user_id]

    def _note(self, event_type: str, user: OktaUser, *more: Event, result: str = "SUCCESS") -> None:
        entry = self._entry() | {
            "eventType": event_type,
            "displayMessage": f"Something happened to {user.name}",
            "outcome": {"result": result, "reason": None},
            "target": [user.target, *more],
        }
        self.log.append(entry)
        self.watch(entry)

    def _entry(self) -> dict[str, Any]:
        """What all entries have in common: who did it, and from where."""
        return {
            "uuid": identifier(Chance(self._seed, "okta", len(self.log))),
            "published": f"{self._now():%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            "version": "0",
            "severity": "INFO",
            "actor": {"id": "00uAdmin", "type": "User", "alternateId": "admin@north.example"},
            "client": {"ipAddress": "192.0.2.7", "zone": "null", "device": "Computer"},
            "debugContext": {"debugData": {"requestUri": "/api/v1/users"}},
        }
