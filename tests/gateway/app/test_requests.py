"""Whoever asks for it is told of no more at once, and again once that was refused; rooms stay taken."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from connectors.errors import Unreachable
from connectors.raw import Tainted
from gateway.app.deadlines import renew
from gateway.app.engine import open_limitation
from gateway.app.exporting import export_subject
from gateway.app.narrowing import narrow
from gateway.app.request_steps import carry_out, close_request, extend_request, refuse_request
from gateway.app.requests import load_request, open_request
from gateway.app.tenants import withdraw_tenant
from gateway.authorization import State, SuspensionReason
from gateway.booking import SubjectId, TenantId
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, Fenced, KeyUnavailable, NotConnected, UnknownName
from gateway.logs import allow_listed
from gateway.request import RESTRICTING, By, RequestKind, RequestState, SubjectRequest
from gateway.store.links import become
from gateway.store.registry import Registry, known_standing_under
from gateway.store.subjects import subjects_of
from gateway.store.tables import calendars
from gateway.sync.turn import Turns
from gateway.withdrawal.clocks import Clocks
from gateway.withdrawal.giving_back import nothing_to_revoke
from gateway.withdrawal.request_deadlines import RequestNotice
from tests.fakes.asking import ask, row_of, visit, visitor
from tests.fakes.enrolled import ALL, BOOKERS, PEOPLE, RUBEN, USERS, WENDLA, allow, enrol, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.site import AMBER, Site
from tests.gateway.app.test_regular_users import HIDDEN, SOON, TOLD, agree, open_den, shown
from tests.gateway.app.test_subjects import HOUR, NOTHING, bookers, of_people, open_scene
from tests.gateway.withdrawal.proved import assert_proved

DAY = timedelta(days=1)
restricting = pytest.mark.parametrize("kind", sorted(RESTRICTING))
PUT = EntryKind.BOOKING_PUT


async def refuse(site: Site, request: SubjectRequest) -> SubjectRequest:
    here = site.installation
    return await refuse_request(here.parts, await here.standing(site.tenant), request.id, "not theirs")


async def carry(site: Site, request: SubjectRequest, target: Path | None = None) -> SubjectRequest:
    here = site.installation
    standing = await here.standing(site.tenant)
    return await carry_out(here.parts, standing, nothing_to_revoke, request.id, target)


async def enrolled(site: Site) -> list[SubjectId]:
    rows = await site.installation.store.read(partial(subjects_of, tenant=site.tenant))
    return [row.id for row in rows]


@restricting
async def test_who_is_enrolled_is_told_of_no_more_and_again_once_it_is_refused(
    installation: Installation, kind: RequestKind
) -> None:
    site = await open_scene(installation, BOOKERS, incremental=True)
    both = {await enrol(site, WENDLA), await enrol(site, RUBEN)}
    await site.later()
    before = bookers(site)
    assert before[0] is not None
    request = await ask(site, kind, WENDLA)
    # At once: no provider was asked.
    assert await site.news() == [PUT]
    assert bookers(site) == [None, before[1], None]
    await site.later()
    assert bookers(site) == [None, before[1], None]
    assert {*await enrolled(site)} == both
    await refuse(site, request)
    await site.later()
    assert bookers(site) == before


@restricting
async def test_of_who_never_was_enrolled_neither_people_nor_title_is_told(
    installation: Installation, kind: RequestKind
) -> None:
    site = await open_scene(installation, PEOPLE)
    before = {number: of_people(site.booking(f"event-{number}")) for number in range(3)}
    request = await ask(site, kind, WENDLA)
    await site.news()
    assert of_people(site.booking("event-0")) == NOTHING
    await site.later()
    assert of_people(site.booking("event-0")) == NOTHING
    assert of_people(site.booking("event-1")) == before[1]
    await refuse(site, request)
    await site.later()
    assert {number: of_people(site.booking(f"event-{number}")) for number in range(3)} == before


async def test_a_restriction_looks_as_if_they_had_never_been_enrolled(installation: Installation) -> None:
    """Byte for byte, in what is told of their events and of those that come."""
    site = await open_scene(installation, BOOKERS)
    never = {one.id: one for one in site.consumer.bookings.values()}
    await enrol(site, WENDLA)
    await site.later()
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    told = await site.news()
    assert set(told) == {PUT}
    await site.later()
    assert {one.id: one for one in site.consumer.bookings.values()} == never


@pytest.mark.parametrize("kind", sorted(set(RequestKind) - RESTRICTING))
async def test_what_does_not_restrict_moves_nothing(installation: Installation, kind: RequestKind) -> None:
    site = await open_scene(installation, ALL)
    await enrol(site, WENDLA)
    await site.later()
    before = bookers(site)
    await ask(site, kind, WENDLA)
    assert await site.later() == []
    assert bookers(site) == before


async def test_whatever_finds_them_finds_all_of_theirs(installation: Installation) -> None:
    """Asked by one address or by their user id, also who is enrolled after they asked, under two."""
    site = await open_scene(installation, BOOKERS)
    request = await ask(site, RequestKind.RESTRICTION, "w@cobalt.example", user=USERS[WENDLA])
    await enrol(site, WENDLA, "w@cobalt.example")
    await site.later()
    assert bookers(site) == [None] * 3
    await refuse(site, request)
    await site.later()
    assert bookers(site)[0] is not None
    by_user = await ask(site, RequestKind.OBJECTION, user=USERS[WENDLA])
    assert bookers(site)[0] is not None
    await site.news()
    assert bookers(site) == [None] * 3
    await ask(site, RequestKind.OBJECTION, WENDLA)
    await refuse(site, by_user)
    await site.later()
    # The other one is open.
    assert bookers(site) == [None] * 3


async def test_what_is_read_meanwhile_is_not_written(installation: Installation) -> None:
    """A turn that began before, in whatever process."""
    site = await open_scene(installation, BOOKERS)
    await enrol(site, WENDLA)
    installation.clock.move(timedelta(minutes=6))
    (lease,) = await installation.store.claim(calendars, tenant=site.tenant, owner="other", limit=1)
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    turns = Turns(
        installation.store, site.tenancy, clock=installation.clock, metrics=installation.parts.metrics
    )
    with pytest.raises(Fenced):
        await turns.take(lease, 0.5)


async def test_who_is_enrolled_while_it_stands_is_not_recognized(installation: Installation) -> None:
    site = await open_scene(installation, BOOKERS)
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    known = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    await enrol(site, WENDLA)
    after = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    assert (known.enrolled, after.enrolled) == ({}, {})
    # Their user id finds them as well by now.
    assert len(after.suppressed) == 2


async def test_what_is_told_of_copies_in_peoples_calendars_follows(installation: Installation) -> None:
    allow(installation)
    site = await open_peopled_site(installation, policy=BOOKERS)
    ana = Person(site, "ana")
    ana.put(replace(invitation("ana", NOON + HOUR, AMBER), organizer=Tainted(WENDLA)))
    await ana.connect()
    await enrol(site, WENDLA)
    await site.later()
    (booking,) = site.consumer.bookings.values()
    assert booking.booker is not None
    ana.refuse(Unreachable("network"))
    await ask(site, RequestKind.RESTRICTION, WENDLA)
    assert await site.news() == [PUT]
    (left,) = site.consumer.bookings.values()
    assert of_people(left) == NOTHING
    assert (left.id, left.start) == (booking.id, booking.start)


async def test_their_own_calendar_is_left_alone_and_not_erased(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    ana.put(invitation("theirs", NOON, AMBER))
    await ana.connect()
    await site.later()
    (link,) = await links_at(site)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA, link=link.authorization)
    assert await site.news() == [EntryKind.BOOKING_REMOVED]
    (held,) = await links_at(site)
    assert (held.state, held.reason) == (State.SUSPENDED, SuspensionReason.RESTRICTED)
    ana.put(invitation("more", NOON + HOUR, AMBER))
    assert await site.later() == []
    with pytest.raises(NotConnected, match="left alone"):
        await ana.connect()
    clocks = Clocks(
        installation.store, installation.parts.keyring, installation.cascade(), installation.clock
    )
    for days in (399, 1):
        installation.clock.move(days * DAY)
        await clocks.visit_all()
    assert (await links_at(site))[0].state is State.SUSPENDED
    await refuse(site, request)
    assert (await links_at(site))[0].state is State.ACTIVE
    ana.put(invitation("later", NOON + 400 * DAY, AMBER))
    await site.later()
    assert len(site.consumer.bookings) == 1


async def test_a_place_that_is_as_good_as_theirs_is_hidden_meanwhile(installation: Installation) -> None:
    site = await open_den(installation)
    await agree(site)
    await site.later(SOON)
    assert shown(site) == TOLD
    request = await ask(site, RequestKind.RESTRICTION, WENDLA)
    await site.news()
    assert site.consumer.resources == {}
    await site.later(SOON)
    assert shown(site) == HIDDEN
    await refuse(site, request)
    await site.later(SOON)
    assert shown(site) == TOLD


async def test_a_link_that_is_restricted_is_not_erased_by_time(installation: Installation) -> None:
    """Its clock ran before they asked, and runs again once it is closed."""
    site = await open_peopled_site(installation)
    await Person(site, "ana").connect()
    (link,) = await links_at(site)

    def suspend(registry: Registry) -> None:
        before = registry.standing_under(site.tenant, link.authorization).authorization
        become(registry, before, before.suspend(SuspensionReason.ACCESS_LOST))

    async def pass_days(number: int) -> None:
        parts, cascade = installation.parts, installation.cascade()
        for _ in range(number):
            installation.clock.move(DAY)
            await Clocks(parts.store, parts.keyring, cascade, parts.clock).visit_all()

    await installation.store.administer(suspend)
    seen = await installation.store.read(
        partial(known_standing_under, tenant=site.tenant, authorization=link.authorization)
    )
    await pass_days(20)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA, link=link.authorization)
    await pass_days(20)
    assert await installation.cascade().fence_overdue(seen) is None
    assert len(await links_at(site)) == 1
    await close_request(installation.parts, await installation.standing(site.tenant), request.id)
    await pass_days(1)
    assert len(await links_at(site)) == 1
    await pass_days(1)
    assert await links_at(site) == []


async def test_what_is_kept_of_a_link_is_handed_out_to_whoever_names_it(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_peopled_site(installation)
    ana, ben = Person(site, "ana"), Person(site, "ben")
    ana.put(invitation("event-1", NOON, AMBER))
    await ana.connect()
    (link,) = await links_at(site)
    await ben.connect()
    await site.later()
    (other,) = {one.authorization for one in await links_at(site)} - {link.authorization}
    request = await ask(site, RequestKind.ACCESS, WENDLA, link=link.authorization)
    await carry(site, request, tmp_path / "theirs")
    text = (tmp_path / "theirs").read_text()
    tables = {msgspec.json.decode(line).get("table") for line in text.splitlines()}
    assert tables >= {"authorizations", "history", "links", "calendars", "bookings", "requests"}
    assert link.authorization in text
    assert other not in text


async def test_a_link_that_is_none_is_refused(installation: Installation) -> None:
    site = await open_scene(installation)
    with pytest.raises(UnknownName):
        await ask(site, RequestKind.RESTRICTION, WENDLA, link="aut_none")
    assert await rows_of(installation.store, calendars.metadata.tables["requests"], site.tenant) == []


@pytest.mark.parametrize("kind", [RequestKind.OBJECTION, RequestKind.ERASURE])
async def test_what_is_carried_out_holds_for_good(installation: Installation, kind: RequestKind) -> None:
    site = await open_peopled_site(installation)
    await Person(site, "ana").connect()
    (link,) = await links_at(site)
    subject = await enrol(site, WENDLA)
    request = await ask(site, kind, WENDLA, "w@cobalt.example", link=link.authorization)
    assert (await carry(site, request)).state is RequestState.CARRIED_OUT
    assert await enrolled(site) == []
    with pytest.raises(KeyUnavailable):
        await installation.parts.keyring.tenant(site.tenant, subject)
    assert await links_at(site) == []
    known = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.registered()
    )
    # Two addresses and a user id.
    assert len(known.suppressed) == 3
    assert await withdraw(site, address="w@cobalt.example") is None
    with pytest.raises(ConfigurationError, match="before"):
        await carry(site, request)


async def test_who_is_restricted_can_withdraw_and_what_follows_lifts_nothing(
    installation: Installation,
) -> None:
    site = await open_scene(installation, BOOKERS)
    subject = await enrol(site, WENDLA)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA)
    with pytest.raises(ConfigurationError, match="enrolled already"):
        await enrol(site, WENDLA)
    assert await withdraw(site, address=WENDLA) is not None
    with pytest.raises(KeyUnavailable):
        await installation.parts.keyring.tenant(site.tenant, subject)
    await refuse(site, request)
    await site.later()
    assert bookers(site) == [None] * 3
    known = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    assert len(known.suppressed) == 2


@pytest.mark.parametrize("days", [0, 3, 14])
async def test_the_standing_instruction_carries_out_what_is_not_refused(
    installation: Installation, days: int
) -> None:
    site = await open_scene(installation, BOOKERS)
    await instruct(site, days)
    subject = await enrol(site, WENDLA)
    kept = await ask(site, RequestKind.RESTRICTION, WENDLA)
    refused = await ask(site, RequestKind.ERASURE, RUBEN)
    request = await ask(site, RequestKind.ERASURE, WENDLA)
    await refuse(site, refused)
    if days:
        installation.clock.move(days * DAY - timedelta(seconds=1))
        await visit(installation)
        assert await enrolled(site) == [subject]
        assert (await row_of(site, request.id)).is_open
        installation.clock.move(timedelta(seconds=1))
    await visit(installation)
    assert await enrolled(site) == []
    # Whoever carried it out has driven what follows to its end.
    assert (await assert_proved(installation, site.tenant))["subject"] == subject
    assert (await row_of(site, request.id)).state is RequestState.CARRIED_OUT
    assert (await row_of(site, kept.id)).state is RequestState.OPENED
    assert (await row_of(site, refused.id)).state is RequestState.REFUSED


async def test_what_was_refused_meanwhile_is_not_carried_out(installation: Installation) -> None:
    """Between a visitor's look and its fence an officer refuses: their link goes on, too."""
    site = await open_peopled_site(installation)
    await Person(site, "ana").connect()
    (link,) = await links_at(site)
    subject = await enrol(site, WENDLA)
    request = await ask(site, RequestKind.ERASURE, WENDLA, link=link.authorization)
    await refuse(site, request)
    standing = await installation.standing(site.tenant)
    assert await visitor(installation).execute(request.id, standing, By.OFFICER) == []
    assert await enrolled(site) == [subject]
    assert (await links_at(site))[0].state is State.ACTIVE


