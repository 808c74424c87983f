"""How every command takes a tenant."""

from typing import Annotated

from cyclopts import Parameter

TenantName = Annotated[str, Parameter(help="Name or id, as 'gateway tenant list' shows it.")]
