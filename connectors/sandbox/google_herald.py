"""Tells Google's channels what happens to users, and what admins and persons do."""

from connectors.sandbox.activity import Activity, account_changed
from connectors.sandbox.calendar import Clock
from connectors.sandbox.directory import Happening
from connectors.sandbox.google_messenger import GoogleMessenger
from connectors.sandbox.google_reports import printed_activity, watching
from connectors.sandbox.google_users import user_message
from connectors.sandbox.truth import Tenant, World


class GoogleHerald:
    """An act upon an account is told twice: to who watches users, and to who watches admins."""

    def __init__(self, world: World, messenger: GoogleMessenger, clock: Clock) -> None:
        self._world = world
        self._messenger = messenger
        self._now = clock
        self._activities = 0

    def hear_of(self, tenant: Tenant, happened: Happening | Activity) -> None:
        """Note it, for whoever watches by the time that it is told."""
        if isinstance(happened, Activity):
            self._tell(tenant, happened)
            return
        message = user_message(happened)
        if message is not None:
            self._messenger.tell(tenant.id, message.watched, message.event, message.body)
        activity = account_changed(tenant.read_as, happened)
        if activity is not None:
            self._tell(tenant, activity)

    def _tell(self, tenant: Tenant, activity: Activity) -> None:
        self._activities += 1
        accounts = self._world.directories[tenant.id]
        body = printed_activity(tenant, accounts, activity, self._now(), self._activities)
        self._messenger.tell(tenant.id, watching(activity), activity.name, body)
