"""How Graph prints a user: the members of the default set, or those that are selected."""

from datetime import datetime

from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.directory import Account, AgeGroup, Deed, Happening, MinorConsent
from connectors.sandbox.refusal import graph_refusal

#: Told unless others are selected.
_DEFAULT = (
    "businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone",
    "officeLocation", "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip
#: What of an account each member follows from, where that can change.
_FOLLOWS = {
    "accountEnabled": {"is_enabled"},
    "ageGroup": {"age_group"},
    "consentProvidedForMinor": {"minor_consent"},
    "legalAgeGroupClassification": {"age_group", "minor_consent"},
    "signInSessionsValidFromDateTime": {"sessions_valid_from"},
}
_MEMBERS = (*_DEFAULT, *_FOLLOWS, "deletedDateTime", "userType")
#: Computed by Entra of the age group and of what the parents said.
_MINORS = {
    MinorConsent.GRANTED: "MinorWithParentalConsent",
    MinorConsent.NOT_REQUIRED: "MinorNoParentalConsentRequired",
}


def user_selection(request: web.Request) -> tuple[str, ...] | None:
    """The members that ``$select`` names; None without one. One that no user has is refused."""
    names = request.query.get("$select")
    if names is None:
        return None
    wanted = tuple(name.strip() for name in names.split(","))
    if not set(_MEMBERS).issuperset(wanted):
        raise graph_refusal(400, "BadRequest", "Could not find a property named in $select.")
    return wanted


def concerns(happened: Happening, selected: tuple[str, ...] | None = None) -> bool:
    """Whether it is told to whoever tracks these members, or all of them."""
    if happened.deed is not Deed.CHANGED:
        return True
    tracked = _FOLLOWS if selected is None else selected
    return any(happened.members & _FOLLOWS.get(name, set()) for name in tracked)


def printed_user(account: Account, selected: tuple[str, ...] | None) -> Event:
    """The account with these members, or the default ones; the id comes unasked."""
    everything = dict.fromkeys(_MEMBERS) | {
        "businessPhones": [],
        "displayName": account.name,
        "id": account.id,
        "mail": account.address,
        "userPrincipalName": account.address,
        "userType": "Member",
        "accountEnabled": account.is_enabled,
        "ageGroup": account.age_group,
        "consentProvidedForMinor": account.minor_consent,
        "legalAgeGroupClassification": _legal_age(account),
        "signInSessionsValidFromDateTime": _printed(account.sessions_valid_from),
        "deletedDateTime": _printed(account.deleted_at),
    }
    return {name: everything[name] for name in dict.fromkeys(("id", *(selected or _DEFAULT)))}


def _printed(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _legal_age(account: Account) -> str | None:
    if account.age_group is not AgeGroup.MINOR:
        return account.age_group
    refused_or_unasked = "MinorWithOutParentalConsent"
    if account.minor_consent is None:
        return refused_or_unasked
    return _MINORS.get(account.minor_consent, refused_or_unasked)
