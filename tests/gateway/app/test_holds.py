"""A legal hold keeps a subset under its own key while everything else goes, and nothing of it is served."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from gateway.app.accountability.certificates import certificate
from gateway.app.accountability.exporting import export_tenant
from gateway.app.holds.overview import Asked, every_hold, place_hold
from gateway.app.holds.reviews import Reviews
from gateway.app.persons.links import withdraw_link
from gateway.app.tenants import withdraw_tenant
from gateway.authorization import AuthorizationId, SuspensionReason
from gateway.booking import Booking, TenantId
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, KeyUnavailable, RestoredStore, UnknownName
from gateway.legal_hold import Deed, HeldBooking, HoldId, latest_review
from gateway.proof.wording import HELD as HELD_SAYS
from gateway.store.contents import CLOSED
from gateway.store.history import history_of
from gateway.store.legal_holds import HELD, held_by
from gateway.store.links import become
from gateway.store.persons import LinkRow
from gateway.store.registry import Registry
from gateway.vault.keys import Purpose
from gateway.vault.local import LocalKeyService
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.enrolled import ALL, RUBEN, USERS, WENDLA, allow, enrol, organized, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.holds import ALL_PLACES, REFERENCE, known, place_at, review_day
from tests.fakes.installation import Installation, lose_access
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.provider import meeting, room
from tests.fakes.site import AMBER, Site, meetings, open_site
from tests.gateway.withdrawal.proved import assert_proved

BIRCH = room("birch")


class Deaf(LocalKeyService):
    """Keeps no epochs."""

    async def raise_epoch(self, tenant: TenantId, authorization: str, epoch: int) -> None:  # noqa: ARG002
        raise KeyUnavailable("The key service does not answer.")


async def held(site: Site, hold: HoldId) -> list[HeldBooking]:
    """What a hold keeps, opened."""
    here, row = site.installation, (await known(site, hold)).row
    column = await here.parts.keyring.hold(site.tenant, hold, *HELD)
    return await here.store.read(lambda handle: list(held_by(handle, row, column)))


def ids(kept: list[HeldBooking]) -> set[object]:
    return {one.booking["id"] for one in kept}


async def test_what_is_held_is_what_was_told(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    kept = await held(site, await place_at(site))
    told = {one.id: one for one in site.consumer.bookings.values()}
    assert ids(kept) == set(told)
    assert len(kept) == 3
    for one in kept:
        assert list(one.booking) == list(Booking.__struct_fields__)
        assert one.place is not None
        assert one.place.kind == "room"


async def test_the_cascade_goes_on_and_the_copy_alone_is_left(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    hold = await place_at(site)
    before = await held(site, hold)
    await withdraw_tenant(installation.parts, site.tenant)
    assert await held(site, hold) == before
    keys = {key.purpose for key in await installation.parts.keys.remaining(site.tenant)}
    assert keys == {Purpose.EVIDENCE, Purpose.HOLD}
    assert [one.kind for one in await installation.notices(site.tenant)] == [EntryKind.TENANT_ERASED]
    with pytest.raises(KeyUnavailable):
        await installation.entries(site.tenant)


async def test_one_that_the_key_service_was_not_told_of_stands_and_is_told_later(
    installation: Installation, tmp_path: Path
) -> None:
    site, parts = await open_site(installation, *meetings(3)), installation.parts
    await place_at(site)
    installation.parts = replace(parts, keys=Deaf(tmp_path / "keys"))
    hold = await place_at(site)
    assert len(await every_hold(parts)) == 2
    assert await parts.keys.epoch(site.tenant, hold) == 0
    await Reviews(parts).visit()
    assert await parts.keys.epoch(site.tenant, hold) == 1


async def test_an_export_does_not_wait_for_a_hold_that_opens_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    """As of one that was lifted since this store was copied, before anybody has looked after it."""
    site, parts = await open_site(installation, *meetings(3)), installation.parts
    await parts.keys.destroy_hold_key(site.tenant, await place_at(site))
    await export_tenant(parts, await installation.standing(site.tenant), tmp_path / "all")
    lines = [msgspec.json.decode(line) for line in (tmp_path / "all").read_bytes().splitlines()]
    kept = [line["row"]["record"] for line in lines if line.get("table") == "held"]
    assert kept == [CLOSED] * 3


async def test_nothing_moves_in_the_feed(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    head = await site.head()
    await place_at(site)
    assert await site.head() == head
    assert await site.news() == []


async def test_a_place_and_a_period_are_held_alone(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    site.provider.add_place(BIRCH)
    site.provider.put(BIRCH, meeting("event-9", NOON), meeting("event-10", NOON + timedelta(days=3)))
    await site.later(timedelta(days=1, minutes=1))
    await site.later(timedelta(minutes=10))
    birch = next(one.id for one in site.consumer.resources.values() if one.name == BIRCH.name)
    day = NOON.date()
    there = ids(await held(site, await place_at(site, Asked(resources=(birch,)))))
    then = ids(await held(site, await place_at(site, Asked(first=day, last=day))))
    both = ids(await held(site, await place_at(site, Asked(resources=(birch,), first=day, last=day))))
    assert (len(there), len(then), len(both)) == (2, 4, 1)
    assert both == there & then


async def a_site_of_two(installation: Installation) -> Site:
    """Two meetings that two enrolled people organize."""
    allow(installation)
    site = await open_site(installation, policy=ALL, basis="b")
    await enrol(site, WENDLA)
    await enrol(site, RUBEN)
    site.provider.put(AMBER, organized("event-0", NOON, WENDLA), organized("event-1", NOON, RUBEN))
    await site.later()
    return site


async def test_one_subjects_bookings_are_held_alone_and_outlast_their_withdrawal(
    installation: Installation,
) -> None:
    site = await a_site_of_two(installation)
    hold = await place_at(site, Asked(address=WENDLA))
    (kept,) = await held(site, hold)
    assert kept.booking["booker"] == USERS[WENDLA]
    row = await withdraw(site, address=WENDLA)
    assert row is not None
    assert await held(site, hold) == [kept]
    assert "legal holds: 1" in await certificate(installation.parts, site.tenant, row.id)
    his = await withdraw(site, address=RUBEN)
    assert his is not None
    assert "legal hold" not in await certificate(installation.parts, site.tenant, his.id)


@pytest.mark.parametrize("asked", [Asked(address="nobody@cobalt.example"), Asked(resources=("nowhere",))])
async def test_of_what_is_unknown_nothing_is_made(installation: Installation, asked: Asked) -> None:
    site = await open_site(installation, *meetings(1))
    with pytest.raises(UnknownName):
        await place_at(site, asked)
    assert await every_hold(installation.parts) == []


async def test_where_nothing_is_stored_nothing_is_made(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    with pytest.raises(UnknownName, match="Nothing is stored"):
        await place_at(site, Asked(last=date(2020, 1, 1)))


async def test_what_was_erased_is_not_held(installation: Installation) -> None:
    site = await a_site_of_two(installation)
    await withdraw(site, address=WENDLA)
    with pytest.raises(UnknownName, match="too late"):
        await place_at(site, Asked(address=WENDLA))
    await withdraw_tenant(installation.parts, site.tenant)
    with pytest.raises(UnknownName, match="too late"):
        await place_at(site)
    assert await every_hold(installation.parts) == []


async def test_a_suspended_tenant_can_be_held_before_its_clock_runs_out(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    await lose_access(installation.store, site.tenancy)
    assert len(await held(site, await place_at(site))) == 2


@pytest.mark.parametrize("reference", ["", " ", "x" * 201, "Case\x1b[2J", "Case\n1"])
async def test_a_reference_is_a_line(installation: Installation, reference: str) -> None:
    site = await open_site(installation)
    with pytest.raises(ConfigurationError, match="in a line"):
        await place_hold(
            installation.parts, site.tenant, ALL_PLACES, reference=reference, review=review_day(site)
        )


@pytest.mark.parametrize("days", [0, -1, 190])
async def test_a_review_is_soon_enough(installation: Installation, days: int) -> None:
    site = await open_site(installation, *meetings(1))
    day = installation.clock().date() + timedelta(days=days)
    with pytest.raises(ConfigurationError, match="six months"):
        await place_hold(installation.parts, site.tenant, ALL_PLACES, reference=REFERENCE, review=day)


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (date(2026, 3, 2), date(2026, 9, 2)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_six_months_are_months(today: date, latest: date) -> None:
    assert latest_review(today) == latest


async def test_history_tells_that_it_was_placed_and_not_what_is_held(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    hold = await place_at(site)
    authorization = (await installation.standing(site.tenant)).authorization.id
    rows = await installation.store.read(partial(history_of, tenant=site.tenant, authorization=authorization))
    assert [row.what for row in rows][-1] == "hold_placed"
    record = (await known(site, hold)).record
    assert [one.what for one in record.journal] == [Deed.PLACED]
    assert (record.reference, record.review, record.bookings) == (REFERENCE, review_day(site), 1)


async def test_peoples_copies_are_held_of_those_who_have_not_withdrawn(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    links = list[LinkRow]()
    for number, name in enumerate(("ana", "ben", "cas")):
        person = Person(site, name)
        person.put(invitation(f"of {name}", NOON + timedelta(days=number), AMBER))
        await person.connect()
        await site.later()
        links += [link for link in await links_at(site) if link.authorization not in {*map(own, links)}]
    ana, ben, cas = links
    await withdraw_link(installation.parts, site.tenant, ana.authorization, nothing_to_revoke)
    await suspend(installation, site, ben)
    hold = await place_at(site, Asked(last=NOON.date() + timedelta(days=1)))
    record = (await known(site, hold)).record
    assert (record.bookings, record.persons) == (1, (ben.authorization,))
    before = await held(site, hold)
    gone = await withdraw_link(installation.parts, site.tenant, ben.authorization, nothing_to_revoke)
    assert "legal holds: 1" in await certificate(installation.parts, site.tenant, gone.id)
    assert await held(site, hold) == before
    gone = await withdraw_link(installation.parts, site.tenant, cas.authorization, nothing_to_revoke)
    assert "legal hold" not in await certificate(installation.parts, site.tenant, gone.id)


async def test_of_several_copies_the_one_that_is_told_is_held(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    for name in ("ana", "ben"):
        person = Person(site, name)
        person.put(invitation("of both", NOON, AMBER))
        await person.connect()
    await site.later()
    kept = await held(site, await place_at(site))
    assert ids(kept) == {one.id for one in site.consumer.bookings.values()}
    assert len(kept) == 1


def own(link: LinkRow) -> AuthorizationId:
    return link.authorization


async def suspend(installation: Installation, site: Site, link: LinkRow) -> None:
    """A person's grant is lost."""

    def write(registry: Registry) -> None:
        before = registry.standing_under(site.tenant, link.authorization).authorization
        become(registry, before, before.suspend(SuspensionReason.ACCESS_LOST))

    await installation.store.administer(write)


