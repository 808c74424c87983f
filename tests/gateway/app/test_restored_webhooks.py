"""Webhooks of a store that is put back from a copy."""

from pathlib import Path

import msgspec

from gateway.app.consumers.overview import add_consumer
from gateway.app.consumers.webhooks import add_webhook, list_webhooks
from gateway.app.copies.restoring import restore, take
from gateway.app.standins import write_settings
from gateway.feed.batch import void
from gateway.feed.delivery import Delivery, Reading
from gateway.feed.mark import Mark
from gateway.feed.reset import ResetReason
from gateway.settings import load_settings
from gateway.webhook import Signature
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site
from tests.gateway.app.test_webhooks import URL, put


async def test_all_that_was_told_at_a_webhook_is_void_once_a_copy_is_put_back(tmp_path: Path) -> None:
    """What was told since the copy is not known any more, and other things come to stand in its place."""
    config, copy = tmp_path / "gateway.toml", tmp_path / "copy.db"
    write_settings(msgspec.structs.replace(SETTINGS, store="store", keys="keys"), config)
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        await add_consumer(installation.parts, "FlexO", [site.tenant], purpose="occupancy")
        consumer, _ = await add_webhook(installation.parts, "FlexO", URL, Signature.HMAC)
        told = Delivery(b"salt", 0, {site.tenant: Reading(b"purpose", Mark.at(9), 0)})
        await put(installation.parts, consumer.id, told)
        await take(installation.parts, copy)
    for file in (tmp_path / "store").iterdir():
        file.unlink()
    await restore(load_settings(config), copy)
    async with open_installation(tmp_path) as installation:
        (endpoint,) = await list_webhooks(installation.parts)
        scope = frozenset({site.tenant})
        assert void(endpoint.delivery, site.tenant, scope=scope, purpose=b"purpose") is ResetReason.PURPOSE
        assert endpoint.delivery.salt != told.salt
