"""The feed tells what people's calendars hold, under each one's own key, for as long as each one lets it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from connectors.errors import AccessLost
from gateway.app.consumers.overview import add_consumer
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.metrics import Metrics
from gateway.minimization.purposes import purposes
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.vault.keyring import TenantKeys
from gateway.web.authentication import Credentials
from gateway.web.feed_reader import read_page
from gateway.web.parts import Parts
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, open_installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.site import AMBER, Site

TENANTS = 6


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


async def a_site(installation: Installation, *names: str) -> Site:
    """A tenant with so many people, each of whom has one meeting in the room."""
    site = await open_peopled_site(installation)
    for number, name in enumerate(names):
        person = Person(site, name)
        person.put(invitation(name, NOON + timedelta(hours=number), AMBER))
        await person.connect()
    await site.later()
    return site


async def told(installation: Installation, *sites: Site, limit: int = 500) -> list[str]:
    """What a new consumer is told of bookings, in one page."""
    parts = installation.parts

    async def obey(standing: Standing) -> None:
        parts.keyring.drop(standing.tenant)

    pulse, known = Pulse(parts.store, obey), purposes(parts.rules.policies)
    web = Parts(parts.store, parts.keyring, pulse, Metrics(), parts.clock, known)
    _, token = await add_consumer(parts, "FlexO", [site.tenant for site in sites], purpose="occupancy")
    page = msgspec.json.decode((await read_page(web, Credentials(token), None, limit)).body)
    kinds = [str(entry["type"]) for entry in page["entries"] if "booking" in entry["type"]]
    return [*kinds, *page["unavailable"]]


async def test_one_page_tells_of_the_people_of_many_tenants(installation: Installation) -> None:
    sites = [await a_site(installation, "ana", "ben") for _ in range(TENANTS)]
    assert len(await told(installation, *sites)) == 2 * TENANTS


async def test_of_a_suspended_person_a_new_consumer_is_told_nothing(installation: Installation) -> None:
    site = await a_site(installation, "ana", "ben")
    Person(site, "ana").refuse(AccessLost("consent_missing"))
    await site.later()
    kinds = await told(installation, site)
    assert [kind.rpartition(".")[2] for kind in kinds] == ["put"]


@pytest.mark.parametrize("number", [0, 1])
async def test_a_link_whose_key_is_missing_is_named_in_the_log(
    installation: Installation, number: int
) -> None:
    site, other = await a_site(installation, "ana", "ben"), await a_site(installation, "cleo")
    link = (await links_at(site))[number].authorization
    await installation.parts.keys.destroy_data_key(site.tenant, link)
    installation.parts.keyring.drop(site.tenant)
    with capture_logs() as logs:
        kinds = await told(installation, site, other)
    # Not a booking less: that would say that a place is free.
    assert kinds[1:] == [site.tenant]
    assert (site.tenant, link) in {(line.get("tenant"), line.get("owner")) for line in logs}


async def test_no_more_keys_are_asked_for_than_a_page_can_tell_of(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose scope has many people in many tenants would never get its first page: keys take their time."""
    sites = [await a_site(installation, "ana", "ben", "cleo") for _ in range(TENANTS)]
    opened, keyring = list[AuthorizationId](), installation.parts.keyring
    ask = keyring.tenant

    async def asked(tenant: TenantId, authorization: AuthorizationId) -> TenantKeys:
        opened.append(authorization)
        return await ask(tenant, authorization)

    monkeypatch.setattr(keyring, "tenant", asked)
    # Of each tenant there is the room as well, and its state.
    assert len(await told(installation, *sites, limit=5)) == 3
    employers = {site.tenancy.fence.authorization for site in sites}
    assert len(set(opened) - employers) <= 2 * 3
