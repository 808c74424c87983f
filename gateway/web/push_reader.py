"""Reading what one endpoint is told next: all that decides it happens in one reading transaction.

Nothing is read ahead: what waits for an endpoint stands in the log, and is told as it is when its turn comes.
"""

from datetime import datetime
from typing import NamedTuple, Self

import structlog

from gateway.booking import ResourceId, TenantId
from gateway.clock import milliseconds, minute_of
from gateway.entry import Entry
from gateway.errors import GatewayError, KeyUnavailable, Unreadable
from gateway.feed.batch import Batch, tenants_in_turn, void
from gateway.feed.delivery import WHOLE, Delivery, Reading
from gateway.feed.reset import ResetReason
from gateway.purpose import Purpose
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.endpoints import ENDPOINTS, EndpointRows
from gateway.store.feed_log import FeedLog, KeysWanted
from gateway.store.handle import Handle
from gateway.store.registry import Standing, standings_of
from gateway.vault.columns import SealedColumn
from gateway.vault.keys import DataKeyOwner
from gateway.web.looking import Keys, PersonsWanted, unlocked
from gateway.web.parts import Parts
from gateway.web.unlocking import Unlocked
from gateway.webhook import Webhook

#: How much is sent to one endpoint at once, and how much of the log is looked through for it.
SENT_AT_ONCE = 16
READ_AT_ONCE = 64

logger = structlog.get_logger()


class NothingToTell(GatewayError):
    """There is no such endpoint any more, or it is paused."""


class PushReader(NamedTuple):
    """One consumer with a webhook, within whichever transaction it is looked up in."""

    consumer: str
    parts: Parts
    records: SealedColumn
    deliveries: SealedColumn
    now: datetime

    @classmethod
    async def of(cls, parts: Parts, consumer: str) -> Self:
        """Raises KeyUnavailable."""
        records, deliveries = [await parts.keyring.service(*column) for column in (RECORDS, ENDPOINTS)]
        return cls(consumer, parts, records, deliveries, parts.clock())

    def hooked(self, handle: Handle) -> tuple[Consumer, Webhook]:
        """Raises NothingToTell."""
        found = ConsumerRows(handle, self.records).hooked(self.consumer)
        if found is None:
            raise NothingToTell("This consumer has no webhook.")
        return found

    def standings(self, handle: Handle) -> dict[TenantId, Standing]:
        """Where the tenants in the consumer's scope stand. Raises NothingToTell."""
        return standings_of(handle, self.hooked(handle)[0].scope)

    def delivery(self, handle: Handle) -> Delivery:
        """Raises NothingToTell."""
        record = EndpointRows(handle, self.deliveries).read(self.consumer)
        delivery = None if record is None else Delivery.read(record)
        if delivery is None or delivery.paused is not None:
            raise NothingToTell("This endpoint is paused.")
        return delivery

    def purpose(self, consumer: Consumer) -> Purpose:
        """Raises NothingToTell."""
        purpose = self.parts.purposes.get(consumer.purpose)
        if purpose is None:
            logger.warning("consumer_not_served", consumer=consumer.id, code="no_purpose")
            raise NothingToTell("What this consumer reads for is not defined here any more.")
        return purpose


class Found(NamedTuple):
    """What is to be sent, and where."""

    webhook: Webhook
    batch: Batch


def read_batch(reader: PushReader, last: TenantId | None, handle: Handle, keys: Keys) -> Found:
    """What comes next, rendered; behind ``last`` the other tenants first.

    Raises NothingToTell; MovedOn where tenants are not as they stood when their keys were asked for;
    PersonsWanted.
    """
    consumer, webhook = reader.hooked(handle)
    purpose, delivery = reader.purpose(consumer), reader.delivery(handle)
    batch = Batch(delivery, milliseconds(reader.now), SENT_AT_ONCE)
    standings, wanted = standings_of(handle, consumer.scope), dict[TenantId, frozenset[DataKeyOwner]]()
    for tenant in tenants_in_turn(standings.keys() | delivery.readings.keys(), last):
        reason = void(delivery, tenant, scope=consumer.scope, purpose=purpose.digest)
        standing = standings.get(tenant)
        try:
            if reason is not None:
                _drop(batch, tenant, reason, reader)
            elif standing is not None:
                _Telling(batch, standing, handle, purpose, unlocked(keys, standing)).add(reader)
        except KeysWanted as error:
            wanted[tenant] = error.owners
        if batch.room <= 0 or sum(map(len, wanted.values())) > batch.room:
            break
    if wanted:
        raise PersonsWanted(wanted)
    return Found(webhook, batch)


