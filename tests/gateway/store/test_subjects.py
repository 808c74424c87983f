"""A booker is sealed apart, under a key of their own: without it the booking is told, but for them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.authorization import AuthorizationId
from gateway.booking import Booking, CalendarId, SubjectId, TenantId, canonical, with_booker
from gateway.drafting import draft
from gateway.minimization.lattice import WIDEST, levels_of
from gateway.store.bookings import Draft, Placement, Recognized
from gateway.store.feed_log import FeedLog, KeysWanted, PersonalKeys
from gateway.store.restrictions import KnownSubjects
from gateway.store.subjects import SubjectRow, subjects_of
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.subject import Finder, SubjectRecord, finder
from gateway.vault.keyring import TenantKeys
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.fakes.installation import SEES_ALL

SUBJECT = SubjectId("sub_wendla")
PSEUDONYM = "Pseudonym-of-Wendla-0042"
AT = Placement(CalendarId("calendar-of-north"), 1)
BOOKED = replace(a_booking("one", "north"), booker=PSEUDONYM)
WENDLA = SubjectRecord(
    pseudonym=PSEUDONYM,
    user="flexo-user-17",
    directory="directory-id-5",
    addresses=frozenset({"wendla@cobalt.example", "w.ostrander@cobalt.example"}),
)


async def booked(filled: FilledStore, booking: Booking = BOOKED) -> tuple[TenantId, TenantKeys]:
    """A tenant where the subject has booked a room; with the subject's keys."""
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    await filled.keys.create_data_key(tenant, SUBJECT)
    keys = await filled.keyring.tenant(tenant, SUBJECT)
    one = await drafted(filled, tenant, booking, keys)
    await filled.turn(tenant, lambda to: to.bookings.put(AT, [one]))
    return tenant, keys


async def drafted(filled: FilledStore, tenant: TenantId, booking: Booking, keys: TenantKeys) -> Draft:
    index = (await unlock(filled.keyring, await filled.standing(tenant))).index
    return draft(
        index,
        booking.id,
        booking,
        levels_of(WIDEST),
        recognized=Recognized(SUBJECT, keys.column("bookings", "booker")),
    )


async def told(filled: FilledStore, tenant: TenantId, persons: PersonalKeys) -> list[bytes]:
    standing = await filled.standing(tenant)
    keys = await unlock(filled.keyring, standing)
    entries = await filled.store.read(
        lambda handle: FeedLog(handle, standing, SEES_ALL).entries(keys, 0, 9, persons)
    )
    return [bytes(entry.booking) for entry in entries if entry.booking is not None]


@given(st.text())
def test_a_booker_is_put_where_it_would_have_stood(booker: str) -> None:
    named = replace(a_booking("one", "north", people=3), booker=booker)
    assert with_booker(canonical(replace(named, booker=None)), booker) == canonical(named)


async def test_a_booker_is_told_by_their_own_key(filled: FilledStore) -> None:
    tenant, keys = await booked(filled)
    assert await told(filled, tenant, {SUBJECT: keys}) == [canonical(BOOKED)]


async def test_their_key_is_asked_for(filled: FilledStore) -> None:
    tenant, _ = await booked(filled)
    with pytest.raises(KeysWanted) as raised:
        await told(filled, tenant, {})
    assert raised.value.owners == {SUBJECT}


@pytest.mark.parametrize("lost", ["not to be had", "dropped", "of another"])
async def test_without_their_key_the_place_stays_taken(filled: FilledStore, lost: str) -> None:
    tenant, keys = await booked(filled)
    other = SubjectId("sub_other")
    await filled.keys.create_data_key(tenant, other)
    theirs = {
        "not to be had": None,
        "dropped": keys,
        "of another": await filled.keyring.tenant(tenant, other),
    }
    if lost == "dropped":
        filled.keyring.keep_only(tenant, {AuthorizationId("aut_harbour")})
    assert await told(filled, tenant, {SUBJECT: theirs[lost]}) == [canonical(replace(BOOKED, booker=None))]


async def test_the_body_holds_nothing_of_them(filled: FilledStore) -> None:
    tenant, _ = await booked(filled)
    bodies = await filled.turn(tenant, lambda to: to.bookings.bodies(AT.calendar))
    assert {key: kept.body for key, kept in bodies.items()} == {
        BOOKED.id: canonical(replace(BOOKED, booker=None))
    }
    await filled.put(tenant, replace(BOOKED, booker="somebody whom nobody recognizes"))
    assert await told(filled, tenant, {}) == [canonical(replace(BOOKED, booker=None))]


