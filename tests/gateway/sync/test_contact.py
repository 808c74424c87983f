"""What a provider's answers do to an authorization: in doubt, lost, or nothing at all."""

from datetime import timedelta
from functools import partial

import pytest

from connectors.errors import (
    AccessDoubtful,
    AccessLost,
    CalendarMissing,
    ConnectorError,
    CredentialRefused,
    Malformed,
    SignInNeeded,
    Throttled,
    Unreachable,
)
from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind, State
from gateway.booking import Freshness, TenantId
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.entry import EntryKind
from gateway.store.registry import Standing
from gateway.store.signals import signals_of
from gateway.sync.contact import SETTLING_MILLISECONDS, after_refusal
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeProvider, room
from tests.fakes.site import AMBER, Site, meetings, open_site

NOW = 1_800_000_000_000
LONG_AGO = NOW - SETTLING_MILLISECONDS
PAST_AN_HOUR = timedelta(hours=1)
PAST_A_DAY = timedelta(days=1, minutes=6)

LOST, DOUBTFUL = AccessLost("lost"), AccessDoubtful("unknown")
OURS, SIGN_IN = CredentialRefused("ours"), SignInNeeded("sign_in")
ACTIVE, DEGRADED, SUSPENDED = State.ACTIVE, State.DEGRADED, State.SUSPENDED


def standing(state: State, *, created_at: int = LONG_AGO, doubted_at: int | None = None) -> Standing:
    one = Authorization(
        tenant=TenantId("ten"), id=AuthorizationId("aut"), kind=AuthorizationKind.EMPLOYER, state=state
    )
    return Standing(TenantId("ten"), "eu", 0, one, created_at, LONG_AGO, doubted_at)


@pytest.mark.parametrize(
    ("before", "error", "after"),
    [
        (ACTIVE, LOST, SUSPENDED),
        (DEGRADED, LOST, SUSPENDED),
        (ACTIVE, DOUBTFUL, DEGRADED),
        # Whatever else degraded it, a first doubt proves nothing.
        (DEGRADED, DOUBTFUL, DEGRADED),
        (ACTIVE, OURS, DEGRADED),
        (DEGRADED, OURS, DEGRADED),
        (ACTIVE, SIGN_IN, DEGRADED),
        (DEGRADED, SIGN_IN, DEGRADED),
    ],
)
def test_what_a_refusal_leaves(before: State, error: ConnectorError, after: State) -> None:
    assert after_refusal(standing(before), error, was_read=True, now=NOW).authorization.state is after


@pytest.mark.parametrize(("minutes", "after"), [(0, DEGRADED), (1, DEGRADED), (2, SUSPENDED)])
def test_a_doubt_is_proof_once_it_has_lasted(minutes: int, after: State) -> None:
    since = NOW - minutes * MINUTE_MILLISECONDS
    left = after_refusal(standing(DEGRADED, doubted_at=since), DOUBTFUL, was_read=True, now=NOW)
    assert left.authorization.state is after
    assert left.doubted_at == (since if after is DEGRADED else None)


@pytest.mark.parametrize("error", [OURS, SIGN_IN])
def test_what_is_no_doubt_ends_one(error: ConnectorError) -> None:
    left = after_refusal(standing(DEGRADED, doubted_at=LONG_AGO), error, was_read=True, now=NOW)
    assert left.doubted_at is None


@pytest.mark.parametrize(
    ("hours", "was_read", "after"),
    [(1, False, DEGRADED), (25, False, DEGRADED), (26, False, SUSPENDED), (1, True, SUSPENDED)],
)
@pytest.mark.parametrize("error", [LOST, DOUBTFUL])
def test_a_grant_may_take_a_day_to_arrive(
    hours: int, was_read: object, after: State, error: ConnectorError
) -> None:
    created_at = NOW - hours * HOUR_MILLISECONDS
    new = standing(DEGRADED, created_at=created_at, doubted_at=created_at)
    left = after_refusal(new, error, was_read=bool(was_read), now=NOW)
    assert left.authorization.state is after


async def state(site: Site) -> State:
    return (await site.installation.standing(site.tenant)).authorization.state


