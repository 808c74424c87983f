"""``gateway notice``: what employees and visitors have to be told."""

import sys

from gateway.app.accountability.notice import notice as written
from gateway.app.consumers.overview import readers_of
from gateway.app.tenants import find_tenant, open_record, open_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured
from gateway.cli.tenant_name import TenantName


async def notice(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Write the notice for employees and visitors (Art. 13, 14 GDPR) from what is in force, in Markdown."""
    async with configured(config) as parts:
        standing = (await find_tenant(parts, tenant)).standing
        opened = await open_tenant(parts, standing)
        controller = (await open_record(parts, standing)).controller
        recipients = await readers_of(parts, standing.tenant)
    sys.stdout.write(
        written(parts.rules, opened, controller=controller, region=standing.region, recipients=recipients)
    )
