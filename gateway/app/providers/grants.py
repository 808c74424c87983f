"""Every provider's forms of grant, by the names under which a tenant's connection keeps them."""

from connectors.google import grants as google
from connectors.google.delegation import GoogleDelegation
from connectors.grant_form import GrantForm
from connectors.microsoft import grants as microsoft
from connectors.microsoft.delegation import MicrosoftDelegation
from gateway.errors import UnknownName
from gateway.tenant import Provider, Tenant
from gateway.web.notifications import GOOGLE_PATH, GRAPH_PATH

#: The least first, which is the default.
FORMS = {Provider.MICROSOFT: microsoft.FORMS, Provider.GOOGLE: google.FORMS}

#: What tenants granted that were onboarded before grants had names.
_UNNAMED = {Provider.MICROSOFT: microsoft.SCOPED, Provider.GOOGLE: google.DELEGATED_READONLY}


#: What only a person who connected their own calendar can take back, and where.
REMOVALS = {Provider.MICROSOFT: MicrosoftDelegation.removal, Provider.GOOGLE: GoogleDelegation.removal}

#: Where each provider tells of changes, below our public address.
_PATHS = {Provider.MICROSOFT: GRAPH_PATH, Provider.GOOGLE: GOOGLE_PATH}


def notify_url(public_url: str | None, tenant: Tenant) -> str | None:
    """Where a tenant's provider is to tell of changes; None where it cannot or need not."""
    connection = tenant.connection
    if public_url is None or not form_of(connection.provider, connection.grant).push:
        return None
    return f"{public_url.rstrip('/')}{_PATHS[connection.provider]}"


def least(provider: Provider) -> GrantForm:
    """The form that gives us the least."""
    return FORMS[provider][0]


def form_of(provider: Provider, name: str | None) -> GrantForm:
    """The form of that name. Raises UnknownName."""
    if name is None:
        return _UNNAMED[provider]
    for form in FORMS[provider]:
        if form.name == name:
            return form
    names = ", ".join(form.name for form in FORMS[provider])
    raise UnknownName(f"{provider.title()} has no grant of that name. Choose one of: {names}.")


def form_with_accounts(provider: Provider, form: GrantForm) -> GrantForm:
    """The same form for who also lets us be told what becomes of accounts."""
    if provider is Provider.GOOGLE:
        return google.with_accounts(form)
    return microsoft.with_accounts(form)
