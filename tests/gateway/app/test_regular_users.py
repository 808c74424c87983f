"""A place that is as good as a person is told like others while that person is enrolled and agrees."""

from datetime import timedelta

import pytest

from connectors.errors import Unreachable
from gateway.app.persons.subjects import enrol_subject
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError
from gateway.tenant import Places
from tests.fakes.enrolled import RUBEN, USERS, WENDLA, enrol, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeProvider, meeting, room
from tests.fakes.site import Site

ODD = NOON + timedelta(hours=1, minutes=7)
DEN = room("den", capacity=1)
SOON = timedelta(seconds=1)
A_DAY = timedelta(days=1, minutes=6)


async def open_den(installation: Installation, *, personal: bool = False) -> Site:
    """A room for one, or one that the admin has flagged, with a meeting at an odd time."""
    den = room("den", capacity=8) if personal else DEN
    provider = FakeProvider(den)
    provider.put(den, meeting("event-1", ODD))
    places = Places(personal=frozenset({den.place_id})) if personal else None
    tenant = await installation.onboard(provider, places=places)
    await installation.sync()
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), den)
    await site.news()
    return site


async def agree(site: Site, address: str = WENDLA) -> None:
    here = site.installation
    await enrol_subject(
        here.parts,
        await here.standing(site.tenant),
        user=USERS[address],
        addresses=[address],
        places=[DEN.place_id],
    )


def shown(site: Site) -> tuple[str | None, int]:
    """The name of the room, and the minute at which its meeting begins."""
    (resource,) = site.consumer.resources.values()
    (booking,) = site.consumer.bookings.values()
    return resource.name, booking.start.minute


HIDDEN, TOLD = (None, 0), ("Den", 7)


@pytest.mark.parametrize("personal", [False, True], ids=["for one", "flagged"])
async def test_it_is_told_like_others_from_the_next_look_on(
    installation: Installation, *, personal: bool
) -> None:
    site = await open_den(installation, personal=personal)
    assert shown(site) == HIDDEN
    await agree(site)
    await site.later(SOON)
    assert shown(site) == TOLD


async def test_to_be_enrolled_is_not_to_agree(installation: Installation) -> None:
    site = await open_den(installation)
    await enrol(site, WENDLA)
    await site.later(A_DAY)
    (resource,) = site.consumer.resources.values()
    assert resource.name is None


async def test_once_they_withdraw_it_is_told_no_more_until_looked_at(
    installation: Installation,
) -> None:
    site = await open_den(installation)
    await agree(site)
    await site.later(SOON)
    await withdraw(site, user=USERS[WENDLA])
    await site.news()
    assert site.consumer.resources == {}
    assert site.consumer.bookings == {}
    await site.later(SOON)
    assert shown(site) == HIDDEN
    late = LogFold().take(await installation.entries(site.tenant))
    assert late.bookings == site.consumer.bookings


async def test_while_the_provider_cannot_be_asked_nothing_is_told_of_it(installation: Installation) -> None:
    site = await open_den(installation)
    await agree(site)
    await site.later(SOON)
    await withdraw(site, user=USERS[WENDLA])
    for _ in range(3):
        site.provider.fail(1, Unreachable("network"))
        await site.later(SOON)
        assert site.consumer.resources == {}


async def test_a_look_under_way_does_not_bring_it_back(installation: Installation) -> None:
    site = await open_den(installation)
    await agree(site)

    async def withdrawn() -> None:
        await withdraw(site, user=USERS[WENDLA])

    site.provider.meanwhile(1, withdrawn)
    await site.later(SOON)
    await site.later(SOON)
    assert shown(site) == HIDDEN


@pytest.mark.parametrize("enrolled", [False, True])
async def test_what_somebody_else_withdraws_changes_nothing(
    installation: Installation, *, enrolled: bool
) -> None:
    site = await open_den(installation)
    await agree(site)
    if enrolled:
        await enrol(site, RUBEN)
    await site.later(SOON)
    await withdraw(site, address=RUBEN)
    await site.news()
    assert shown(site) == TOLD
    await site.later(SOON)
    assert shown(site) == TOLD


async def test_a_place_has_one_regular_user(installation: Installation) -> None:
    site = await open_den(installation)
    await agree(site)
    with pytest.raises(ConfigurationError, match="places is enrolled already"):
        await agree(site, RUBEN)
    await withdraw(site, user=USERS[WENDLA])
    await agree(site, RUBEN)
    await site.later(SOON)
    assert shown(site) == TOLD


async def test_it_is_told_as_a_removal_and_what_comes_after_is_new(installation: Installation) -> None:
    site = await open_den(installation)
    await agree(site)
    await site.later(SOON)
    await withdraw(site, user=USERS[WENDLA])
    told = await site.news()
    assert EntryKind.RESOURCE_REMOVED in told
    assert EntryKind.SUBJECT_ERASED in told