async def test_a_doubt_that_passes_leaves_nothing(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    site.provider.fail(1, DOUBTFUL)
    assert await site.later() == []
    assert await state(site) is DEGRADED
    assert await site.later() == []
    assert await state(site) is ACTIVE
    assert (await installation.standing(site.tenant)).authorization.epoch == 1


async def test_a_doubt_that_stays_suspends_and_hides(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    for after in (DEGRADED, SUSPENDED):
        site.provider.fail(1, DOUBTFUL)
        await installation.sync_later()
        assert await state(site) is after
    assert [entry.kind for entry in await installation.notices(site.tenant)] == [EntryKind.TENANT_SUSPENDED]


async def test_our_own_fault_suspends_nobody(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    for _ in range(5):
        site.provider.fail(1, OURS)
        await site.later(PAST_AN_HOUR)
        assert await state(site) is DEGRADED
    await site.later(PAST_AN_HOUR)
    assert await state(site) is ACTIVE
    assert site.told == {"event-0"}


@pytest.mark.parametrize(
    "error",
    [Unreachable("network"), Throttled("throttled", 1), CalendarMissing("missing"), Malformed("bad_page")],
    ids=lambda error: error.code,
)
async def test_load_and_faults_say_nothing_of_the_authorization(
    installation: Installation, error: ConnectorError
) -> None:
    site = await open_site(installation, *meetings(1))
    site.provider.fail(1, error)
    await site.later()
    assert await state(site) is ACTIVE


async def test_a_new_tenant_waits_for_its_grant_to_arrive(installation: Installation) -> None:
    provider = FakeProvider(AMBER)
    provider.put(AMBER, *meetings(1))
    provider.fail(1, LOST)
    tenant = await installation.onboard(provider)
    await installation.sync()
    assert (await installation.standing(tenant)).authorization.state is DEGRADED
    await installation.sync_later()
    assert (await installation.standing(tenant)).authorization.state is ACTIVE
    assert len(await installation.entries(tenant)) == 3


async def test_one_calendar_that_is_denied_is_unknown_and_no_more(installation: Installation) -> None:
    site = await two_rooms(installation)
    site.provider.denied = {AMBER.address}
    await site.later()
    assert await state(site) is ACTIVE
    assert {told.freshness for told in site.consumer.states.values()} == {Freshness.UNKNOWN, Freshness.FRESH}


async def test_where_every_calendar_is_denied_the_grant_is_gone(installation: Installation) -> None:
    site = await two_rooms(installation)
    site.provider.denied = set(site.provider.calendars)
    await installation.sync_later()
    assert await state(site) is SUSPENDED


async def two_rooms(installation: Installation) -> Site:
    site = await open_site(installation, *meetings(1))
    site.provider.add_place(room("birch"))
    await site.later(PAST_A_DAY)
    return site


async def test_a_new_tenant_whose_calendars_open_last_waits_for_them(installation: Installation) -> None:
    """The directory may be in reach hours before the calendars are."""
    provider = FakeProvider(AMBER, room("birch"))
    provider.denied = set(provider.calendars)
    tenant = await installation.onboard(provider)
    await installation.sync()
    assert (await installation.standing(tenant)).authorization.state is DEGRADED
    provider.denied = set()
    await installation.sync_later(PAST_AN_HOUR)
    assert (await installation.standing(tenant)).authorization.state is ACTIVE


async def test_a_mailbox_that_is_gone_does_not_hide_that_the_grant_is(installation: Installation) -> None:
    site = await two_rooms(installation)
    del site.provider.calendars[AMBER.address]
    await site.later()
    assert await state(site) is ACTIVE
    site.provider.denied = set(site.provider.calendars)
    await installation.sync_later()
    assert await state(site) is SUSPENDED


async def test_our_own_fault_is_no_beginning_of_a_doubt(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    site.provider.fail(1, OURS)
    await site.later(PAST_AN_HOUR)
    site.provider.fail(1, DOUBTFUL)
    await site.later(PAST_AN_HOUR)
    assert await state(site) is DEGRADED


async def test_what_a_refusal_did_stands_among_what_signals_do(installation: Installation) -> None:
    """Each time it changes anything: ours alone, in doubt, and lost."""
    site = await open_site(installation, *meetings(1))
    for error in (OURS, LOST, LOST):
        site.provider.fail(1, error)
        await site.later(PAST_AN_HOUR)
    rows = await installation.store.read(partial(signals_of, tenant=site.tenant, most=9))
    assert [(row.claim, row.extent, row.effect) for row in reversed(rows)] == [
        ("credential_refused", "tenant", "degrade"),
        ("grant_lost", "tenant", "suspend"),
    ]
    assert {(row.channel, row.authorization, row.late) for row in rows} == {
        ("provider", site.tenancy.fence.authorization, False)
    }
