"""A trial as an admin sees it, against the stand-ins."""

import json
from datetime import date
from pathlib import Path

import pytest

from connectors.sandbox.truth import Provider as Whose
from gateway.app.standins import CONTROLLER, installation, made_up_world, open_standins, write_settings
from gateway.cli.onboarding import Trying, Who, add
from gateway.cli.status import status
from gateway.cli.tenant import show
from gateway.cli.trial import activate, preview
from gateway.errors import ConfigurationError
from gateway.tenant import Provider
from tests.fakes.blank_store import lay_tables
from tests.fakes.installation import SETTINGS, open_installation

WHO = Who(address=CONTROLLER.address, contact=CONTROLLER.contact)


async def test_a_trial_is_begun_looked_at_and_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    config = tmp_path / "gateway.toml"

    def said() -> str:
        return " ".join(capsys.readouterr().out.split())

    async with open_standins(made_up_world(7, 2)) as sandbox:
        settings, _ = installation(sandbox, tmp_path, port=0)
        write_settings(settings, config)
        lay_tables(tmp_path / "store")
        company = next(one for one in sandbox.world.tenants if one.provider is Whose.MICROSOFT)
        address = company.resources[0].address
        await add(
            company.name,
            provider=Provider.MICROSOFT,
            who=WHO,
            directory_id=company.id,
            # It has to be known who comes, to count them: names cross memory.
            policy="capacity",
            trying=Trying(trial=7, calendar=[address]),
            config=config,
        )
        assert "'gateway tenant preview' shows what FlexO would be told" in said()
        await status(config=config)
        assert f"{company.name} is a trial until" in said()
        await show(company.name, config=config)
        assert "a trial until" in said()
        await preview(company.name, config=config)
        told = said()
        assert "people at level 1, set by the employer's policy" in told
        assert "title at level 0, set by the employer's policy" in told
        known = {word for person in company.people for word in (person.name, person.address)}
        assert [one for one in known if one in told] == []
        await preview(company.name, json=True, config=config)
        (shown,) = json.loads(capsys.readouterr().out)
        assert {result["outcome"] for result in shown["results"]} <= {"put", "removed", "dropped", "unknown"}
        assert address not in json.dumps(shown)
        await activate(company.name, config=config)
        assert "reads its calendars within a minute" in said()
        await show(company.name, config=config)
        assert "a trial until" not in said()


@pytest.mark.parametrize(
    ("trying", "until", "told"),
    [
        (Trying(calendar=["amber@rooms.example"]), None, "Add --trial"),
        (Trying(trial=0, calendar=["amber@rooms.example"]), None, "one at least"),
        (Trying(trial=3, calendar=["amber@rooms.example"]), date(2190, 1, 1), "leave --until out"),
        (Trying(trial=8, calendar=["amber@rooms.example"]), None, "7 days at most"),
        (Trying(trial=3, calendar=["amber@rooms.example", "AMBER@rooms.example"]), None, "each once"),
    ],
)
async def test_what_is_no_trial_records_nothing(
    tmp_path: Path, trying: Trying, until: date | None, told: str
) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path):
        with pytest.raises(ConfigurationError, match=told):
            await add(
                "Quay Works",
                provider=Provider.MICROSOFT,
                who=WHO,
                directory_id="00000000-0000-4000-8000-000000000009",
                trying=trying,
                until=until,
                config=config,
            )
