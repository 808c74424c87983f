"""Reading once, and listening: what is told where it could not be done."""

import pytest

from connectors.errors import Unreachable
from gateway.app.service import NotRead, refuse_unread
from gateway.app.tenants import withdraw_tenant
from tests.fakes.installation import PAST_A_POLL, Installation
from tests.fakes.site import AMBER, meetings, open_site


async def test_what_was_read_is_no_failure(installation: Installation) -> None:
    await open_site(installation, *meetings(2))
    await refuse_unread(installation.parts)


async def test_what_could_not_be_read_is_counted_by_reason(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    site.provider.fail(1, Unreachable("google_unreachable"))
    await installation.sync_later(PAST_A_POLL)
    with pytest.raises(NotRead, match=r"^1 calendar or .* could not be read \(google_unreachable: 1\)"):
        await refuse_unread(installation.parts)
    # It is not due again yet, and still not read.
    await installation.sync()
    with pytest.raises(NotRead):
        await refuse_unread(installation.parts)
    await installation.sync_later()
    await refuse_unread(installation.parts)


async def test_a_directory_that_could_not_be_read_counts_too(installation: Installation) -> None:
    site = await open_site(installation)
    other = await installation.onboard(site.provider, name="Fjord")
    site.provider.fail(1, Unreachable("graph_unreachable"))
    await installation.sync()
    with pytest.raises(NotRead, match="graph_unreachable: 1"):
        await refuse_unread(installation.parts)
    await withdraw_tenant(installation.parts, other)
    await refuse_unread(installation.parts)


async def test_an_item_that_is_not_understood_was_read(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    site.provider.blur(AMBER, "event-0")
    await installation.sync_later()
    assert (await site.calendar()).reason == "not_understood"
    await refuse_unread(installation.parts)
