"""How Graph prints a user: the members of the default set, or those that are selected."""

from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.directory import Account, AgeGroup, MinorConsent
from connectors.sandbox.refusal import graph_refusal

#: Told unless others are selected.
_DEFAULT = (
    "businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone",
    "officeLocation", "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip
#: What each member follows from, where it can change.
MEMBERS = {
    "accountEnabled": "is_enabled",
    "ageGroup": "age_group",
    "consentProvidedForMinor": "minor_consent",
    "legalAgeGroupClassification": "legal_age",
    "deletedDateTime": "deleted_at",
    "userType": "",
    **dict.fromkeys(_DEFAULT, ""),
}
#: Computed by Entra of the age group and of what the parents said.
_MINORS = {
    MinorConsent.GRANTED: "MinorWithParentalConsent",
    MinorConsent.NOT_REQUIRED: "MinorNoParentalConsentRequired",
}


def user_selection(request: web.Request) -> tuple[str, ...]:
    """The members that ``$select`` names. One that no user has is refused."""
    names = request.query.get("$select")
    if names is None:
        return _DEFAULT
    wanted = tuple(name.strip() for name in names.split(","))
    if not MEMBERS.keys() >= set(wanted):
        raise graph_refusal(400, "BadRequest", "Could not find a property named in $select.")
    return wanted


def printed_user(account: Account, selected: tuple[str, ...]) -> Event:
    """The account with these members; the id comes unasked."""
    everything = dict.fromkeys(MEMBERS) | {
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
        "deletedDateTime": None if account.deleted_at is None else f"{account.deleted_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    return {name: everything[name] for name in dict.fromkeys(("id", *selected))}


def _legal_age(account: Account) -> str | None:
    if account.age_group is not AgeGroup.MINOR:
        return account.age_group
    refused_or_unasked = "MinorWithOutParentalConsent"
    if account.minor_consent is None:
        return refused_or_unasked
    return _MINORS.get(account.minor_consent, refused_or_unasked)
