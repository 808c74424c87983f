"""What wraps a tenant's data keys is renewed by itself, and nobody notices."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.app.keys.renewal import RENEW_AFTER_DAYS, Renewal, key_age, renew_key
from gateway.app.tenants import withdraw_tenant
from gateway.clock import milliseconds
from gateway.errors import KeyDestroyed
from gateway.vault.keys import KeyVersion
from gateway.vault.rotation import Rotation
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.provider import meeting
from tests.fakes.site import AMBER, Site, open_site

HOUR = timedelta(hours=1)
QUARTER = timedelta(days=RENEW_AFTER_DAYS)


async def opened(installation: Installation) -> Site:
    return await open_site(installation, meeting("event-1", NOON + HOUR))


async def version(site: Site) -> KeyVersion:
    return await site.installation.parts.keys.key_version(site.tenant)


async def test_a_key_is_renewed_after_a_quarter_and_not_before(installation: Installation) -> None:
    site = await opened(installation)
    renewal = Renewal(installation.parts)
    installation.clock.move(QUARTER - timedelta(seconds=1))
    await renewal.visit_all()
    assert await version(site) == KeyVersion(1, None, is_alone=True)
    installation.clock.move(timedelta(seconds=1))
    at = milliseconds(installation.clock())
    for _ in range(2):
        await renewal.visit_all()
        assert await version(site) == KeyVersion(2, at, is_alone=True)
    installation.clock.move(QUARTER)
    await renewal.visit_all()
    assert (await version(site)).number == 3


async def test_reading_and_serving_go_on(installation: Installation) -> None:
    site = await opened(installation)
    told = len(site.consumer.bookings)
    standing = await installation.standing(site.tenant)
    assert await renew_key(installation.parts, standing) == 2
    # With the keys at hand, and with those that are opened anew.
    site.provider.put(AMBER, meeting("event-2", NOON + 2 * HOUR))
    assert len(await site.later()) == 1
    installation.parts.keyring.drop(site.tenant)
    site.provider.put(AMBER, meeting("event-3", NOON + 3 * HOUR))
    assert len(await site.later()) == 1
    assert len(site.consumer.bookings) == told + 2


async def test_what_was_begun_is_completed(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await opened(installation)

    async def die(*_: object) -> None:
        raise RuntimeError

    standing = await installation.standing(site.tenant)
    with monkeypatch.context() as dying:
        dying.setattr(Rotation, "_wrap_anew", die)
        with pytest.raises(RuntimeError):
            await renew_key(installation.parts, standing)
    assert not (await version(site)).is_alone
    await Renewal(installation.parts).visit_all()
    assert ((await version(site)).number, (await version(site)).is_alone) == (2, True)


async def test_a_tenant_whose_keys_are_not_to_be_had_holds_up_nobody(installation: Installation) -> None:
    lost, site = await opened(installation), await opened(installation)
    folder = Path(installation.parts.settings.keys) / "tenants" / lost.tenant
    folder.rename(folder.with_name("lost"))
    installation.clock.move(QUARTER)
    with capture_logs() as logs:
        await Renewal(installation.parts).visit_all()
    assert [one["tenant"] for one in logs if one["event"] == "key_not_renewed"] == [lost.tenant]
    assert (await version(site)).number == 2


async def test_nothing_is_made_of_who_has_withdrawn(installation: Installation) -> None:
    site = await opened(installation)
    await withdraw_tenant(installation.parts, site.tenant)
    installation.clock.move(QUARTER)
    await Renewal(installation.parts).visit_all()
    standing = await installation.standing(site.tenant)
    with pytest.raises(KeyDestroyed):
        await renew_key(installation.parts, standing)
    assert (await key_age(installation.parts, standing)).version == 1
