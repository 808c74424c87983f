"""Who may be invited to connect, and what is withdrawn by whoever names a link."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gateway.app.parts import Parts
from gateway.app.persons.links import invite, list_links, removal, withdraw_link
from gateway.app.tenants import withdraw_tenant
from gateway.authorization import AuthorizationId, State
from gateway.errors import ConfigurationError, UnknownName
from gateway.store.tables import invitations
from gateway.web.connecting import START_PATH
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.site import Site, open_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_installation(tmp_path) as installation:
        yield await open_peopled_site(installation)


def at(parts: Parts, public_url: str | None) -> Parts:
    listen = msgspec.structs.replace(parts.settings.listen, public_url=public_url)
    return replace(parts, settings=msgspec.structs.replace(parts.settings, listen=listen))


async def test_an_invitation_is_an_address_however_the_proxys_is_written(site: Site) -> None:
    here = site.installation
    standing = await here.standing(site.tenant)
    for url in ("https://gateway.example", "https://gateway.example/"):
        address = await invite(at(here.parts, url), standing)
        assert address.startswith(f"https://gateway.example{START_PATH}/")
    assert len(list(await rows_of(here.store, invitations, site.tenant))) == 2


async def test_where_nobody_could_come_back_nobody_is_invited(site: Site) -> None:
    here = site.installation
    with pytest.raises(ConfigurationError, match="public_url"):
        await invite(at(here.parts, None), await here.standing(site.tenant))
    assert list(await rows_of(here.store, invitations, site.tenant)) == []


async def test_where_nobody_may_connect_nobody_is_invited(installation: Installation) -> None:
    site = await open_site(installation)
    with pytest.raises(ConfigurationError, match="without --persons"):
        await invite(installation.parts, await installation.standing(site.tenant))
    assert list(await rows_of(installation.store, invitations, site.tenant)) == []


async def test_only_links_are_withdrawn_as_links(site: Site) -> None:
    here = site.installation
    own = (await here.standing(site.tenant)).authorization.id
    for name in (own, AuthorizationId("aut_nobody")):
        with pytest.raises(UnknownName, match="no such link"):
            await withdraw_link(here.parts, site.tenant, name, nothing_to_revoke)
    assert (await here.standing(site.tenant)).authorization.state is State.ACTIVE


async def test_each_withdrawal_is_told_as_its_own_however_often_it_is_asked_for(site: Site) -> None:
    here = site.installation
    for account in ("ana", "ben"):
        await Person(site, account).connect()
    ana, ben = [link.authorization for link in await links_at(site)]
    rows = [await withdraw_link(here.parts, site.tenant, one, nothing_to_revoke) for one in (ana, ben, ana)]
    assert [row.authorization for row in rows] == [ana, ben, ana]
    assert rows[0].id == rows[2].id


async def test_what_ended_with_its_tenant_is_no_withdrawal_of_its_own(site: Site) -> None:
    here = site.installation
    await Person(site, "ana").connect()
    (link,) = await list_links(here.parts, site.tenant)
    await withdraw_tenant(here.parts, site.tenant)
    with pytest.raises(UnknownName, match="ended with its tenant"):
        await withdraw_link(here.parts, site.tenant, link.authorization, nothing_to_revoke)


async def test_it_is_told_where_a_person_takes_the_permission_back(site: Site) -> None:
    here = site.installation
    told = await removal(here.parts, await here.standing(site.tenant))
    assert "myapplications.microsoft.com" in told
