"""Tells Google's channels what happens to users, and what admins and persons do."""

from datetime import timedelta

from connectors.sandbox.activity import Activity, account_changed
from connectors.sandbox.activity_log import ActivityLog, Logged
from connectors.sandbox.calendar import Clock
from connectors.sandbox.directory import Happening
from connectors.sandbox.google_messenger import GoogleMessenger
from connectors.sandbox.google_reports import printed_activity, watching
from connectors.sandbox.google_users import user_message
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.truth import Tenant, World

_LATE = timedelta(hours=6)


class GoogleHerald:
    """An act upon an account is told twice: to who watches users, and to who watches admins.

    What somebody did stands in ``log`` as well.
    """

    def __init__(
        self, world: World, messenger: GoogleMessenger, clock: Clock, faults: NotificationFaults
    ) -> None:
        self.log = ActivityLog()
        self._world = world
        self._messenger = messenger
        self._now = clock
        self._faults = faults
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
        at, late = self._now(), _LATE if self._faults.take("activity-late") else timedelta()
        body = printed_activity(tenant, accounts, activity, at, self._activities)
        self.log.add(tenant.id, Logged(at + late, at, activity, body))
        self._messenger.tell(tenant.id, watching(activity), activity.name, body, late)
