"""Who may read what at Graph: the part that all its paths share."""

from typing import NamedTuple

from aiohttp import web

from connectors.sandbox.bearer import badge
from connectors.sandbox.calendar import Calendar, Clock
from connectors.sandbox.consent import PLACES_ROLE, opens_every_mailbox
from connectors.sandbox.refusal import Refusal, graph_refusal
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Provider, Tenant, World


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
            raise graph_refusal(403, "Authorization_RequestDenied", "Insufficient privileges.")
        return visitor.tenant

    def _visitor(self, request: web.Request) -> Visitor:
        held = badge(self._seal, request, self._now())
        tenant = None if held is None else self._world.tenant(held.tenant)
        if held is None or tenant is None or tenant.provider is not Provider.MICROSOFT:
            raise graph_refusal(
                401, "InvalidAuthenticationToken", "Access token is missing, invalid or expired."
            )
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