async def test_a_booker_is_part_of_what_is_compared(filled: FilledStore) -> None:
    tenant, keys = await booked(filled)
    one = await drafted(filled, tenant, BOOKED, keys)
    other = await drafted(filled, tenant, replace(BOOKED, booker="flexo-user-17"), keys)
    none = await drafted(filled, tenant, replace(BOOKED, booker=None), keys)
    assert len({one.fingerprint, other.fingerprint, none.fingerprint}) == 3
    column = keys.column("bookings", "booker")
    index = (await unlock(filled.keyring, await filled.standing(tenant))).index
    again = draft(
        index,
        BOOKED.id,
        BOOKED,
        levels_of(WIDEST),
        recognized=Recognized(SubjectId("sub_again"), column),
    )
    assert again.fingerprint != one.fingerprint


def enrol(to: Transaction, subject: SubjectId, record: SubjectRecord, keys: TenantKeys) -> None:
    found_by = record.finders(keys.index.identifier)
    to.subjects.add(subject, b"sealed for " + record.user.encode(), found_by, keys)


async def test_whoever_is_enrolled_is_found_by_all_that_finds_them(filled: FilledStore) -> None:
    tenant, keys = await booked(filled)
    await filled.turn(tenant, lambda to: enrol(to, SUBJECT, WENDLA, keys))
    known = await filled.turn(tenant, lambda to: to.subjects.known())
    identify = keys.index.identifier
    assert known.enrolled == dict.fromkeys(WENDLA.finders(identify), SUBJECT)
    for kind, value in (
        (Finder.USER, WENDLA.user),
        (Finder.DIRECTORY, "directory-id-5"),
        (Finder.ADDRESS, "wendla@cobalt.example"),
        (Finder.ADDRESS, "w.ostrander@cobalt.example"),
    ):
        assert known.enrolled[finder(identify, kind, value)] == SUBJECT
    # What is an address is not looked for among users.
    assert finder(identify, Finder.USER, "wendla@cobalt.example") not in known.enrolled
    record = await filled.turn(tenant, lambda to: to.subjects.record(SUBJECT, keys))
    assert record == b"sealed for flexo-user-17"
    listed = await filled.store.read(lambda handle: subjects_of(handle, tenant))
    assert [row.id for row in listed] == [SUBJECT]
    assert isinstance(listed[0], SubjectRow)


async def test_a_withdrawal_takes_the_booker_and_suppresses_all_that_found_them(filled: FilledStore) -> None:
    tenant, keys = await booked(filled)
    await filled.turn(tenant, lambda to: enrol(to, SUBJECT, WENDLA, keys))
    before = (await filled.standing(tenant)).persons_epoch
    await filled.turn(tenant, lambda to: to.subjects.withdraw(SUBJECT, ["finder"], "era_1", owner="me"))
    known = await filled.turn(tenant, lambda to: to.subjects.known())
    assert known == KnownSubjects({}, frozenset({*WENDLA.finders(keys.index.identifier), "finder"}))
    assert await told(filled, tenant, {}) == [canonical(replace(BOOKED, booker=None))]
    assert (await filled.standing(tenant)).persons_epoch == before + 1
    assert await filled.turn(tenant, lambda to: to.subjects.record(SUBJECT, keys)) is None
    found = await filled.turn(tenant, lambda to: to.subjects.bodies(SUBJECT))
    (kept,) = found[AT.calendar].values()
    assert kept.body == canonical(replace(BOOKED, booker=None))


async def test_to_enrol_again_lifts_what_suppressed_them_and_nobody_else(filled: FilledStore) -> None:
    tenant, keys = await booked(filled)
    await filled.turn(tenant, lambda to: enrol(to, SUBJECT, WENDLA, keys))
    await filled.turn(tenant, lambda to: to.subjects.withdraw(SUBJECT, ["others"], "era_1", owner="me"))
    await filled.turn(tenant, lambda to: enrol(to, SubjectId("sub_again"), WENDLA, keys))
    known = await filled.turn(tenant, lambda to: to.subjects.known())
    assert known.suppressed == {"others"}
    assert set(known.enrolled.values()) == {SubjectId("sub_again")}


def test_a_record_shows_nobody() -> None:
    assert repr(WENDLA) == "<SubjectRecord>"
    assert WENDLA.__rich_repr__() == []


async def test_neither_name_nor_pseudonym_stands_in_the_database(filled: FilledStore, tmp_path: Path) -> None:
    tenant, keys = await booked(filled)
    await filled.turn(tenant, lambda to: enrol(to, SUBJECT, WENDLA, keys))
    content = b"".join(path.read_bytes() for path in (tmp_path / "store").iterdir())
    assert SUBJECT.encode() in content
    for text in (PSEUDONYM, WENDLA.user, "directory-id-5", *WENDLA.addresses):
        assert text.encode() not in content
