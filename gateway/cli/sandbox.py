"""``gateway sandbox``: the stand-in providers alone."""

import asyncio
import shlex
import signal
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from gateway.app.standins import (
    CONTROLLER,
    accounts_told,
    check_faults,
    connection_of,
    fault_list,
    hearing,
    installation,
    made_up_world,
    make_folder,
    open_standins,
    open_transmitter,
    tell_of_changes,
    world_from,
    write_settings,
)
from gateway.cli.configured import console
from gateway.tenant import Connection, Provider

DEFAULT_PORT = 8080
LIST = "list"
FAULT_HELP = (
    "Let something go wrong: NAME or NAME@WHEN; repeatable. WHEN says which matching requests meet it: 3 "
    "from the third on, 3-5, every:5, or p:0.3 by the seed. 'list' prints all names."
)


async def sandbox(
    *,
    world: Annotated[Path | None, Parameter(help="A folder with world.toml: your own companies.")] = None,
    out: Annotated[Path | None, Parameter(help="Write credentials and a gateway.toml here.")] = None,
    seed: Annotated[int, Parameter(help="The same number makes the same companies.")] = 1,
    calendars: Annotated[int, Parameter(help="How many calendars each made-up company has.")] = 150,
    fault: Annotated[tuple[str, ...], Parameter(help=FAULT_HELP, show_default=False)] = (),
) -> None:
    """Run the stand-in providers alone, to try things against."""
    screen = console()
    if LIST in fault:
        screen.out(fault_list(), highlight=False)
        return
    check_faults(fault)
    if out is not None:
        make_folder(out)
    companies = made_up_world(seed, calendars) if world is None else world_from(world)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with (
        open_standins(companies, seed=seed, faults=fault) as standins,
        open_transmitter(standins) as transmitter,
    ):
        screen.print(f"Both providers answer at {standins.url}, a transmitter at {transmitter.url}.")
        if out is not None:
            settings, handout = installation(standins, out, port=DEFAULT_PORT)
            write_settings(settings, out / "gateway.toml")
            screen.print(f"Credentials and gateway.toml are in {out}. To onboard the companies:")
            for tenant in handout.tenants:
                # Not wrapped: each line is meant to be copied whole.
                line = onboarding(tenant.name, connection_of(tenant), tenant.zone, out)
                screen.out(line, highlight=False)
            screen.print("To let the first of them hear of signals, and to let one be told of a user of it:")
            for line in hearing(transmitter, handout.tenants[0].name, out / "gateway.toml"):
                screen.out(line, highlight=False)
            screen.print("Once the gateway serves, Google tells of accounts, too. To let it tell of one:")
            screen.out(accounts_told(standins), highlight=False)
        await tell_of_changes(standins, transmitter, stop)


def onboarding(name: str, connection: Connection, zone: str, out: Path) -> str:
    """The command that onboards a company of the stand-ins, as a shell takes it."""
    reach = ["--directory-id", connection.directory]
    if connection.provider is Provider.GOOGLE:
        reach = ["--customer", connection.directory, "--read-as", str(connection.read_as)]
    if connection.grant is not None:
        reach += ["--grant", connection.grant]
    reach += ["--address", CONTROLLER.address, "--contact", CONTROLLER.contact]
    command = ["gateway", "tenant", "add", name, "--provider", connection.provider, *reach]
    return shlex.join([*command, "--zone", zone, "--config", str(out / "gateway.toml")])
