"""Webhooks, as the command line makes, lists and changes them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.app.consumers.overview import add_consumer
from gateway.app.consumers.webhooks import list_webhooks
from gateway.app.standins import write_settings
from gateway.booking import TenantId
from gateway.cli.status import status
from gateway.cli.webhook import add, list_, pause, remove, replay, resume, rotate
from gateway.errors import ConfigurationError
from gateway.feed.delivery import WHOLE, Delivery, Failure, PauseReason, Reading, Waiting
from gateway.feed.mark import Mark
from gateway.webhook import TRIES_MAX, Signature
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.site import open_site
from tests.gateway.app.test_webhooks import put

URL = "https://flexo.example:8443/hook/hush?token=hush"


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    monkeypatch.setenv("COLUMNS", "80")
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        await add_consumer(installation.parts, "FlexO", [site.tenant], purpose="occupancy")
        yield installation


async def test_a_webhook_from_its_beginning_to_its_end(
    here: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gateway.toml"

    def told() -> str:
        return " ".join(capsys.readouterr().out.split())

    await add("FlexO", URL, signature=Signature.ED25519, config=config)
    first = told().rpartition(" ")[2]
    await rotate("FlexO", overlap_hours=2, config=config)
    second = told().rpartition(" ")[2]
    (endpoint,) = await list_webhooks(here.parts)
    assert [second, first] == [key.shown for key in endpoint.webhook.keys]
    assert first.startswith("whpk_")
    with pytest.raises(ConfigurationError, match="overlap by 0 to 744 hours"):
        await rotate("FlexO", overlap_hours=745, config=config)
    await pause("FlexO", config=config)
    assert "paused since" in told()
    await list_(config=config)
    listed = told()
    assert endpoint.consumer.id in listed
    assert "never" in listed
    assert "flexo.example:8443" in listed
    # Who may send to such an address is often told by what stands in it.
    assert not any(secret in listed for secret in (first, "hush"))
    await resume("FlexO", config=config)
    assert "0 dead letters" in told()
    await remove("FlexO", config=config)
    assert "told nothing more" in told()
    assert await list_webhooks(here.parts) == []


async def test_what_was_given_up_is_told_and_replayed(
    here: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gateway.toml"

    def told() -> str:
        return " ".join(capsys.readouterr().out.split())

    await add("FlexO", URL, config=config)
    (endpoint,) = await list_webhooks(here.parts)
    waiting = {
        "room": Waiting(1, TRIES_MAX, 0, 0, Failure.REFUSED),
        WHOLE: Waiting(1, 2, 0, 10**12, Failure.UNREACHABLE),
    }
    reading = Reading(b"", Mark.at(9), 0, waiting)
    delivery = Delivery(b"", 0, {TenantId("ten_1"): reading}, paused=PauseReason.UNDELIVERED)
    await put(here.parts, endpoint.consumer.id, delivery)
    await list_(config=config)
    listed = told()
    assert "ten_1 room: refused, 10 tries, dead letter" in listed
    assert "ten_1 as a whole: unreachable, 2 tries, next 2001-09-09" in listed
    await status(config=config)
    said = told()
    assert "Webhook of FlexO: paused since 1970-01-01 00:00 UTC (undelivered)." in said
    assert "Webhook of FlexO: 1 dead letters" in said
    await replay("FlexO", config=config)
    assert "It is paused: resume it." in told()
    await resume("FlexO", config=config)
    assert "active since" in told()
    await status(config=config)
    assert "Webhook" not in told()
