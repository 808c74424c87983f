"""The steps that follow the fence of one subject: their key, and what bookings tell of people they invite."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from functools import partial

import msgspec
import structlog

from gateway.authorization import AuthorizationId
from gateway.booking import Booking, BookingId, SubjectId, TenantId
from gateway.drafting import draft
from gateway.entry import EntryKind
from gateway.errors import KeyUnavailable
from gateway.minimization.contract import SUPPRESSED
from gateway.minimization.lattice import disclosure_of, levels_of, meet
from gateway.minimization.narrowing import lowered
from gateway.minimization.places import Listed
from gateway.proof.certificate import Scope
from gateway.purpose import Minimized
from gateway.store.acknowledgements import told_erasure
from gateway.store.bookings import Draft, Placement
from gateway.store.handle import Handle
from gateway.store.messages import MessageType, tell_employer
from gateway.store.registry import Registry, Standing, known_standing, known_standing_under
from gateway.store.remains import Remains, of_subject
from gateway.store.store import Fence, Store
from gateway.store.subjects import booked_by, owners_standing
from gateway.store.transaction import Transaction
from gateway.store.withdrawals import WithdrawalRow
from gateway.subject import was_enrolled
from gateway.vault.index import Index
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService
from gateway.withdrawal.giving_back import Revoke
from gateway.withdrawal.ordered_steps import OrderedSteps

log = structlog.get_logger()

#: Lets what is stored of a tenant obey the rules of now, objections among them.
Narrow = Callable[[TenantId], Awaitable[None]]

#: Writes bookings anew, and tells of it where they are told.
Put = Callable[[Placement, Sequence[Draft]], None]


def hide(transaction: Transaction, index: Index, subject: SubjectId) -> None:
    """Tell nothing more of a subject, as far as these keys reach; all calendars are read anew."""
    take_people_out(transaction, transaction.bookings.put, index, subject)
    take_places_back(transaction, subject)
    transaction.calendars.read_anew()


def take_people_out(transaction: Transaction, put: Put, index: Index, subject: SubjectId) -> None:
    """Leave of bookings that a subject organizes what is the room's, as far as these keys reach."""
    for calendar, bodies in transaction.subjects.bodies(subject).items():
        row = transaction.calendars.load(calendar)
        at = Placement(calendar, 0 if row is None else row.generation)
        put(at, [_without_people(index, booking, kept) for booking, kept in bodies.items()])


def take_places_back(transaction: Transaction, subject: SubjectId) -> None:
    """Tell nothing of the places that were told like others because of this subject's word.

    A look at the directory brings them back as what they are.
    """
    details = transaction.calendars.details().values()
    places = [msgspec.json.decode(one, type=Listed).place for one in details]
    for resource in sorted({place.resource.id for place in places if place.regular_user == subject}):
        transaction.resources.remove(resource)
    transaction.directory.restart()


async def take_out_of_copies(
    store: Store,
    keyring: Keyring,
    employer: Standing,
    subjects: Collection[SubjectId],
    whose: Collection[AuthorizationId],
) -> None:
    """Leave of what people's calendars tell of these subjects' events what is the room's.

    A person whose key is not to be had is not told of either: nobody waits for it.
    """
    tenant, within = employer.tenant, Fence.of(employer)
    for authorization in sorted(whose):
        person = partial(known_standing_under, tenant=tenant, authorization=authorization)
        epoch = (await store.read(person)).authorization.epoch
        try:
            keys = await keyring.tenant(tenant, authorization)
        except KeyUnavailable as error:
            log.warning("copies_not_narrowed", tenant=tenant, code=type(error).__name__)
            continue
        take_out = partial(_take_out, index=keys.index, subjects=subjects)
        await store.turn(Fence(tenant, authorization, epoch, within=within), keys, take_out)


def _take_out(transaction: Transaction, *, index: Index, subjects: Collection[SubjectId]) -> None:
    for subject in subjects:
        take_people_out(transaction, transaction.personal.rewrite, index, subject)


def _without_people(index: Index, booking: BookingId, kept: Minimized) -> Draft:
    made = disclosure_of(kept.levels)
    left = lowered(msgspec.json.decode(kept.body, type=Booking), SUPPRESSED, made)
    return draft(index, booking, left, levels_of(meet(made, SUPPRESSED)))


class SubjectSteps(OrderedSteps):
    """What each step does to what is kept of one subject; the tenant's authorization stands as it was."""

    scope = Scope.SUBJECT

    def __init__(
        self, store: Store, keyring: Keyring, keys: KeyService, revoke: Revoke, narrow: Narrow
    ) -> None:
        super().__init__(store, keyring, keys, revoke)
        self._narrow = narrow

    async def drop(self, withdrawal: WithdrawalRow) -> None:
        """Let go of the subject's key. Whoever serves does so by itself."""
        standing = await self._store.read(partial(owners_standing, tenant=withdrawal.tenant))
        self._keyring.keep_only(withdrawal.tenant, standing)

    async def shred(self, withdrawal: WithdrawalRow) -> None:
        """Burn the key that seals pseudonym, user id, and every booking's booker, in every copy."""
        await self.refuse_keys(withdrawal)

    async def erase(self, withdrawal: WithdrawalRow) -> None:
        """Take out what else is told of people, and see to it that the database's log holds none of it."""
        standing = await self._store.read(partial(known_standing, tenant=withdrawal.tenant))
        if standing.authorization.state.is_open:
            await self._narrow(withdrawal.tenant)
            subject = _subject(withdrawal)
            whose = await self._store.read(partial(booked_by, tenant=withdrawal.tenant, subject=subject))
            await take_out_of_copies(self._store, self._keyring, standing, [subject], whose)
        await self._sweep()

    async def notify(self, withdrawal: WithdrawalRow) -> None:
        """Tell consumers to delete what they keep of an enrolled subject, once nothing of them is told."""

        def tell(registry: Registry) -> None:
            tenant, erasure = withdrawal.tenant, withdrawal.id
            is_open = registry.standing(tenant).authorization.state.is_open
            is_news = told_erasure(registry.handle, tenant, erasure) is None
            if was_enrolled(_subject(withdrawal)) and is_open and is_news:
                registry.announce(tenant, EntryKind.SUBJECT_ERASED, erasure)
                what, subject = MessageType.SUBJECT_ERASED, _subject(withdrawal)
                tell_employer(registry.handle, tenant, what, subject, at=registry.now)

        await self._store.administer(tell)

    async def refuse_keys(self, withdrawal: WithdrawalRow) -> datetime | None:
        if not was_enrolled(_subject(withdrawal)):
            return None
        return await self._burn(withdrawal.tenant, _subject(withdrawal))

    def rows_left(self, withdrawal: WithdrawalRow, handle: Handle) -> Remains:
        return of_subject(handle, withdrawal.tenant, _subject(withdrawal))


def _subject(withdrawal: WithdrawalRow) -> SubjectId:
    return SubjectId(str(withdrawal.subject))
