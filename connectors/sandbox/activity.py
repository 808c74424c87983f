"""What admins and persons of a Google customer do, in the words of its audit log.

developers.google.com/workspace/admin/reports/v1/appendix/activity/admin-domain-settings,
/admin-user-settings, /token.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from connectors.sandbox.directory import Deed, Happening

Parameters = Mapping[str, str | list[str]]


class Activity(NamedTuple):
    """One entry: the ``actor`` is an address, and each parameter has one value or several."""

    application: str
    type: str
    name: str
    actor: str
    parameters: Parameters


_DEEDS = {Deed.ADDED: "CREATE_USER", Deed.DELETED: "DELETE_USER", Deed.RESTORED: "UNDELETE_USER"}


def delegation_changed(admin: str, client: str, scopes: Iterable[str], *, removed: bool) -> Activity:
    """A client may act for everybody, or no more: domain-wide delegation."""
    name = "REMOVE_API_CLIENT_ACCESS" if removed else "AUTHORIZE_API_CLIENT_ACCESS"
    told: Parameters = {"API_CLIENT_NAME": client, "API_SCOPES": sorted(scopes)}
    return Activity("admin", "DOMAIN_SETTINGS", name, admin, told)


def token_revoked(person: str, client: str, scopes: Iterable[str]) -> Activity:
    """A person took back what they had granted to a client."""
    told: Parameters = {
        "client_id": client,
        "app_name": client,
        "client_type": "WEB",
        "scope": sorted(scopes),
    }
    return Activity("token", "auth", "revoke", person, told)


def account_changed(admin: str, happened: Happening) -> Activity | None:
    """What an admin did to somebody's account; None of what no log tells."""
    account, members = happened.account, happened.members
    name = _DEEDS.get(happened.deed)
    if "is_enabled" in members:
        name = "UNSUSPEND_USER" if account.is_enabled else "SUSPEND_USER"
    elif "is_admin" in members:
        name = "GRANT_ADMIN_PRIVILEGE" if account.is_admin else "REVOKE_ADMIN_PRIVILEGE"
    if name is None:
        return None
    return Activity("admin", "USER_SETTINGS", name, admin, {"USER_EMAIL": account.address})
