"""``gateway tenant record`` and ``gateway link record``: what was recorded of an authorization, and since."""

import json as text
import sys
from typing import Annotated

from cyclopts import Parameter

from gateway.app.accountability.account import Account, links_account, tenants_account
from gateway.app.accountability.account_text import account_text
from gateway.app.accountability.linked_data import account_data
from gateway.app.tenants import find_tenant
from gateway.authorization import AuthorizationId
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured
from gateway.cli.link import LinkName
from gateway.cli.tenant_name import TenantName

Json = Annotated[bool, Parameter(help="Print it as JSON-LD, in terms of the Data Privacy Vocabulary.")]


async def of_tenant(tenant: TenantName, *, json: Json = False, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show what was recorded of a tenant's authorization, and what changed since; also once it has ended."""
    async with configured(config) as parts:
        own = (await find_tenant(parts, tenant)).standing.tenant
        account = await tenants_account(parts, own)
    _show(account, json=json)


async def of_link(
    tenant: TenantName, link: LinkName, *, json: Json = False, config: ConfigPath = DEFAULT_CONFIG
) -> None:
    """Show what was recorded of a link, and what changed since; also once it has ended. Nobody's name."""
    async with configured(config) as parts:
        own = (await find_tenant(parts, tenant)).standing.tenant
        account = await links_account(parts, own, AuthorizationId(link))
    _show(account, json=json)


def _show(account: Account, *, json: bool) -> None:
    if json:
        sys.stdout.write(f"{text.dumps(account_data(account), indent=2, ensure_ascii=False)}\n")
    else:
        sys.stdout.write(account_text(account))
