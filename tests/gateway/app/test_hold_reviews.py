"""That a hold's review is due is told, and time does nothing else to it."""

from datetime import timedelta
from functools import partial

import pytest
from structlog.testing import capture_logs

from gateway.app.engine import open_limitation
from gateway.app.holds.overview import every_hold, review_hold
from gateway.app.holds.reviews import Reviews
from gateway.app.tenants import withdraw_tenant
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError
from gateway.legal_hold import Deed, HoldId, HoldState, HoldStep
from gateway.proposal import Lift
from gateway.store.history import Happened, history_of
from tests.fakes.full_site import tables_held
from tests.fakes.holds import ANNA, BEN, ORDER, confirmed, found_officers, known, place_at
from tests.fakes.installation import Installation
from tests.fakes.site import Site, meetings, open_site

A_DAY = timedelta(days=1)


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_site(installation, *meetings(2))


async def days_told(site: Site, days: int) -> list[int]:
    """What is logged of reviews while so many days pass."""
    with capture_logs() as lines:
        for _ in range(days):
            site.installation.clock.move(A_DAY)
            await Reviews(site.installation.parts).visit()
            await Reviews(site.installation.parts).visit()
    assert {line["event"] for line in lines} <= {"hold_review_due"}
    return [line["days"] for line in lines]


async def review(site: Site, hold: HoldId, days: int) -> None:
    parts = site.installation.parts
    step = HoldStep(at=milliseconds(parts.clock()), what=Deed.REVIEWED)
    await review_hold(parts, await known(site, hold), parts.clock().date() + days * A_DAY, step)


async def test_it_is_told_three_times_and_stands_when_it_is_overdue(site: Site) -> None:
    hold = await place_at(site)
    assert await days_told(site, 85) == []
    assert await days_told(site, 20) == [14, 3, 0]
    assert await days_told(site, 30) == []
    assert (await known(site, hold)).row.state is HoldState.STANDING
    assert (await known(site, hold)).record.days_left(milliseconds(site.installation.clock())) == -35
    own = (await site.installation.standing(site.tenant)).authorization.id
    rows = await site.installation.store.read(partial(history_of, tenant=site.tenant, authorization=own))
    notices = [row.days for row in rows if row.what is Happened.HOLD_NOTICE]
    assert notices == [14, 3, 0]


async def test_who_is_told_late_is_told_once(site: Site) -> None:
    await place_at(site)
    site.installation.clock.move(timedelta(days=150))
    assert await days_told(site, 2) == [0]


async def test_after_a_review_it_is_told_anew(site: Site) -> None:
    hold = await place_at(site)
    await days_told(site, 101)
    await review(site, hold, 20)
    assert await days_told(site, 20) == [14, 3, 0]
    with pytest.raises(ConfigurationError, match="six months"):
        await review(site, hold, 190)
    assert [one.what for one in (await known(site, hold)).record.journal].count(Deed.REVIEWED) == 1


async def test_proof_stays_for_as_long_as_a_hold_does_and_a_limitation_period_after(site: Site) -> None:
    installation, parts = site.installation, site.installation.parts
    await found_officers(parts, ANNA, BEN)
    hold = await place_at(site)
    await withdraw_tenant(parts, site.tenant)
    period = timedelta(days=parts.settings.limitation_days + 1)
    installation.clock.move(period)
    await open_limitation(parts).visit()
    assert {"holds", "held", "authorizations"} <= await tables_held(parts.store, site.tenant)
    await confirmed(parts, Lift, hold=hold, reference=ORDER)
    await open_limitation(parts).visit()
    assert "holds" in await tables_held(parts.store, site.tenant)
    installation.clock.move(period)
    await open_limitation(parts).visit()
    assert await tables_held(parts.store, site.tenant) == set()


async def test_of_a_tenant_that_goes_on_a_lifted_hold_is_forgotten_in_time(site: Site) -> None:
    parts = site.installation.parts
    await found_officers(parts, ANNA, BEN)
    standing, lifted = await place_at(site), await place_at(site)
    await confirmed(parts, Lift, hold=lifted, reference=ORDER)
    site.installation.clock.move(timedelta(days=parts.settings.limitation_days + 1))
    await open_limitation(parts).visit()
    assert (await known(site, standing)).row.state is HoldState.STANDING
    assert [one.row.id for one in await every_hold(parts)] == [standing]