async def test_of_a_tenant_that_is_withheld_nothing_is_carried_out(installation: Installation) -> None:
    """A store that was put back may tell of what was refused since."""
    site = await open_scene(installation, BOOKERS)
    request = await ask(site, RequestKind.ERASURE, WENDLA)
    installation.parts.keyring.withhold(site.tenant)
    await visit(installation)
    assert (await row_of(site, request.id)).is_open
    installation.parts.keyring.release(site.tenant)
    await visit(installation)
    assert not (await row_of(site, request.id)).is_open


async def test_what_cannot_be_kept_beside_the_keys_is_once_it_can(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, keys = await open_scene(installation, PEOPLE), installation.parts.keys

    async def unavailable(_tenant: TenantId, _name: str, _record: bytes) -> None:
        raise KeyUnavailable("The key service went away.")

    with monkeypatch.context() as away:
        away.setattr(keys, "keep_record", unavailable)
        request = await ask(site, RequestKind.RESTRICTION, WENDLA)
        await site.news()
        # It restricts all the same.
        assert of_people(site.booking("event-0")) == NOTHING
        await visit(installation)
        assert (await row_of(site, request.id)).settled == 0
    await visit(installation)
    assert (await row_of(site, request.id)).settled == 1
    assert set(await keys.kept_records(site.tenant)) == {f"{request.id}_1"}


async def instruct(site: Site, days: int) -> None:
    """As if it had been onboarded so."""
    here = site.installation
    choice = replace(site.tenancy.tenant.registration, requests_after_days=days)
    tenant = replace(site.tenancy.tenant, registration=choice)
    epoch = (await here.standing(site.tenant)).authorization.epoch
    await here.store.administer(lambda registry: registry.register(tenant, epoch, site.tenancy.keys))


async def test_a_granted_restriction_lasts_until_it_is_closed(installation: Installation) -> None:
    site = await open_scene(installation, BOOKERS)
    await enrol(site, WENDLA)
    request = await ask(site, RequestKind.RESTRICTION, WENDLA)
    await carry(site, request)
    installation.clock.move(400 * DAY)
    await visit(installation)
    known = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    assert known.enrolled == {}
    await close_request(installation.parts, await installation.standing(site.tenant), request.id)
    lifted = await installation.store.look(
        site.tenancy.fence, site.tenancy.keys, lambda to: to.subjects.known()
    )
    assert len(lifted.enrolled) == 2


async def test_what_is_wrong_is_read_anew(installation: Installation) -> None:
    site = await open_scene(installation, incremental=True)
    calendar = await site.calendar()
    assert calendar.cursor is not None
    request = await ask(site, RequestKind.RECTIFICATION, WENDLA)
    assert (await site.calendar()).cursor is not None
    await carry(site, request)
    assert (await site.calendar()).cursor is None
    await installation.sync()
    assert (await site.calendar()).cursor is not None


@pytest.mark.parametrize("kind", [RequestKind.ACCESS, RequestKind.PORTABILITY])
async def test_what_is_kept_is_handed_out_and_that_they_asked_is_of_it(
    installation: Installation, tmp_path: Path, kind: RequestKind
) -> None:
    site = await open_scene(installation, BOOKERS)
    await enrol(site, WENDLA)
    await site.later()
    request = await ask(site, kind, WENDLA)
    for target, odd in ((None, request), (tmp_path / "odd", await ask(site, RequestKind.RESTRICTION, RUBEN))):
        with pytest.raises(ConfigurationError, match="--target"):
            await carry(site, odd, target)
    await carry(site, request, tmp_path / "hers")
    *lines, _ = [msgspec.json.decode(line) for line in (tmp_path / "hers").read_bytes().splitlines()]
    assert {line["table"] for line in lines} == {
        "subjects",
        "finders",
        "bookings",
        "requests",
        "request_finders",
    }
    (kept,) = [line for line in lines if line["table"] == "requests"]
    assert kept["row"]["record"]["kind"] == kind
    assert "stays as proof" in kept["withdrawal"]


async def test_who_asked_by_two_addresses_finds_that_by_either(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_scene(installation)
    await ask(site, RequestKind.ACCESS, WENDLA, "w@cobalt.example")
    await ask(site, RequestKind.ACCESS, RUBEN)
    standing = await installation.standing(site.tenant)
    told = await export_subject(installation.parts, standing, tmp_path / "hers", user=None, address=WENDLA)
    # The request, and both hashes.
    assert told.rows == 3


async def test_it_is_put_off_once_and_each_time_what_is_left_is_told(installation: Installation) -> None:
    site = await open_scene(installation)
    told = list[RequestNotice]()
    request = await ask(site, RequestKind.ACCESS, WENDLA)
    assert request.received == date(2026, 3, 2)
    await visit(installation, told)
    await visit(installation, told)
    for _ in range(29):
        installation.clock.move(DAY)
        await visit(installation, told)
    standing = await installation.standing(site.tenant)
    after = await extend_request(installation.parts, standing, request.id, " many  ")
    assert after.steps[-1].reason == "many"
    for _ in range(70):
        installation.clock.move(DAY)
        await visit(installation, told)
    assert [notice.days for notice in told] == [31, 7, 3, 62, 7, 3, 1, 0]
    assert {notice.kind for notice in told} == {RequestKind.ACCESS}
    with pytest.raises(ConfigurationError, match="once"):
        await extend_request(installation.parts, standing, request.id, "more")


async def test_the_log_names_kind_and_clock_alone(installation: Installation) -> None:
    site = await open_scene(installation)
    await ask(site, RequestKind.ACCESS, WENDLA)
    with capture_logs() as logs:
        await visit(installation)
        installation.clock.move(40 * DAY)
        await visit(installation)
    told = [allow_listed(None, "", line) for line in logs]
    assert [line["event"] for line in told] == ["request_notice", "request_overdue"]
    assert [line["days"] for line in told] == [31, 0]
    assert all(line.keys() <= {"event", "tenant", "kind", "days", "dropped_fields"} for line in told)
    # The level, which tests call otherwise.
    assert all(line["dropped_fields"] == 1 for line in told)


async def test_what_is_over_stands_beside_the_keys_no_more(installation: Installation) -> None:
    site = await open_scene(installation)
    await refuse(site, await ask(site, RequestKind.OBJECTION, WENDLA))
    open_one = await ask(site, RequestKind.RESTRICTION, WENDLA)
    keys = installation.parts.keys
    assert len(await keys.kept_records(site.tenant)) == 3
    installation.clock.move(1_100 * DAY)
    await open_limitation(installation.parts).visit()
    assert set(await keys.kept_records(site.tenant)) == {f"{open_one.id}_1"}


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2_001])
async def test_a_refusal_says_why(installation: Installation, reason: str) -> None:
    site = await open_scene(installation)
    request = await ask(site, RequestKind.ACCESS, WENDLA)
    standing = await installation.standing(site.tenant)
    with pytest.raises(ConfigurationError, match="Say why"):
        await refuse_request(installation.parts, standing, request.id, reason)
    assert (await load_request(installation.parts, standing, request.id)).is_open


