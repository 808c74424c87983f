"""``gateway tenant webhook``: where an employer is told what was restricted, and what of it still waits."""

from typing import Annotated

from cyclopts import Parameter

from gateway.app.outgoing.employers import employer_told, name_webhook, remove_webhook
from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview, find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.standard_input import STANDARD_INPUT, told
from gateway.cli.tenant_name import TenantName


async def webhook(
    tenant: TenantName,
    *,
    remove: Annotated[
        bool, Parameter(help="Tell the employer nothing more, nor what it was not told yet.")
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Tell an employer, at an address of its own, what was suspended, resumed or erased, and who is silent.

    Reads two lines from the input: the address, https://HOST/PATH, and the secret that signs, whsec_ and
    base64 (Standard Webhooks 1.0). Given anew they take the place of those before, and what was given up is
    tried again. Ids of ours and days are told, and no names.
    """
    lines = [] if remove else told([STANDARD_INPUT])
    async with configured(config) as parts:
        name = (await find_tenant(parts, tenant)).standing.tenant
        if not remove:
            await name_webhook(parts, name, lines)
            said = "The employer is told there from now on, by whatever serves."
        elif await remove_webhook(parts, name):
            said = "The employer is told nothing more."
        else:
            said = "It had named no address."
    console().print(said)


async def told_employer(parts: Parts, overview: TenantOverview) -> list[str]:
    """What ``gateway status`` and ``gateway signals list`` say of one employer's webhook."""
    found = await employer_told(parts, overview.standing.tenant)
    if found is None:
        return []
    lines = list[str]()
    if found.waiting:
        lines.append(
            f"{overview.name}: {found.waiting:,} messages to the employer's webhook are to be told yet."
        )
    if found.given_up:
        lines.append(
            f"{overview.name}: {found.given_up:,} messages to the employer's webhook were not taken for "
            "three days, and are given up. 'gateway tenant webhook' tries them again, there or elsewhere."
        )
    return lines
