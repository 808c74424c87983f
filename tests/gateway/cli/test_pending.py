"""What still stands at a provider, as an admin is told after a withdrawal."""

from functools import partial
from pathlib import Path

import pytest

from gateway.app.standins import write_settings
from gateway.cli.status import status
from gateway.cli.tenant import show, withdraw
from gateway.cli.withdrawals import standing_there
from gateway.clock import milliseconds
from gateway.store.removals import Removal, RemovalState
from gateway.withdrawal.pending import Pending, Seen
from tests.fakes.filled_store import NOON
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site

REMOVE = "Enterprise applications, this application, Properties, Delete"
AT = milliseconds(NOON)
standing = partial(Removal, AT, asked_at=AT, is_asked=True)


async def test_an_admin_is_told_what_to_remove_until_it_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)

    def said() -> str:
        return " ".join(capsys.readouterr().out.split())

    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        await show(site.tenant, config=config)
        assert REMOVE not in said()
        await withdraw(site.tenant, config=config)
        told = said()
        assert REMOVE in told
        assert "There we are app-1." in told
        await show(site.tenant, config=config)
        told = said()
        assert "not asked yet: whatever serves asks daily" in told
        assert REMOVE in told
        await status(config=config)
        assert "Harbour Works: its grant at its provider is pending since" in said()

        async def gone(_record: object) -> Seen:
            return Seen(RemovalState.GONE, "entra_app_missing")

        parts = installation.parts
        installation.clock.now = parts.clock().replace(year=2190)
        await Pending(parts.store, parts.keyring, installation.clock, look=gone, owner="test").visit()
        await show(site.tenant, config=config)
        told = said()
        assert "at its provider gone, seen 2190-" in told
        assert REMOVE not in told
        await status(config=config)
        assert "at its provider" not in said()


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (standing(RemovalState.PENDING, "entra_token_given"), "our application still gets tokens"),
        (standing(RemovalState.PENDING, "exchange_unseen"), "nobody here can see"),
        (standing(RemovalState.PENDING, "entra_blocked_by_policy"), "entra_blocked_by_policy"),
        (standing(RemovalState.PENDING, "entra_token_given")._replace(is_asked=False), "asked no more"),
        (standing(RemovalState.UNSEEN, "google_names_a_user"), "ask their admin"),
        (standing(RemovalState.GRANTED_ANEW, "onboarded_again"), "onboarded again"),
    ],
)
def test_no_more_is_said_than_was_seen(found: Removal, told: str) -> None:
    assert told in standing_there(found)
    assert ("pending since 2026-03-02 12:00:30 UTC" in standing_there(found)) is (
        found.state is not RemovalState.GRANTED_ANEW
    )
    assert "gone," not in standing_there(found)
