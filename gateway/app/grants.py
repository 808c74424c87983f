"""Every provider's forms of grant, by the names under which a tenant's connection keeps them."""

from connectors.google import grants as google
from connectors.grant_form import GrantForm
from connectors.microsoft import grants as microsoft
from gateway.errors import UnknownName
from gateway.tenant import Provider

#: The least first, which is the default.
FORMS = {Provider.MICROSOFT: microsoft.FORMS, Provider.GOOGLE: google.FORMS}

#: What tenants granted that were onboarded before grants had names.
_UNNAMED = {Provider.MICROSOFT: microsoft.SCOPED, Provider.GOOGLE: google.DELEGATED_READONLY}


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
