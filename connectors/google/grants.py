"""The forms in which a customer can grant us access at Google, the least first.

developers.google.com/identity/protocols/oauth2/service-account, support.google.com/a (admin roles, sharing).
"""

from datetime import timedelta

from msgspec.structs import replace

from connectors.google.grant import ACCOUNT_SCOPES, DIRECTORY_SCOPE, EVENTS_SCOPE, FREEBUSY_SCOPE
from connectors.grant_form import Check, GrantForm, Step

_SHARING = "Google Calendar, settings of each resource calendar, Share with specific people or groups"
_ROLES = "Google Admin console, Account, Admin roles"
_ROLE = "Make a role of its own with the privilege to read buildings and resources, and assign it to "
_ACCOUNTS_ROLE = (
    "Make a role of its own with the privileges to read buildings and resources, to read users, and for "
    "reports, and assign it to "
)
_SHARING_LAG = timedelta(hours=1)
_ADMIN_LAG = timedelta(hours=24)

_DELEGATION = (
    "Google confines the scopes and not the people: this key can act as any user of the customer for these "
    "scopes. Only our policy confines it, to resource calendars read as the one account that was named."
)


def _delegate(*scopes: str) -> str:
    return f"Add the service account's client id with the scopes {','.join(scopes)}"


def _delegated(name: str, events_scope: str, sharing: str, *warnings: str) -> GrantForm:
    return GrantForm(
        name=name,
        permissions=frozenset({events_scope, DIRECTORY_SCOPE}),
        steps=(
            Step(
                where="Google Admin console, Security, API controls, Domain-wide delegation",
                what=_delegate(events_scope, DIRECTORY_SCOPE),
                checks=frozenset({Check.TOKEN, Check.PERMISSIONS}),
                lag=_ADMIN_LAG,
            ),
            Step(
                where=_ROLES,
                what=f"{_ROLE}the account that is read as.",
                checks=frozenset({Check.DIRECTORY}),
                lag=_ADMIN_LAG,
            ),
            Step(
                where=_SHARING,
                what=f"Share resource calendars, and no person's, with the account read as: {sharing}.",
                checks=frozenset({Check.CALENDAR, Check.CONFINEMENT}),
                lag=_SHARING_LAG,
            ),
        ),
        warnings=(_DELEGATION, *warnings),
        removal=(
            "At Google the delegation stands until an admin of customer {directory} removes it: Admin "
            "console, Security, API controls, Domain-wide delegation, this client, Delete."
        ),
        confines=False,
        is_delegated=True,
        push=True,
    )


SHARED = GrantForm(
    name="shared",
    permissions=frozenset({EVENTS_SCOPE, DIRECTORY_SCOPE}),
    steps=(
        Step(
            where=_ROLES,
            what=f"{_ROLE}the service account's address.",
            checks=frozenset({Check.DIRECTORY}),
            lag=_ADMIN_LAG,
        ),
        Step(
            where=_SHARING,
            what=(
                "Share resource calendars, and no person's, with the service account's address: see all "
                "event details. Where that is refused, sharing outside the organization is limited in the "
                "Admin console, Apps, Google Workspace, Calendar, Sharing settings."
            ),
            checks=frozenset({Check.CALENDAR, Check.CONFINEMENT}),
            lag=_SHARING_LAG,
        ),
    ),
    removal=(
        "At Google the grant stands until an admin of customer {directory} removes it: Admin console, "
        "Account, Admin roles, unassign the service account; and end its sharing of each resource calendar."
    ),
    confines=True,
    push=True,
)

DELEGATED_FREEBUSY = _delegated(
    "delegated-freebusy",
    FREEBUSY_SCOPE,
    "see only free/busy",
    "A room's own answer may be missing: what it declined may look taken, and what it accepted tentative. So "
    "may people, titles and conferences, whatever a policy allows.",
)

DELEGATED_READONLY = _delegated("delegated-readonly", EVENTS_SCOPE, "see all event details")

FORMS = (SHARED, DELEGATED_FREEBUSY, DELEGATED_READONLY)


def events_scope(form: GrantForm) -> str:
    """The scope that events are read under."""
    (scope,) = form.permissions - {DIRECTORY_SCOPE}
    return scope


def with_accounts(form: GrantForm) -> GrantForm:
    """The same form for who also lets us be told what becomes of accounts, and of our delegation.

    A service account that acts for itself has no scopes that an admin would grant: its role alone decides.
    """
    more = ACCOUNT_SCOPES if form.is_delegated else frozenset[str]()
    events, further = events_scope(form), sorted(ACCOUNT_SCOPES)
    before, after = _delegate(events, DIRECTORY_SCOPE), _delegate(events, DIRECTORY_SCOPE, *further)
    steps = (
        replace(step, what=step.what.replace(_ROLE, _ACCOUNTS_ROLE).replace(before, after))
        for step in form.steps
    )
    return replace(form, permissions=form.permissions | more, steps=tuple(steps))