async def test_what_does_not_open_is_not_held_in_part(installation: Installation) -> None:
    site = await open_peopled_site(installation, *meetings(1))
    person = Person(site, "ana")
    person.put(invitation("of ana", NOON + timedelta(days=1), AMBER))
    await person.connect()
    await site.later()
    (link,) = await links_at(site)
    await installation.parts.keys.destroy_data_key(site.tenant, link.authorization)
    installation.parts.keyring.drop(site.tenant)
    with pytest.raises(KeyUnavailable):
        await place_at(site)
    assert await every_hold(installation.parts) == []


async def test_certificates_say_that_holds_stand_and_by_when_they_are_reviewed(
    installation: Installation,
) -> None:
    site = await open_site(installation, *meetings(2))
    await place_at(site)
    await place_at(site)
    await withdraw_tenant(installation.parts, site.tenant)
    says = await assert_proved(installation, site.tenant)
    (kept,) = [one for one in says["kept"] if "legal holds" in one["what"]]
    assert kept["what"].startswith("legal holds: 2;")
    assert kept["basis"] == "Art. 17(3)(b), (e)"
    assert str(review_day(site)) in kept["until"]
    assert HELD_SAYS in says["still_opens"]


async def test_an_export_says_what_is_held_why_and_until_when(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_site(installation, *meetings(2))
    hold = await place_at(site)
    await export_tenant(installation.parts, await installation.standing(site.tenant), tmp_path / "all")
    lines = [msgspec.json.decode(line) for line in (tmp_path / "all").read_bytes().splitlines()]
    kept = [line for line in lines if line.get("table") == "held"]
    assert [msgspec.convert(line["row"]["record"], HeldBooking) for line in kept] == await held(site, hold)
    for line in kept:
        assert "stays" in line["withdrawal"]
        assert line["kept_for"].endswith(f"Art. 17(3)(b), (e) GDPR, {REFERENCE}")
        assert line["until"].endswith(f"next by {review_day(site)}")
    (row,) = [line["row"] for line in lines if line.get("table") == "holds"]
    assert row["record"]["reference"] == REFERENCE


async def test_many_are_held_in_slices(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    site = await open_site(installation, *meetings(5))
    monkeypatch.setattr("gateway.app.holds.placing.SLICE", 2)
    assert len(await held(site, await place_at(site))) == 5
    monkeypatch.setattr("gateway.store.placing.HELD_MAX", 4)
    with pytest.raises(ConfigurationError, match="More than 4"):
        await place_at(site)


async def test_a_store_that_was_put_back_is_not_held(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    authorization = (await installation.standing(site.tenant)).authorization
    await installation.parts.keys.raise_epoch(site.tenant, authorization.id, authorization.epoch + 1)
    with pytest.raises(RestoredStore):
        await place_at(site)
