"""``gateway subject``: users of FlexO who asked to be recognized, and whoever withdraws or objects."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from gateway.app.accountability.exporting import export_subject
from gateway.app.persons import subjects
from gateway.app.revoking import open_revoker
from gateway.app.rules import disclosure_of
from gateway.app.tenants import find_tenant, open_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.cli.standard_input import one_told, or_input, told
from gateway.cli.tenant_name import TenantName
from gateway.clock import moment
from gateway.errors import ConfigurationError
from gateway.minimization.lattice import Booker
from gateway.store.subjects import SubjectRow


def _help(text: str) -> Parameter:
    return Parameter(help=text)


async def enrol(
    tenant: TenantName,
    *,
    user: Annotated[str, _help("FlexO's own id of the user. Kept sealed.")],
    address: Annotated[
        list[str],
        or_input("An address that they organize with; repeatable; - reads lines of the input. Kept sealed."),
    ],
    directory_id: Annotated[str | None, _help("Their id in the tenant's directory. Kept sealed.")] = None,
    place: Annotated[
        list[str] | None,
        _help("A place for one whose regular user they are and that may be told like others; repeatable."),
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Recognize a user of FlexO who asked for it, under a key of their own."""
    addresses = told(address)
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        subject = await subjects.enrol_subject(
            parts,
            overview.standing,
            user=user,
            addresses=addresses,
            directory=directory_id,
            places=place or (),
        )
        chosen = await open_tenant(parts, overview.standing)
        tells = disclosure_of(parts.rules, chosen).booker is not Booker.NONE
    out = console()
    out.print(
        f"Enrolled as {subject}. They are recognized as their calendars are read again, within minutes."
    )
    if not tells:
        out.print("This tenant's policy tells nobody who booked, so nothing of them is told.")


async def list_(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List who is enrolled by our ids; who they are is not shown."""
    table = Table(whole("subject"), "since", "state")
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        for row in await subjects.list_subjects(parts, overview.standing.tenant):
            table.add_row(row.id, f"{moment(row.enrolled_at):%Y-%m-%d}", _state(row))
    console().print(table, crop=False)


def _state(row: SubjectRow) -> str:
    if row.suspended_at is None or row.erase_at is None:
        return "recognized"
    since, ends = f"{moment(row.suspended_at):%Y-%m-%d}", f"{moment(row.erase_at):%Y-%m-%d}"
    return f"suspended by a signal since {since}, withdrawn on {ends} unless resumed"


async def resume(
    tenant: TenantName,
    *,
    user: Annotated[str | None, _help("FlexO's id of an enrolled user.")] = None,
    address: Annotated[str | None, or_input("An address that finds them; - reads the input.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Recognize somebody again whom a signal has suspended, once their employer has confirmed that."""
    _refuse_both(user, address)
    address = None if address is None else one_told(address)
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        is_news = await subjects.resume_subject(parts, overview.standing, user=user, address=address)
    console().print(
        "They are recognized again as calendars are read anew, within minutes."
        if is_news
        else "They were not suspended. Nothing was changed."
    )


async def withdraw(
    tenant: TenantName,
    *,
    user: Annotated[str | None, _help("FlexO's id of an enrolled user.")] = None,
    address: Annotated[
        str | None, or_input("An address, of somebody enrolled or not; - reads the input.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Tell nothing more of the people of somebody's events, enrolled or not; destroys their key."""
    _refuse_both(user, address)
    address = None if address is None else one_told(address)
    async with configured(config) as parts, open_revoker(parts) as revoke:
        overview = await find_tenant(parts, tenant)
        withdrawal = await subjects.withdraw_subject(
            parts, overview.standing, revoke, user=user, address=address
        )
    out = console()
    if withdrawal is None:
        out.print("They had withdrawn before. It still holds.")
    elif withdrawal.proved_at is None:
        out.print("Who they are is not told any more. Another process finishes the rest; look again soon.")
    else:
        out.print(
            "Nothing is told of who organizes or comes to their events any more; their places stay taken."
        )
        out.print(f"For them: 'gateway certificate {withdrawal.tenant} {withdrawal.id}'.")


async def export(
    tenant: TenantName,
    target: Annotated[Path, _help("A file that is not there yet.")],
    *,
    user: Annotated[str | None, _help("FlexO's id of an enrolled user.")] = None,
    address: Annotated[
        str | None, or_input("An address, of somebody enrolled or not; - reads the input.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write what is kept of somebody, a row a line, with why and until when (Art. 15, 20 GDPR)."""
    _refuse_both(user, address)
    address = None if address is None else one_told(address)
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        told = await export_subject(parts, overview.standing, target, user=user, address=address)
    console().print(f"{told.rows:,} rows written, of which a withdrawal erases {told.erased:,}.")


def _refuse_both(user: str | None, address: str | None) -> None:
    if (user is None) == (address is None):
        raise ConfigurationError("Say whom it is about: either --user or --address. Nothing was done.")
