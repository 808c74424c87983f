"""A fault of ours over one event: it is told as taken, counted and logged, and the calendar goes on."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace
from structlog.testing import capture_logs

from connectors.port import Window
from connectors.raw import Tainted
from gateway.booking import BookingId
from gateway.minimization.lattice import Booker, Conference
from gateway.minimization.minimize import Minimizer
from gateway.minimization.places import Bookable
from gateway.minimization.subjects import NOBODY, Subject, Subjects
from gateway.store.tables import calendars
from gateway.sync.tenancy import Tenancy
from gateway.sync.turn import Turns
from tests.fakes.filled_store import NOON
from tests.fakes.installation import PAST_A_POLL, Installation
from tests.fakes.provider import meeting
from tests.fakes.site import AMBER, open_site

ODD = "anna@cobalt.example"


class Stumbling(Tenancy):
    """One whose look-up of subjects has a fault."""

    def minimizer(
        self,
        place: Bookable,
        identify: Callable[[str], BookingId],
        *,
        window: Window,
        now: datetime,
        of_person: bool = False,
        subjects: Subjects = NOBODY,  # noqa: ARG002  another look-up takes its place
    ) -> Minimizer:
        disclosure = self.disclosure(place, of_person=of_person)
        return Minimizer(
            place, disclosure, window=window, now=now, identify=identify, subjects=Subjects(stumble)
        )


def stumble(address: str) -> Subject | None:
    if address == ODD:
        raise ZeroDivisionError(address)
    return None


async def test_it_is_told_as_taken_and_the_calendar_goes_on(installation: Installation) -> None:
    installation.set_policy("occupancy", booker=Booker.PSEUDONYM, conference=Conference.PRESENT)
    site = await open_site(installation, meeting("event-0", NOON))
    odd = replace(meeting("event-1", NOON), organizer=Tainted(ODD), conference=True, private=False)
    even = meeting("event-2", NOON + timedelta(hours=1))
    site.provider.put(AMBER, odd, replace(even, organizer=Tainted("bo@cobalt.example"), conference=True))
    installation.clock.move(PAST_A_POLL)
    (lease,) = await installation.store.claim(calendars, tenant=site.tenant, owner="worker", limit=1)
    members = {one.name: getattr(site.tenancy, one.name) for one in dataclasses.fields(Tenancy)}
    metrics = installation.parts.metrics
    turns = Turns(installation.store, Stumbling(**members), clock=installation.clock, metrics=metrics)
    with capture_logs() as logs:
        await turns.take(lease, 0.5)
    await site.news()
    assert site.told == {"event-0", "event-1", "event-2"}
    assert site.booking("event-1").conference is None
    assert site.booking("event-2").conference is True
    assert "gateway_minimization_faults_total 1.0" in metrics.exposition().decode()
    told = [line for line in logs if line["event"] == "event_not_minimized"]
    assert [line["where"].partition(":")[0] for line in told] == ["ZeroDivisionError at test_faults.py"]
    assert ODD not in repr(logs)
