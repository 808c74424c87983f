"""A change of what is not disclosed moves nothing that a consumer can observe."""

import asyncio

import pytest
from msgspec.structs import replace

from connectors.port import Projection
from connectors.raw import Attendee, Kind, Named, Response, Tainted
from gateway.entry import EntryKind
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from tests.fakes.installation import Installation
from tests.fakes.site import AMBER, Site, meetings, open_site

HIDDEN = {
    "organizer": Tainted("ola@fjord.example"),
    "title": Tainted("Termination talk"),
    "named": (Named(Tainted("Ola Fjord"), Tainted("ola@fjord.example")),),
    "attendees": (Attendee(Response.ACCEPTED, Tainted("kari@fjord.example")), Attendee(Response.DECLINED)),
    "attendees_omitted": True,
    "private": True,
    "conference": True,
    "kind": Kind.EXCEPTION,
    "bare": True,
}

both = pytest.mark.parametrize("incremental", [False, True])


async def unheard(_: Standing) -> None:
    """No fence falls here."""


async def observable(site: Site) -> list[tuple[object, ...]]:
    """All that a consumer can tell apart."""
    entries = await site.installation.entries(site.tenant)
    seen = [
        (entry.position, entry.minute, entry.kind, entry.revision, entry.booking and bytes(entry.booking))
        for entry in entries
    ]
    return [(await site.head(),), *seen]


@both
@pytest.mark.parametrize("member", HIDDEN)
async def test_what_is_not_disclosed_moves_nothing(
    installation: Installation, member: str, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental, page_items=2)
    pulse = Pulse(installation.store, unheard)
    await pulse.beat()
    before = await observable(site)
    site.provider.put(AMBER, replace(meetings(2)[1], **{member: HIDDEN[member]}))
    await installation.sync_later()
    assert await observable(site) == before
    assert not await rings(pulse)


@both
async def test_what_is_disclosed_moves_its_booking_alone(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental, page_items=2)
    pulse = Pulse(installation.store, unheard)
    await pulse.beat()
    site.provider.put(AMBER, replace(meetings(2)[1], response=Response.TENTATIVE))
    assert await site.later() == [EntryKind.BOOKING_PUT]
    assert await rings(pulse)


@both
async def test_there_and_back_again_moves_the_revision_but_not_the_bytes(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(1), incremental=incremental)
    before, revision = site.booking("event-0"), site.consumer.revisions[site.id("event-0")]
    site.provider.put(AMBER, replace(meetings(1)[0], response=Response.TENTATIVE))
    await site.later()
    site.provider.put(AMBER, *meetings(1))
    await site.later()
    assert site.booking("event-0") == before
    assert site.consumer.revisions[site.id("event-0")] > revision


@pytest.mark.parametrize(
    ("policy", "asked"), [("occupancy", Projection()), ("capacity", Projection(people=True))]
)
async def test_no_more_is_asked_for_than_the_policy_shows(
    installation: Installation, policy: str, asked: Projection
) -> None:
    site = await open_site(installation, *meetings(1), policy=policy, incremental=True)
    site.provider.contradict(AMBER, "event-0")
    await site.later()
    assert site.provider.projections == {asked}


async def rings(pulse: Pulse) -> bool:
    """Whether a reader who waits is woken by the next beat."""
    woken, _ = await asyncio.gather(pulse.changed(0.05), pulse.beat())
    return woken
