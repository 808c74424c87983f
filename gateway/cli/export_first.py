"""Before a tenant's data is destroyed, it is offered as a file (Art. 28(3)(g) GDPR)."""

import sys
from pathlib import Path

from gateway.app.accountability.exporting import export_tenant
from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview
from gateway.cli.configured import console
from gateway.cli.ended_requests import waiting_requests
from gateway.errors import ConfigurationError, GatewayError

OFFER = (
    "What is kept of {name} can be exported now, and never again (Art. 28(3)(g) GDPR).\n"
    "A file to write it to, or nothing to withdraw without: "
)
TOLD = "Nothing was exported, and cannot be any more: --export FILE writes what is kept first."


async def export_first(parts: Parts, overview: TenantOverview, target: Path | None, *, without: bool) -> None:
    """Export, ask for where, or say that nothing is exported. Raises GatewayError, with nothing withdrawn.

    Whoever cannot be asked, since nobody sits there, withdraws as fast as ever.
    """
    if target is not None and without:
        raise ConfigurationError(
            "Choose --export FILE or --without-export, and not both. Nothing was withdrawn."
        )
    if not overview.is_open:
        return
    for line in await waiting_requests(parts, overview.standing):
        console().print(line)
    if without:
        return
    if target is None and not _can_be_asked():
        console().print(TOLD)
        return
    target = target or _asked(overview.name)
    if target is None:
        return
    try:
        told = await export_tenant(parts, overview.standing, target)
    except GatewayError as error:
        raise ConfigurationError(
            f"{error} Nothing was withdrawn: repeat it with another --export, or with --without-export."
        ) from None
    console().print(f"{told.rows:,} rows written to {target}. Credentials are left out.")


def _can_be_asked() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _asked(name: str) -> Path | None:
    """Where to; None for nowhere. Raises ConfigurationError where the question is left unanswered."""
    console().print(OFFER.format(name=name), end="")
    answer = sys.stdin.readline()
    if not answer:
        raise ConfigurationError("Nothing was answered, and nothing withdrawn.")
    return Path(answer.strip()) if answer.strip() else None
