"""Law 6: no write of a transaction is committed under an epoch or a lease that is over."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.booking import BookingId, CalendarId, Freshness, ResourceId, SubjectId
from gateway.drafting import draft
from gateway.entry import EntryKind
from gateway.errors import Fenced, StoreBusy
from gateway.legal_hold import HeldBooking, HoldId, LegalHold, Subset
from gateway.minimization.lattice import WIDEST, levels_of
from gateway.receipt import Count, What
from gateway.request import RequestKind, RequestState, RequestStep, SubjectRequest
from gateway.store.bookings import Placement
from gateway.store.entries import EntryRow
from gateway.store.leases import Lease
from gateway.store.legal_holds import HELD
from gateway.store.signals import SignalRow
from gateway.store.store import Store
from gateway.store.tables import calendars, channels, directories
from gateway.store.transaction import Transaction
from gateway.store.usage import Release
from gateway.tally import Tally
from gateway.usage import first_day
from tests.fakes.counted import MARCH, count_month
from tests.fakes.installation import Installation, calendar_of, lose_access, resource_of
from tests.fakes.rows import Rows, rows_in, rows_of
from tests.fakes.site import AMBER, Site, meetings, open_site
from tests.gateway.store.person_writes import OF_PERSONS

SUBJECT = SubjectId("sub_1")
HOLD = HoldId("hold_1")
TRANSMITTER = "trm_there"
A_SIGNAL = SignalRow(
    *("hash", TRANSMITTER, "disabled", "person", "suspend"),
    received_at=1,
    late=False,
    authorization=None,
    subject=SUBJECT,
)
A_HOLD = LegalHold(reference="Case 1", review=date(2026, 6, 1), sealed=False, subset=Subset())
REQUEST = SubjectRequest(
    id="req_1",
    kind=RequestKind.ACCESS,
    received=date(2026, 3, 2),
    ends_at=2,
    executes_at=None,
    link=None,
    steps=(RequestStep(at=1, state=RequestState.OPENED),),
)
#: The day that is counted already.
DAY = first_day(MARCH)
LATER = datetime(2026, 3, 9, tzinfo=UTC)
PAST_A_DAY = timedelta(days=1, seconds=1)
PAST_A_LEASE = timedelta(minutes=3)


@dataclass
class Scene:
    """A site with a booking and a removal, all of it due and leased."""

    site: Site
    booking: BookingId
    removed: BookingId
    calendar: CalendarId
    resource: ResourceId
    calendar_lease: Lease
    directory_lease: Lease
    channel_lease: Lease

    @property
    def placement(self) -> Placement:
        return Placement(self.calendar, 9)

    @property
    def store(self) -> Store:
        return self.site.installation.store

    async def rows(self) -> Rows:
        """All that the database holds."""
        return await rows_of(self.store)


@pytest.fixture
async def scene(installation: Installation) -> Scene:
    site = await open_site(installation, *meetings(2, first=50))
    site.provider.delete(AMBER, "event-51")
    await site.later()
    await count_month(site, MARCH, {AMBER: Tally(1, 1, 60)}, days=1)
    await site.installation.store.turn(
        site.tenancy.fence,
        site.tenancy.keys,
        lambda to: to.transmitters.add(TRANSMITTER, "okta", b"{}", "secret"),
    )
    installation.clock.move(PAST_A_DAY)
    (calendar_lease,) = await installation.store.claim(calendars, tenant=site.tenant, owner="me", limit=1)
    (directory_lease,) = await installation.store.claim(directories, tenant=site.tenant, owner="me", limit=1)
    (channel_lease,) = await installation.store.claim(channels, tenant=site.tenant, owner="me", limit=1)
    installation.clock.move(timedelta(seconds=1))
    return Scene(
        site,
        site.id("event-50"),
        site.id("event-51"),
        calendar_of(site.tenancy, AMBER),
        resource_of(site.tenancy, AMBER),
        calendar_lease,
        directory_lease,
        channel_lease,
    )


def put_booking(to: Transaction, at: Scene) -> None:
    (booking,) = at.site.consumer.bookings.values()
    to.bookings.put(at.placement, [draft(at.site.tenancy.keys.index, booking.id, booking, levels_of(WIDEST))])


def remove_booking(to: Transaction, at: Scene) -> None:
    to.bookings.remove(at.calendar, [at.booking])


def put_resource(to: Transaction, at: Scene) -> None:
    (resource,) = at.site.consumer.resources.values()
    to.resources.put(resource, None)


def tell_state(to: Transaction, at: Scene) -> None:
    (resource,) = at.site.consumer.resources.values()
    # Of one that is new nothing was told yet.
    to.resources.put(resource, None)
    to.states.tell(at.resource)


def keep_held(to: Transaction, at: Scene) -> None:
    one = HeldBooking(booking={}, place=None, subject=None)
    to.holds.keep(HOLD, 0, [one], at.site.tenancy.keys.column(*HELD))


def suspend_and_resume(to: Transaction, at: Scene) -> None:
    to.subjects.add(SUBJECT, b"record", ["finder"], at.site.tenancy.keys)
    assert to.subjects.suspend(SUBJECT)
    assert to.subjects.resume(SUBJECT)


def add_and_write(to: Transaction, _: Scene) -> None:
    to.transmitters.add("trm_new", "okta", b"{}", "secret")
    to.transmitters.write("trm_new", b"{}", pause=None)


def add_and_hasten(to: Transaction, _: Scene) -> None:
    to.transmitters.add("trm_new", "okta", b"{}", "secret")
    to.transmitters.hasten(["okta"], 1)


def add_and_hasten_persons(to: Transaction, _: Scene) -> None:
    to.calendars.add(CalendarId("new"), None, b"details")
    to.calendars.hasten_persons(1)


def tell_what_signals_allow(to: Transaction, at: Scene) -> None:
    to.states.set(at.calendar, Freshness.STALE)
    to.states.tell_what_signals_allow()


def add_and_call(to: Transaction, _: Scene) -> None:
    to.transmitters.add("trm_new", "google", b"{}", "secret")
    to.transmitters.call("trm_new", pause=0, wait=0)


def note_and_probe(to: Transaction, _: Scene) -> None:
    to.signals.add(A_SIGNAL)
    to.signals.probed(A_SIGNAL.id, "gone")


def let_stand(to: Transaction, at: Scene) -> None:
    to.holds.add(HOLD, A_HOLD)
    to.holds.stand(HOLD, 0, is_told=True)


Write = Callable[[Transaction, Scene], object]

WRITES: dict[str, Write] = {
    "log.append": lambda to, at: to.log.append(EntryRow(EntryKind.RESOURCE_REMOVED, at.resource), [1]),
    "log.reserve": lambda to, _: to.log.reserve(3),
    "log.reserve_between": lambda to, _: to.log.reserve_between(3),
    "bookings.put": put_booking,
    "bookings.remove": remove_booking,
    "bookings.mark_seen": lambda to, at: to.bookings.mark_seen(at.placement, [at.booking]),
    "bookings.forget": lambda to, at: to.bookings.forget(at.calendar, [at.booking]),
    "resources.put": put_resource,
    "resources.remove": lambda to, at: to.resources.remove(at.resource),
    "calendars.add": lambda to, at: to.calendars.add(CalendarId("new"), at.resource, b"details"),
    "calendars.describe": lambda to, at: to.calendars.describe(at.calendar, b"details"),
    "calendars.hasten_persons": add_and_hasten_persons,
    "calendars.read_anew": lambda to, _: to.calendars.read_anew(),
    "subjects.add": lambda to, at: to.subjects.add(SUBJECT, b"record", ["finder"], at.site.tenancy.keys),
    "subjects.conceal": lambda to, _: to.subjects.conceal(SUBJECT),
    "subjects.suspend": suspend_and_resume,
    "subjects.resume": suspend_and_resume,
    "signals.add": lambda to, _: to.signals.add(A_SIGNAL),
    "signals.probed": note_and_probe,
    "transmitters.add": lambda to, _: to.transmitters.add("trm_new", "okta", b"{}", "secret"),
    "transmitters.write": add_and_write,
    "transmitters.fell_silent": lambda to, _: to.transmitters.fell_silent(TRANSMITTER),
    "transmitters.hasten": add_and_hasten,
    "transmitters.call": add_and_call,
    "transmitters.remove": lambda to, _: to.transmitters.remove(TRANSMITTER),
    "requests.put": lambda to, _: to.requests.put(REQUEST, ["finder"]),
    "subjects.withdraw": lambda to, _: to.subjects.withdraw(SUBJECT, ["finder"], "era_1", owner="me"),
    "holds.add": lambda to, _: to.holds.add(HOLD, A_HOLD),
    "holds.keep": keep_held,
    "holds.stand": let_stand,
    "calendars.obey": lambda to, at: to.calendars.obey(at.calendar, b"rules"),
    "channels.add": lambda to, _: to.channels.add(CalendarId("new")),
    "channels.end": lambda to, at: to.channels.end(at.calendar),
    "channels.lose_all": lambda to, _: to.channels.lose_all(),
    "calendars.drop": lambda to, at: to.calendars.drop(at.calendar),
    "directory.make_due": lambda to, _: to.directory.make_due(),
    "directory.restart": lambda to, _: to.directory.restart(),
    "receipts.add": lambda to, _: to.receipts.add({Count(What.EVENTS): 1}),
    "usage.add": lambda to, at: to.usage.add(DAY + 1, {at.resource: Tally(1, 1, 60)}),
    "usage.note_bookers": lambda to, _: to.usage.note_bookers(DAY, {SUBJECT: "site"}),
    "usage.form": lambda to, at: to.usage.form(2026, {at.resource: "group"}),
    "usage.release": lambda to, _: to.usage.release(Release(MARCH, b"{}", 250)),
    "usage.drop": lambda to, at: to.usage.drop(at.resource),
    "usage.drop_counted": lambda to, _: to.usage.drop_counted(MARCH),
    "usage.keep_only": lambda to, _: to.usage.keep_only([]),
    "states.set": lambda to, at: to.states.set(at.calendar, Freshness.STALE),
    "states.age": lambda to, _: to.states.age(
        Freshness.FRESH, Freshness.STALE, completed_before=to.now, reason="polls_missed"
    ),
    "states.tell": tell_state,
    "states.tell_what_signals_allow": tell_what_signals_allow,
    "states.cut_off": lambda to, _: to.states.cut_off(),
}
WRITES_UNDER_A_LEASE: dict[str, Write] = {
    "calendars.begin_full_round": lambda to, at: to.calendars.begin_full_round(at.calendar_lease, 8),
    "calendars.keep": lambda to, at: to.calendars.keep(at.calendar_lease),
    "calendars.complete": lambda to, at: to.calendars.complete(
        at.calendar_lease, cursor=b"cursor", full_at=1, due_at=2, reason=None, rules=b"rules"
    ),
    "calendars.brake": lambda to, at: to.calendars.brake(at.calendar_lease, due_at=2),
    "calendars.expire_cursor": lambda to, at: to.calendars.expire_cursor(at.calendar_lease),
    "calendars.postpone": lambda to, at: to.calendars.postpone(at.calendar_lease, due_at=2, reason="network"),
    "channels.introduce": lambda to, at: to.channels.introduce(at.channel_lease, "secret"),
    "channels.settle": lambda to, at: to.channels.settle(
        at.channel_lease, watch=b"watch", expires_at=LATER, due_at=2, introduced=True
    ),
    "channels.lose": lambda to, at: to.channels.lose(at.channel_lease, due_at=2),
    "channels.postpone": lambda to, at: to.channels.postpone(at.channel_lease, due_at=2, reason="network"),
    "channels.close": lambda to, at: to.channels.close(at.channel_lease),
    "directory.complete": lambda to, at: to.directory.complete(at.directory_lease, due_at=2),
    "directory.brake": lambda to, at: to.directory.brake(at.directory_lease, due_at=2),
    "directory.postpone": lambda to, at: to.directory.postpone(
        at.directory_lease, due_at=2, reason="network"
    ),
}
READS = {
    "grants.find",
    "grants.found_by",
    "grants.granted_at",
    "signals.is_known",
    "subjects.enrolled_at",
    "subjects.is_due",
    "transmitters.load",
    "transmitters.unheard",
    "bookings.bodies",
    "bookings.booked",
    "bookings.count",
    "bookings.ends",
    "bookings.known",
    "bookings.of_series",
    "bookings.present",
    "bookings.unseen",
    "calendars.details",
    "calendars.is_being_read",
    "calendars.load",
    "calendars.notified_at",
    "calendars.obeyed",
    "calendars.resources",
    "calendars.rules",
    "calendars.unread_since",
    "channels.load",
    "directory.load",
    "holds.found",
    "link.load",
    "personal.unclaimed",
    "resources.all",
    "resources.fingerprint",
    "states.are_all_refused",
    "subjects.bodies",
    "subjects.is_withdrawn",
    "requests.find",
    "requests.found_by",
    "requests.load",
    "subjects.known",
    "subjects.registered",
    "subjects.record",
    "calendars.fresh_since",
    "usage.bookers",
    "usage.counted_on",
    "usage.groups",
    "usage.is_released",
    "usage.newest",
    "usage.spent",
    "usage.taken",
    "usage.tallies",
    "usage.unreleased",
    "told.of_calendar",
    "told.of_uids",
}

ALL_WRITES = WRITES | WRITES_UNDER_A_LEASE


async def test_no_write_is_left_out(scene: Scene) -> None:
    tenancy = scene.site.tenancy
    rooms = await scene.store.look(tenancy.fence, tenancy.keys, vars)
    methods = {
        f"{name}.{method}"
        for name, room in rooms.items()
        for method, _ in inspect.getmembers(room, inspect.ismethod)
        if not method.startswith("_")
    }
    assert methods == ALL_WRITES.keys() | OF_PERSONS.keys() | READS


class BrokenOff(Exception):
    """What ends a transaction that has written."""


def breaking_off(write: Write, scene: Scene) -> Callable[[Transaction], None]:
    """A transaction that writes, and comes to nothing."""

    def work(to: Transaction) -> None:
        handle = to.log._scope.handle
        before = rows_in(handle)
        write(to, scene)
        assert rows_in(handle) != before
        raise BrokenOff

    return work


def upon(scene: Scene, write: Write) -> Callable[[Transaction], object]:
    return lambda to: write(to, scene)


async def test_under_its_own_epoch_it_writes_and_nothing_if_it_breaks_off(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    before, tenancy = await scene.rows(), scene.site.tenancy
    for name, write in ALL_WRITES.items():
        with subtests.test(name):
            with pytest.raises(BrokenOff):
                await scene.store.turn(tenancy.fence, tenancy.keys, breaking_off(write, scene))
            assert await scene.rows() == before


async def test_under_an_old_epoch_it_is_fenced_and_writes_nothing(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    tenancy = scene.site.tenancy
    await lose_access(scene.store, tenancy)
    before = await scene.rows()
    for name, write in ALL_WRITES.items():
        with subtests.test(name):
            with pytest.raises(Fenced):
                await scene.store.turn(tenancy.fence, tenancy.keys, upon(scene, write))
            assert await scene.rows() == before


async def test_under_a_lost_lease_it_is_fenced_and_writes_nothing(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    installation, tenancy = scene.site.installation, scene.site.tenancy
    installation.clock.move(PAST_A_LEASE)
    for table in (calendars, channels, directories):
        await installation.store.claim(table, tenant=scene.site.tenant, owner="other", limit=1)
    before = await scene.rows()
    for name, write in WRITES_UNDER_A_LEASE.items():
        with subtests.test(name):
            with pytest.raises(Fenced):
                await scene.store.turn(tenancy.fence, tenancy.keys, upon(scene, write))
            assert await scene.rows() == before


async def test_another_tenants_fence_is_no_hindrance(scene: Scene, installation: Installation) -> None:
    other = await open_site(installation, *meetings(1))
    await lose_access(installation.store, other.tenancy)
    await scene.store.check(scene.site.tenancy.fence)
    with pytest.raises(Fenced):
        await scene.store.check(other.tenancy.fence)


async def test_looking_is_fenced_as_well(scene: Scene) -> None:
    store, tenancy = scene.store, scene.site.tenancy
    await lose_access(store, tenancy)
    with pytest.raises(Fenced):
        await store.look(tenancy.fence, tenancy.keys, id)


async def test_looking_cannot_write(scene: Scene) -> None:
    before, tenancy = await scene.rows(), scene.site.tenancy
    with pytest.raises(StoreBusy, match="cannot be written"):
        await scene.store.look(
            tenancy.fence,
            tenancy.keys,
            lambda transaction: transaction.states.set(scene.calendar, Freshness.STALE),
        )
    assert await scene.rows() == before
