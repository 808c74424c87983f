"""A person's link whose key is not to be had: it is tried ever less often, and keeps nobody else waiting."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.app.persons.links import withdraw_link
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.entry import EntryKind
from gateway.store.persons import LinkRow
from gateway.vault.secret import SecretKey
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.site import AMBER, Site

PUT, REMOVED = EntryKind.BOOKING_PUT, EntryKind.BOOKING_REMOVED
MOMENT = timedelta(minutes=2, seconds=1)


@pytest.fixture
async def site(installation: Installation) -> Site:
    """Somebody of it has connected a calendar, and been told."""
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    ana.put(invitation("anas", NOON + timedelta(days=2), AMBER))
    await ana.connect()
    assert await site.later() == [PUT]
    return site


def key_file(site: Site, link: AuthorizationId) -> Path:
    (found,) = Path(site.installation.parts.settings.keys).glob(f"tenants/{site.tenant}/data.{link}.*")
    return found


async def lose_key(site: Site) -> Path:
    """Move away the key of the only link; where it lies now."""
    (row,) = await links_at(site)
    lost = key_file(site, row.authorization).rename(Path(site.installation.parts.settings.keys) / "lost")
    site.installation.parts.keyring.drop(site.tenant)
    return lost


async def only_link(site: Site) -> LinkRow:
    (row,) = await links_at(site)
    return row


async def test_it_is_tried_ever_less_often_and_says_why(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await lose_key(site)
    tried, link, keys = 0, (await only_link(site)).authorization, site.installation.parts.keys
    ask = keys.open_data_key

    async def asked(tenant: TenantId, authorization: AuthorizationId) -> SecretKey:
        nonlocal tried
        tried += authorization == link
        return await ask(tenant, authorization)

    monkeypatch.setattr(keys, "open_data_key", asked)
    await site.installation.sync_later()
    assert (await only_link(site)).kept_from == "link_not_opened"
    for _ in range(120):
        await site.installation.sync_later(MOMENT)
    assert 5 < tried < 20


async def test_whoever_else_is_of_its_tenant_is_read_on(site: Site) -> None:
    await lose_key(site)
    ben = Person(site, "ben")
    ben.put(invitation("bens", NOON + timedelta(days=3), AMBER))
    await ben.connect()
    await site.installation.sync_later()
    assert [row.completed_at is None for row in await links_at(site)] == [False, False]
    assert [row.kept_from for row in await links_at(site)] == ["link_not_opened", None]


async def test_once_its_key_is_back_it_is_read_as_ever(site: Site) -> None:
    lost = await lose_key(site)
    home = Path(site.installation.parts.settings.keys) / "tenants" / site.tenant
    await site.installation.sync_later()
    row = await only_link(site)
    lost.rename(home / f"data.{row.authorization}.1.key")
    Person(site, "ana").delete("anas")
    assert await site.later() == [REMOVED]
    assert (await only_link(site)).kept_from is None


async def test_another_key_than_sealed_it_is_no_key_of_it(site: Site) -> None:
    await lose_key(site)
    row = await only_link(site)
    await site.installation.parts.keys.create_data_key(site.tenant, row.authorization)
    # A process that starts.
    await site.installation.sync_later()
    assert (await only_link(site)).kept_from == "link_not_opened"


async def test_it_can_be_withdrawn_and_connected_anew(site: Site) -> None:
    await lose_key(site)
    here, row = site.installation, await only_link(site)
    done = await withdraw_link(here.parts, site.tenant, row.authorization, nothing_to_revoke)
    assert done.notified_at is not None
    assert await site.news() == [REMOVED]
    await Person(site, "ana").connect()
    assert await site.later() == [PUT]
