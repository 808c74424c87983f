"""Titles on their way: whose texts are asked for, what of them is told, and what moves nothing."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.raw import Named, RawEvent, Tainted
from gateway.app.tenants import find_tenant
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError
from gateway.minimization.lattice import Title
from gateway.minimization.vocabulary import Vocabulary
from gateway.tenant import Places, Provider
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeProvider, meeting
from tests.fakes.site import AMBER, Site

ANNA = Named(Tainted("Anna Schmidt"), Tainted("anna.schmidt@cobalt.example"))
TEXT = "Budget review with Anna Schmidt (dismissal)"


def titled(text: str, event: str = "event-1") -> RawEvent:
    return replace(meeting(event, NOON), private=False, title=Tainted(text), named=(ANNA,))


async def told_at(
    installation: Installation,
    whose: Provider,
    *,
    level: Title = Title.VOCABULARY,
    places: Places | None = None,
) -> Site:
    installation.set_policy("titled", title=level)
    provider = FakeProvider(AMBER)
    provider.put(AMBER, titled(TEXT))
    tenant = await installation.onboard(provider, policy="titled", whose=whose, places=places)
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), AMBER)
    await installation.sync()
    await site.news()
    return site


def titles(site: Site) -> list[str | None]:
    return [booking.title for booking in site.consumer.bookings.values()]


async def test_words_of_the_vocabulary_are_told_and_nobodys_name(installation: Installation) -> None:
    site = await told_at(installation, Provider.GOOGLE)
    assert {projection.title for projection in site.provider.projections} == {True}
    assert titles(site) == ["budget review"]


async def test_of_microsofts_room_mailboxes_no_text_is_asked_for(installation: Installation) -> None:
    for level in (Title.VOCABULARY, Title.CATEGORY):
        site = await told_at(installation, Provider.MICROSOFT, level=level)
        assert {projection.title for projection in site.provider.projections} == {False}
        assert titles(site) == ["meeting"]


async def test_what_is_not_told_of_a_text_moves_nothing(installation: Installation) -> None:
    site = await told_at(installation, Provider.GOOGLE)
    head = await site.head()
    site.provider.put(AMBER, titled("BUDGET: review; surgery of A. Schmidt"))
    assert await site.later() == []
    assert await site.head() == head
    site.provider.put(AMBER, titled("Budget planning with Anna"))
    assert await site.later() == [EntryKind.BOOKING_PUT]
    assert titles(site) == ["budget planning"]


async def test_a_place_that_tells_what_is_written_is_chosen_by_itself(installation: Installation) -> None:
    chosen = Places(scrubbed_titles=frozenset({AMBER.place_id}))
    site = await told_at(installation, Provider.GOOGLE, places=chosen)
    assert titles(site) == ["Budget review with dismissal)"]


async def test_a_place_tells_no_text_where_the_policy_tells_no_words(installation: Installation) -> None:
    chosen = Places(scrubbed_titles=frozenset({AMBER.place_id}))
    site = await told_at(installation, Provider.GOOGLE, level=Title.CATEGORY, places=chosen)
    assert titles(site) == ["meeting"]
    assert {projection.title for projection in site.provider.projections} == {False}


async def test_another_vocabulary_is_told_at_the_next_look(installation: Installation) -> None:
    site = await told_at(installation, Provider.GOOGLE)
    rules = installation.parts.rules
    rules.policies["titled"] = replace(  # type: ignore[index]  # as a file that was edited
        rules.policies["titled"], vocabulary=Vocabulary([("review",)])
    )
    assert await site.later() == [EntryKind.BOOKING_PUT]
    # Nobody has agreed to these words yet, and the former ones are not there any more.
    assert titles(site) == ["meeting"]
    await installation.agree(site.tenant)
    assert await site.later() == [EntryKind.BOOKING_PUT]
    assert titles(site) == ["review"]


async def test_without_an_assessment_nobody_is_onboarded_with_words(installation: Installation) -> None:
    with pytest.raises(ConfigurationError, match=r"signage\.toml: title = 2 needs a recorded assessment"):
        await installation.onboard(FakeProvider(AMBER), policy="signage", whose=Provider.GOOGLE)


async def test_an_assessment_that_is_taken_back_stops_the_reading(installation: Installation) -> None:
    site = await told_at(installation, Provider.GOOGLE)
    rules = installation.parts.rules
    unassessed = replace(rules.policies["titled"], assessed=False)
    rules.policies["titled"] = unassessed  # type: ignore[index]  # as a file that was edited
    asked = dict(site.provider.asked)
    await site.later(timedelta(minutes=6))
    assert site.provider.asked == asked
    assert [type(error) for error in installation.refused] == [ConfigurationError]
    assert (await find_tenant(installation.parts, site.tenant)).is_open
