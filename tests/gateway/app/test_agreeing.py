"""What a tenant has agreed to follows what a file takes away, and nothing that it adds."""

from datetime import timedelta

import pytest

from gateway.app.tenants import open_tenant
from gateway.app.terms.agreeing import agree, is_held_back
from gateway.app.terms.amending import begin_passage
from gateway.app.terms.announcing import Plan, announce
from gateway.app.terms.answering import accept
from gateway.app.terms.narrowing import narrow
from gateway.errors import Fenced
from gateway.intended import Intended, Kind
from gateway.minimization.lattice import People, Time
from gateway.tenant import Registration
from tests.fakes.installation import Installation, lose_access
from tests.fakes.site import Site, open_site

A_MONTH = timedelta(days=31)


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_site(installation)


async def choice_of(site: Site) -> Registration:
    here = site.installation
    return (await open_tenant(here.parts, await here.standing(site.tenant))).registration


async def time_agreed_to(site: Site) -> int:
    choice = await choice_of(site)
    assert choice.agreed is not None
    return choice.agreed.levels["time"]


async def held_back(site: Site) -> bool:
    return is_held_back(site.installation.parts.rules, await choice_of(site))


async def test_a_file_that_is_narrowed_and_widened_again_tells_more_than_was_agreed_to(site: Site) -> None:
    here = site.installation
    assert (await time_agreed_to(site), await held_back(site)) == (Time.EXACT, False)
    here.set_policy("occupancy", time=Time.BUSY)
    await narrow(here.parts)
    assert (await time_agreed_to(site), await held_back(site)) == (Time.BUSY, False)
    here.set_policy("occupancy")
    await narrow(here.parts)
    assert (await time_agreed_to(site), await held_back(site)) == (Time.BUSY, True)


async def test_who_stops_amid_a_passage_still_agrees_to_what_they_come_from(site: Site) -> None:
    here = site.installation
    here.set_policy("coarse", time=Time.BUSY)
    await begin_passage(here.parts, site.tenant, "coarse")
    await lose_access(here.store, await here.tenancy(site.tenant))
    await narrow(here.parts)
    assert (await time_agreed_to(site), await held_back(site)) == (Time.EXACT, False)


async def version(site: Site) -> Intended:
    ((_, intended),) = await announce(site.installation.parts, Plan(Kind.POLICY, "occupancy", ""), ())
    return intended


async def test_only_the_version_that_was_accepted_takes_effect_and_each_does(site: Site) -> None:
    here = site.installation
    here.set_policy("occupancy", people=People.BUCKET)
    first = await version(site)
    with pytest.raises(Fenced, match="answered otherwise"):
        await agree(here.parts, site.tenant, first)
    await accept(here.parts, site.tenant, first.id)
    here.clock.move(A_MONTH)
    await agree(here.parts, site.tenant, first)
    here.set_policy("occupancy", people=People.EXACT)
    second = await version(site)
    with pytest.raises(Fenced, match="answered otherwise"):
        await agree(here.parts, site.tenant, second)
    await accept(here.parts, site.tenant, second.id)
    await agree(here.parts, site.tenant, second)
    agreed = (await choice_of(site)).agreed
    assert agreed is not None
    assert agreed.levels["people"] == People.EXACT


async def test_that_another_change_was_accepted_is_no_answer_to_a_version(site: Site) -> None:
    here = site.installation
    ((_, other),) = await announce(here.parts, Plan(Kind.CONTROL, "Example Holdings", "It operates."), ())
    await accept(here.parts, site.tenant, other.id)
    here.set_policy("occupancy", people=People.BUCKET)
    with pytest.raises(Fenced, match="answered otherwise"):
        await agree(here.parts, site.tenant, await version(site))
