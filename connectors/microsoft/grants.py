"""The forms in which a customer can grant us access at Microsoft, the least first.

learn.microsoft.com/exchange/permissions-exo/application-rbac, /graph/permissions-reference.
"""

from datetime import timedelta

from msgspec.structs import replace

from connectors.grant_form import Check, GrantForm, Step

_PLACES = "Place.Read.All"
_BASIC = "Calendars.ReadBasic.All"
#: Lets accounts be read, and no mailbox: for who wants us to be told what becomes of them.
_USERS = "User.Read.All"
_CONSENT = (
    "Entra admin center, Enterprise applications, this application, Permissions; what the application asks "
    "for stands under App registrations, API permissions"
)
_CONSENT_LAG = timedelta(minutes=15)
_EXCHANGE_LAG = timedelta(hours=2)

_REMOVAL = (
    "At Microsoft the grant stands until an admin of directory {directory} removes it: Entra admin center, "
    "Enterprise applications, this application, Properties, Delete"
)


def _consent_to(*permissions: str) -> str:
    return f"Consent, as an admin, to these application permissions and no others: {', '.join(permissions)}."


SCOPED = GrantForm(
    name="scoped",
    permissions=frozenset({_PLACES}),
    steps=(
        Step(
            where=_CONSENT,
            what=_consent_to(_PLACES),
            checks=frozenset({Check.TOKEN, Check.PERMISSIONS, Check.DIRECTORY}),
            lag=_CONSENT_LAG,
        ),
        Step(
            where="Exchange Online PowerShell",
            what=(
                "New-ServicePrincipal for the application, New-ManagementScope over the mailboxes of rooms "
                "and desks, New-ManagementRoleAssignment with -Role 'Application Calendars.Read' and "
                "-CustomResourceScope. Test-ServicePrincipalAuthorization shows what stands."
            ),
            checks=frozenset({Check.CALENDAR, Check.CONFINEMENT}),
            lag=_EXCHANGE_LAG,
        ),
    ),
    warnings=("Grants add up: a calendar permission consented to in Entra opens every mailbox.",),
    removal=f"{_REMOVAL}; Exchange Online PowerShell, Remove-ManagementRoleAssignment.",
    confines=True,
    push=True,
)

ORG_WIDE = GrantForm(
    name="org-wide",
    permissions=frozenset({_PLACES, _BASIC}),
    steps=(
        Step(
            where=_CONSENT,
            what=_consent_to(_PLACES, _BASIC),
            checks=frozenset({Check.TOKEN, Check.PERMISSIONS, Check.DIRECTORY, Check.CALENDAR}),
            lag=_CONSENT_LAG,
        ),
    ),
    warnings=(
        (
            "Every mailbox can be read, people's own included, with subjects and attendees. Only our policy "
            "confines it."
        ),
        "Microsoft pushes nothing under this permission: calendars are polled.",
    ),
    removal=f"{_REMOVAL}.",
    confines=False,
    push=False,
)

FORMS = (SCOPED, ORG_WIDE)


def with_accounts(form: GrantForm) -> GrantForm:
    """The same form for who also lets us be told what becomes of accounts."""
    permissions = form.permissions | {_USERS}
    consent, *rest = form.steps
    steps = (replace(consent, what=_consent_to(*sorted(permissions))), *rest)
    return replace(form, permissions=permissions, steps=steps)