@pytest.mark.parametrize("received", [date(2026, 3, 3), date(2025, 2, 28), date.min, date.max])
async def test_a_day_that_cannot_be_is_refused(installation: Installation, received: date) -> None:
    site = await open_scene(installation)
    standing = await installation.standing(site.tenant)
    with pytest.raises(ConfigurationError, match="YYYY"):
        await open_request(
            installation.parts, standing, RequestKind.ACCESS, addresses=[WENDLA], received=received
        )


@pytest.mark.parametrize("addresses", [[], ["none"], ["a@cobalt.example"] * 51])
async def test_who_asks_is_named_and_not_repeated(installation: Installation, addresses: list[str]) -> None:
    site = await open_scene(installation)
    with pytest.raises(ConfigurationError) as refused:
        await ask(site, RequestKind.ERASURE, *addresses)
    assert not any(address in str(refused.value).split() for address in addresses)


async def test_people_ask_also_when_the_time_is_over_for_which_it_was_given(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_scene(installation)
    await renew(installation.parts, site.tenant, milliseconds(installation.clock() + DAY))
    installation.clock.move(2 * DAY)
    await carry(site, await ask(site, RequestKind.ACCESS, WENDLA), tmp_path / "theirs")
    assert b'"requests"' in (tmp_path / "theirs").read_bytes()
    request = await ask(site, RequestKind.OBJECTION, WENDLA)
    await visit(installation)
    assert (await row_of(site, request.id)).state is RequestState.CARRIED_OUT
    await withdraw_tenant(installation.parts, site.tenant)
    with pytest.raises(KeyUnavailable):
        await ask(site, RequestKind.OBJECTION, RUBEN)
    await visit(installation)


async def test_of_nobody_anything_is_told_after_a_start(installation: Installation) -> None:
    """Whoever was cut off after the step itself: what is stored obeys before anything is served."""
    site = await open_scene(installation, PEOPLE)
    await ask(site, RequestKind.OBJECTION, WENDLA)
    await narrow(installation.parts)
    await site.news()
    assert of_people(site.booking("event-0")) == NOTHING
