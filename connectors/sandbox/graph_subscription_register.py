"""The subscriptions that Graph holds, and what it refuses because of those it has."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from connectors.sandbox.calendar import Clock
from connectors.sandbox.graph_subscription import Subscription
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.refusal import graph_refusal

_MAILBOX_MAX, _USERS_MAX = 1_000, 100
#: How many deleted ones may still tell of something.
_REMEMBERED = 100

#: From when on a client is asked to renew, and how often.
_WARNED_BEFORE, _WARNED_EVERY = timedelta(minutes=30), timedelta(minutes=10)


class Register:
    """All subscriptions of all tenants that have not expired."""

    def __init__(self, clock: Clock, faults: NotificationFaults) -> None:
        self._now = clock
        self._faults = faults
        self._held: dict[str, Subscription] = {}
        self._deleted: deque[Subscription] = deque(maxlen=_REMEMBERED)

    def __iter__(self) -> Iterator[Subscription]:
        """Those that have not expired; the others are forgotten."""
        now = self._now()
        self._held = {key: one for key, one in self._held.items() if one.until > now}
        return iter(list(self._held.values()))

    def of(self, tenant: str) -> list[Subscription]:
        return [one for one in self if one.tenant == tenant]

    def find(self, tenant: str, subscription_id: str) -> Subscription:
        """Refused with 404 if it expired, was deleted, or is another tenant's."""
        found = next((one for one in self.of(tenant) if one.id == subscription_id), None)
        if found is None or self._faults.take("subscription-forgotten"):
            raise graph_refusal(404, "ResourceNotFound", "The object was not found.")
        return found

    def add(self, new: Subscription) -> None:
        """Refused as a duplicate (409) or as one too many (403)."""
        alike = [one for one in self.of(new.tenant) if _key(one) == _key(new)]
        if alike or self._faults.take("subscription-duplicate"):
            known = alike[0].id if alike else new.id
            message = f"Subscription Id <{known}> already exists for the requested combination"
            raise graph_refusal(409, "ExtensionError", message)
        most = _MAILBOX_MAX if new.address else _USERS_MAX
        beside = [one for one in self.of(new.tenant) if one.address == new.address]
        if len(beside) >= most or self._faults.take("subscription-quota"):
            message = f"Subscription limit reached: {most} active subscriptions for the resource."
            raise graph_refusal(403, "Forbidden", message)
        self._held[new.id] = new

    def drop(self, subscription: Subscription) -> None:
        del self._held[subscription.id]
        self._deleted.append(subscription)

    def listening(self, concerns: Callable[[Subscription], bool]) -> list[Subscription]:
        """Who is told of a change; sometimes also who no longer is."""
        told = [one for one in self if concerns(one) and not one.paused]
        gone = [one for one in self._deleted if concerns(one)]
        return told + gone if gone and self._faults.take("notification-after-delete") else told

    def to_warn(self, is_revoked: Callable[[Subscription], bool]) -> list[Subscription]:
        """Who is to be asked to reauthorize now: access was taken away, or the end is near.

        Those without access pause: what changes until they are reauthorized is told to nobody.
        """
        now, due = self._now(), []
        for one in self:
            one.paused = one.paused or is_revoked(one)
            near = one.until - now <= _WARNED_BEFORE
            if (one.paused or near) and _is_over(one.warned, now):
                one.warned = now
                due.append(one)
        return due


def _key(one: Subscription) -> tuple[object, ...]:
    return frozenset(one.asked.change_type.split(",")), one.asked.resource.strip("/").lower()


def _is_over(warned: datetime | None, now: datetime) -> bool:
    return warned is None or now - warned >= _WARNED_EVERY
