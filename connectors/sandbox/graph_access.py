"""Who may read what at Graph: the part that all its paths share."""

from typing import NamedTuple

from aiohttp import web

from connectors.sandbox.bearer import Badge, badge
from connectors.sandbox.calendar import Calendar, Clock
from connectors.sandbox.consent import PLACES_ROLE, USERS_ROLE, Consent, opens_every_mailbox
from connectors.sandbox.directory import Account, Directory
from connectors.sandbox.refusal import Refusal, graph_refusal
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Provider, Tenant, World

#: What shows a person their own account.
_USER_SCOPE = "User.Read"


class Mailbox(NamedTuple):
    """Whose calendar a request reads."""

    tenant: Tenant
    calendar: Calendar


class Visitor(NamedTuple):
    """The tenant for which a request is made, and the roles that its token carries.

    ``person`` is whose token it is, where the roles are scopes of their own.
    """

    tenant: Tenant
    roles: tuple[str, ...]
    person: str | None


class GraphAccess:
    """Checks tokens, consent and mailboxes."""

    def __init__(self, world: World, seal: Seal, wall_clock: Clock) -> None:
        self._world = world
        self._seal = seal
        self._now = wall_clock

    def tenant(self, request: web.Request) -> Tenant:
        """The tenant of an application's token. Without consent it is still good, but opens nothing (403)."""
        visitor = self._visitor(request)
        if visitor.person is not None:
            raise _denied()
        return visitor.tenant

    def directory(self, request: web.Request) -> Tenant:
        """The tenant of a token that may list places."""
        visitor = self._visitor(request)
        if PLACES_ROLE not in visitor.roles:
            raise _insufficient()
        return visitor.tenant

    def users(self, request: web.Request) -> Tenant:
        """The tenant of an application's token that may read everybody's account."""
        visitor = self._visitor(request)
        if visitor.person is not None or USERS_ROLE not in visitor.roles:
            raise _insufficient()
        return visitor.tenant

    def application(self, request: web.Request) -> Consent:
        """What is granted to the application whose token it is: its own it may see without any role."""
        held, tenant = self._held(request)
        if held.generation is not None or request.match_info["application"] != held.subject:
            raise _insufficient()
        if tenant.id in self._world.consent_removed:
            message = "The identity of the calling application could not be established."
            raise graph_refusal(401, "Authorization_IdentityNotFound", message)
        return self._world.consents[tenant.id]

    def accounts(self, tenant: Tenant) -> Directory:
        return self._world.directories[tenant.id]

    def myself(self, request: web.Request) -> Account:
        """The account of whoever signed in."""
        visitor = self._visitor(request)
        if visitor.person is None:
            message = "/me request is only valid with delegated authentication flow."
            raise graph_refusal(400, "BadRequest", message)
        if _USER_SCOPE not in visitor.roles:
            raise _insufficient()
        return _known(self.accounts(visitor.tenant).find(visitor.person))

    def account(self, request: web.Request, name: str) -> Account:
        """The account of that id or address: to a person, their own alone."""
        visitor = self._visitor(request)
        found = self.accounts(visitor.tenant).find(name)
        if visitor.person is None:
            self.users(request)
        elif _known(found) != self.myself(request):
            raise _insufficient()
        return _known(found)

    def deleted(self, request: web.Request) -> Account:
        """The account that the path names by id, which is deleted and can be restored."""
        found = self.accounts(self.users(request)).accounts.get(request.match_info["user"])
        return _known(None if found is None or found.is_there else found)

    def _held(self, request: web.Request) -> tuple[Badge, Tenant]:
        """A good token, and the tenant that it is for."""
        held = badge(self._seal, request, self._now())
        tenant = None if held is None else self._world.tenant(held.tenant)
        if held is None or tenant is None or tenant.provider is not Provider.MICROSOFT:
            raise graph_refusal(
                401, "InvalidAuthenticationToken", "Access token is missing, invalid or expired."
            )
        return held, tenant

    def _visitor(self, request: web.Request) -> Visitor:
        held, tenant = self._held(request)
        if tenant.id in self._world.consent_removed:
            raise _denied()
        return Visitor(tenant, held.scopes, None if held.generation is None else held.subject)

    def mailbox(self, request: web.Request) -> Mailbox:
        """The mailbox that the path names."""
        return self.named(request, request.match_info["user"])

    def named(self, request: web.Request, user: str) -> Mailbox:
        """The mailbox of an address or directory id; refused unless the token opens it."""
        tenant, roles, person = self._visitor(request)
        calendar = self._world.mailbox(tenant, user)
        if calendar is None:
            raise graph_refusal(404, "ErrorInvalidUser", "The requested user is invalid.")
        if person is None:
            consent = self._world.consents[tenant.id]
            is_reached = opens_every_mailbox(roles) or consent.reaches(calendar.address)
        else:
            # Nobody has shared theirs with anybody.
            is_reached = opens_every_mailbox(roles) and calendar.address == person
        if calendar.address in self._world.denied or not is_reached:
            raise graph_refusal(403, "ErrorAccessDenied", "Access to OData is disabled.")
        return Mailbox(tenant, calendar)


def _denied() -> Refusal:
    return graph_refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def _insufficient() -> Refusal:
    return graph_refusal(403, "Authorization_RequestDenied", "Insufficient privileges.")


def _known(account: Account | None) -> Account:
    if account is None:
        message = "Resource does not exist or one of its queried reference-property objects is not present."
        raise graph_refusal(404, "Request_ResourceNotFound", message)
    return account
