"""What ``gateway sandbox`` refuses before it starts anything, and what it prints to be copied."""

import shlex
import ssl
from pathlib import Path

import pytest
from aiohttp import ClientSession

from gateway.app.standins import (
    CONTROLLER,
    accounts_told,
    hearing,
    made_up_world,
    make_folder,
    open_standins,
    open_transmitter,
    write_settings,
)
from gateway.cli.sandbox import onboarding, sandbox
from gateway.errors import ConfigurationError
from gateway.tenant import Connection, Provider
from tests.fakes.installation import SETTINGS
from tests.fakes.told_receiver import Asking

AWKWARD = 'O\'Neill $(reboot) "& Söhne"; `id`'


async def test_a_file_is_no_place_for_credentials(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(ConfigurationError, match="cannot hold credentials"):
        await sandbox(out=tmp_path / "file", calendars=1)
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize(
    ("fault", "said"),
    [("graph.throtled", r"Near are: graph\.throttled,"), ("graph.gone@sometimes", "@every:5 every fifth")],
)
async def test_a_fault_that_does_not_exist_is_refused_before_anything_is_made(
    tmp_path: Path, fault: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        await sandbox(out=tmp_path / "new", fault=("graph.gone", fault))
    assert not _is_made(tmp_path / "new")


def _is_made(folder: Path) -> bool:
    return folder.exists()


async def test_the_list_of_faults_is_printed_and_nothing_started(capsys: pytest.CaptureFixture[str]) -> None:
    await sandbox(fault=("list",))
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith(("entra.", "graph.", "google.")) for line in lines) > 200
    assert lines[-1].startswith("NAME[@WHEN]")


async def test_the_stand_ins_run_with_the_faults_that_were_asked_for() -> None:
    async with open_standins(made_up_world(1, 1), seed=5, faults=["graph.unavailable@2"]) as standins:
        assert len(standins.faults) == 1


@pytest.mark.parametrize("calendars", [0, -1])
async def test_companies_have_calendars(calendars: int) -> None:
    with pytest.raises(ConfigurationError, match="1 calendar or more"):
        await sandbox(calendars=calendars)


def test_settings_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    make_folder(tmp_path / "gateway.toml")
    with pytest.raises(ConfigurationError, match=r"gateway\.toml cannot be written"):
        write_settings(SETTINGS, tmp_path / "gateway.toml")


@pytest.mark.parametrize(
    ("connection", "reach"),
    [
        (Connection(provider=Provider.MICROSOFT, directory=AWKWARD), ["--directory-id", AWKWARD]),
        (
            Connection(
                provider=Provider.GOOGLE,
                directory=AWKWARD,
                read_as="it's@me.example",
                grant="delegated-readonly",
            ),
            ["--customer", AWKWARD, "--read-as", "it's@me.example", "--grant", "delegated-readonly"],
        ),
    ],
)
def test_a_shell_takes_the_printed_line_as_it_was_meant(connection: Connection, reach: list[str]) -> None:
    line = onboarding(AWKWARD, connection, "Europe/Oslo", Path("it's here"))
    head = ["gateway", "tenant", "add", AWKWARD, "--provider", connection.provider]
    reach += ["--address", CONTROLLER.address, "--contact", CONTROLLER.contact]
    tail = ["--zone", "Europe/Oslo", "--config", "it's here/gateway.toml"]
    assert shlex.split(line) == [*head, *reach, *tail]


async def test_the_printed_lines_let_a_signal_be_told() -> None:
    async with (
        open_standins(made_up_world(1, 1)) as standins,
        open_transmitter(standins) as transmitter,
        ClientSession() as session,
    ):
        add, tell = hearing(transmitter, AWKWARD, Path("it's here/gateway.toml"))
        echo, token, _, *command = shlex.split(add)
        assert (echo, command[:4]) == ("echo", ["gateway", "signals", "add", AWKWARD])
        assert command[4:] == [
            "ssf-poll",
            transmitter.issuer,
            "--token",
            "-",
            "--config",
            "it's here/gateway.toml",
        ]
        asked = Asking(session, transmitter, token)
        assert (await asked.make()).status == 201
        _, _, shown, _, body, url = shlex.split(tell)
        headers = dict([shown.split(": ")])
        async with session.post(url, headers=headers, data=body) as answer:
            assert (answer.status, await answer.json()) == (200, {"told": ["set-1"]})
        assert [*(await asked.poll())["sets"]] == ["set-1"]
        # Nobody serves, so Google was asked for nothing.
        _, _, _, shown, _, body, url = shlex.split(accounts_told(standins))
        trusting = ssl.create_default_context(cadata=standins.identity.authority.pem.decode())
        headers = dict([shown.split(": ")])
        async with session.post(url, headers=headers, data=body, ssl=trusting) as answer:
            assert (answer.status, await answer.json()) == (200, {"told": None})
