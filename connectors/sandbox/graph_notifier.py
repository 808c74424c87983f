"""Graph's notifications: gathered as things change, sent in batches, tried again, and sometimes lost."""

from collections import defaultdict
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from yarl import URL

from connectors.sandbox.calendar import Change, ChangeKind, Clock, Event
from connectors.sandbox.consent import USERS_ROLE, opens_every_mailbox
from connectors.sandbox.directory import Deed, Happening
from connectors.sandbox.graph_notification import altered, change_item, lifecycle_item, told, wired
from connectors.sandbox.graph_notification_pace import DELAY, Pace, Stopwatch
from connectors.sandbox.graph_subscription import Subscription
from connectors.sandbox.graph_subscription_register import Register
from connectors.sandbox.graph_user import concerns
from connectors.sandbox.notification_delivery import GIVEN_UP_AFTER, Delivery
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_post import Post
from connectors.sandbox.notification_publisher import Publisher
from connectors.sandbox.truth import Tenant, World

_BATCH_MAX = 100


class Lifecycle(StrEnum):
    """What Graph tells of a subscription itself."""

    REAUTHORIZE = "reauthorizationRequired"
    REMOVED = "subscriptionRemoved"
    MISSED = "missed"


class _Waiting(NamedTuple):
    """Not yet in a batch: a change (``kind``, of ``item``) or what happened to the subscription."""

    to: Subscription
    url: str
    born: datetime
    kind: ChangeKind | Lifecycle
    item: str = ""
    event: Event | None = None


class GraphNotifier:
    """``hear`` gathers, ``deliver`` sends what is due; the stand-ins' clock alone says what is."""

    def __init__(
        self,
        world: World,
        register: Register,
        post: Post,
        publisher: Publisher,
        clock: Clock,
        faults: NotificationFaults,
    ) -> None:
        self._world = world
        self._register = register
        self._post = post
        self._publisher = publisher
        self._now = clock
        self._faults = faults
        self._waiting: dict[tuple[str, str, str], _Waiting] = {}
        self._sent: list[Delivery] = []
        self._watches: defaultdict[str, Stopwatch] = defaultdict(Stopwatch)
        self._missed: set[str] = set()

    def hear(self, change: Change) -> None:
        """Note what changed in a mailbox, for those who subscribed to its events."""
        kind, item = told(change)
        event = self._world.calendar(change.address).events.get(item)
        # Of a series that goes, the occurrences go with it: its master's going says so.
        if event is None and kind is not ChangeKind.DELETED:
            return
        for to in self._register.listening(lambda one: one.address == change.address and one.wants(kind)):
            self._wait(to, to.asked.notification_url, kind, item, event)

    def hear_of(self, tenant: Tenant, happened: Happening) -> None:
        """Note what happened to an account; new and soft-deleted ones are told as ``updated``."""
        user, is_purged = happened.account.id, happened.deed is Deed.PURGED
        kind = ChangeKind.DELETED if is_purged else ChangeKind.UPDATED
        if concerns(happened):
            for to in self._register.listening(
                lambda one: not one.target.of_events and one.tenant == tenant.id
            ):
                if to.user in {None, user} and to.wants(kind):
                    self._wait(to, to.asked.notification_url, kind, user)

    def tell(self, happened: Lifecycle, to: Subscription) -> None:
        """Note what happened to a subscription; one that is removed is gone at once."""
        if happened is Lifecycle.REMOVED:
            self._register.drop(to)
        if to.asked.lifecycle_notification_url is not None:
            self._wait(to, to.asked.lifecycle_notification_url, happened)

    async def deliver(self) -> None:
        """Send, once, what is due now."""
        for to in self._register.to_warn(self._is_revoked):
            self.tell(Lifecycle.REAUTHORIZE, to)
        self._tell_of_missed()
        self._pack()
        now = self._now()
        due = [one for one in self._sent if one.due <= now]
        self._sent = [one for one in self._sent if one.due > now]
        for delivery in due:
            await self._send(delivery)

    def _wait(
        self,
        to: Subscription,
        url: str,
        kind: ChangeKind | Lifecycle,
        item: str = "",
        event: Event | None = None,
    ) -> None:
        # What already waits is not told twice, but as it is now.
        self._waiting[to.id, kind, item] = _Waiting(to, url, self._now(), kind, item, event)

    def _tell_of_missed(self) -> None:
        """Once a receiver keeps up again, say that something was lost."""
        for to in self._register:
            url = to.asked.lifecycle_notification_url
            if to.id in self._missed and url is not None and self._pace(url) is not Pace.DROP:
                self._missed.remove(to.id)
                self.tell(Lifecycle.MISSED, to)

    def _pack(self) -> None:
        """Make batches, one receiver's whoever subscribed there: they mix tenants and subscriptions."""
        by_url: defaultdict[str, list[_Waiting]] = defaultdict(list)
        kept = {}
        for key, one in self._waiting.items():
            if isinstance(one.kind, ChangeKind) and self._is_revoked(one.to):
                # Without access nothing is sent; what is too old by then is gone.
                if self._now() - one.born <= GIVEN_UP_AFTER:
                    kept[key] = one
            else:
                by_url[one.url].append(one)
        self._waiting = kept
        for url, waiting in by_url.items():
            for start in range(0, len(waiting), _BATCH_MAX):
                self._post_later(url, waiting[start : start + _BATCH_MAX])

    def _post_later(self, url: str, batch: list[_Waiting]) -> None:
        now, about = self._now(), frozenset(one.to.id for one in batch)
        pace = self._pace(url)
        if pace is Pace.DROP:
            self._missed |= about
            return
        if self._faults.take("notification-lost"):
            return
        body: Event = {"value": altered([self._item(one) for one in batch], self._faults)}
        if any("encryptedContent" in item for item in body["value"]):
            body["validationTokens"] = self._publisher.tokens(one.to.tenant for one in batch)
        headers, raw = wired(body, self._faults)
        due = now + DELAY if pace is Pace.SLOW else now
        self._sent.append(Delivery(url=url, headers=headers, body=raw, about=about, born=now, due=due))

    def _item(self, one: _Waiting) -> Event:
        if isinstance(one.kind, Lifecycle):
            return lifecycle_item(one.to, one.kind)
        return change_item(one.to, one.kind, one.item, one.event, self._faults)

    async def _send(self, delivery: Delivery) -> None:
        if self._pace(delivery.url) is Pace.DROP:
            self._missed |= delivery.about
            return
        answer = await self._post.send(delivery.url, delivery.headers, delivery.body)
        now = self._now()
        self._watches[_endpoint(delivery.url)].note(now, late=answer.is_late)
        if answer.is_success:
            return
        if delivery.put_off(now):
            self._sent.append(delivery)
        else:
            self._missed |= delivery.about

    def _pace(self, url: str) -> Pace:
        return self._watches[_endpoint(url)].pace(self._now())

    def _is_revoked(self, to: Subscription) -> bool:
        consent = self._world.consents[to.tenant]
        if to.address is None:
            is_reached = USERS_ROLE in consent.roles
        else:
            is_reached = opens_every_mailbox(consent.roles) or consent.reaches(to.address)
        is_refused = to.tenant in self._world.consent_removed or to.address in self._world.denied
        return is_refused or not is_reached


def _endpoint(url: str) -> str:
    return URL(url, encoded=True).authority