def _drop(batch: Batch, tenant: TenantId, reason: ResetReason, reader: PushReader) -> None:
    held = batch.delivery.readings[tenant].waiting.get(WHOLE)
    if held is not None and held.position:
        # What has waited is void as well.
        batch.caught_up.append((tenant, WHOLE))
        held = None
    if held is None or held.is_due(batch.now):
        batch.reset(tenant, reason, minute_of(reader.now))


class _Telling(NamedTuple):
    """What one tenant adds to a batch."""

    batch: Batch
    standing: Standing
    handle: Handle
    purpose: Purpose
    unlocked: Unlocked

    def add(self, reader: PushReader) -> None:
        """Raises KeysWanted. A tenant whose keys are not to be had adds nothing, and keeps its place."""
        tenant, serves = self.standing.tenant, self.standing.authorization.state.may_serve
        reading = self.batch.delivery.readings.get(tenant)
        if reading is None:
            self.batch.begin(tenant, self.standing.head, self.purpose.digest)
            return
        if reading.mark.is_ahead_of(self.standing.head) or (serves and reading.oldest() < self.log.horizon()):
            # What was removed meanwhile is forgotten, or the store was put back: it is told anew.
            _drop(self.batch, tenant, ResetReason.PURPOSE, reader)
        elif not serves:
            self._ahead(reading)
        elif self.unlocked.keys is not None:
            try:
                self._in_turn(reading)
            except (KeyUnavailable, Unreadable) as error:
                logger.warning("tenant_not_served", tenant=tenant, code=type(error).__name__)

    @property
    def log(self) -> FeedLog:
        return FeedLog(self.handle, self.standing, self.purpose)

    def _ahead(self, reading: Reading) -> None:
        found = self.log.notices(reading.mark.heard, 1)
        if self._may_tell_whole(reading, found):
            self.batch.ahead(reading, found)

    def _in_turn(self, reading: Reading) -> None:
        is_held = self.batch.is_held(reading)
        after = reading.mark.position
        found = self._erased(reading) if is_held else self._entries(self.log, after, READ_AT_ONCE)
        news = [entry for entry in found if reading.mark.tells(entry)]
        if not self._may_tell_whole(reading, news):
            return
        for resource, waiting in reading.waiting.items():
            if resource != WHOLE and self.batch.room > 0 and waiting.is_due(self.batch.now):
                behind = self._behind(reading, ResourceId(resource), waiting.position - 1)
                self.batch.again(reading, self.standing.tenant, resource, behind)
        if is_held:
            self.batch.erased(reading, found)
        else:
            self.batch.in_turn(reading, self.standing.tenant, found)

    def _erased(self, reading: Reading) -> list[Entry]:
        """The next erasure of a subject that is told, whatever stands before it in the log."""
        return self.log.erased_subjects(max(reading.mark.position, reading.mark.start), 1)

    def _behind(self, reading: Reading, resource: ResourceId, after: int) -> list[Entry]:
        """What a resource's log has next, from the first on that is told; all that there is where none is."""
        log = FeedLog(self.handle, self.standing, self.purpose, resource=resource)
        while True:
            found = self._entries(log, after, READ_AT_ONCE)
            if len(found) < READ_AT_ONCE or any(map(reading.mark.tells, found)):
                return found
            after = found[-1].position

    def _may_tell_whole(self, reading: Reading, news: list[Entry]) -> bool:
        """Whether nothing that concerns the tenant as a whole waits, or may be tried, or is told no more."""
        held = reading.waiting.get(WHOLE)
        if held is not None and (not news or news[0].position != held.position):
            self.batch.caught_up.append((self.standing.tenant, WHOLE))
            return True
        return held is None or held.is_due(self.batch.now)

    def _entries(self, log: FeedLog, after: int, limit: int) -> list[Entry]:
        keys, persons = self.unlocked.keys, self.unlocked.persons
        return [] if keys is None else log.entries(keys, after, limit, persons)
