"""Who may read what at Google: the part that Calendar and Directory share."""

from typing import NamedTuple

from aiohttp import web

from connectors.sandbox.bearer import Badge, badge
from connectors.sandbox.calendar import Calendar, Clock
from connectors.sandbox.directory import Directory
from connectors.sandbox.refusal import google_refusal
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Provider, Tenant, World

_SCOPE = "https://www.googleapis.com/auth/"


class Visitor(NamedTuple):
    """A tenant's user for whom a request is made, and the scopes used (their last parts).

    ``alone``: who signed in by themselves, and for their own calendar.
    """

    tenant: Tenant
    subject: str
    scopes: frozenset[str]
    alone: bool


class GoogleAccess:
    """Checks tokens and scopes."""

    def __init__(self, world: World, seal: Seal, wall_clock: Clock) -> None:
        self.world = world
        self._seal = seal
        self._now = wall_clock

    def visitor(self, request: web.Request, *accepted: str) -> Visitor:
        """Who asks; refused unless the token holds one of the accepted scopes."""
        held = badge(self._seal, request, self._now())
        tenant = None if held is None else self._tenant(held, request)
        if held is None or tenant is None or tenant.provider is not Provider.GOOGLE or self._is_ended(held):
            raise google_refusal(401, "authError", "Invalid Credentials")
        scopes = frozenset(scope.removeprefix(_SCOPE) for scope in held.scopes) & set(accepted)
        if not scopes:
            message = "Request had insufficient authentication scopes."
            raise google_refusal(403, "insufficientPermissions", message)
        if tenant.id in self.world.consent_removed:
            raise google_refusal(403, "forbidden", "Forbidden")
        # A service account that acts for itself was given the role and the sharing of the reader.
        subject = held.subject if held.tenant else tenant.read_as
        return Visitor(tenant, subject, scopes, held.generation is not None)

    def administrator(self, request: web.Request, *accepted: str) -> Visitor:
        """Who asks, if they may administer: reading calendars takes a share, a directory takes this role."""
        visitor = self.visitor(request, *accepted)
        account = self.accounts(visitor.tenant).find(visitor.subject)
        if account is None or not account.is_admin:
            raise google_refusal(403, "forbidden", "Not Authorized to access this resource/api")
        return visitor

    def accounts(self, tenant: Tenant) -> Directory:
        return self.world.directories[tenant.id]

    def calendar(self, visitor: Visitor, name: str) -> Calendar:
        """The calendar of that name, or 404: not there and not visible are told alike."""
        found = self.world.mailbox(visitor.tenant, visitor.subject if name == "primary" else name)
        if found is None or not self._is_reached(visitor, found) or found.address in self.world.denied:
            raise google_refusal(404, "notFound", "Not Found")
        return found

    def _is_reached(self, visitor: Visitor, calendar: Calendar) -> bool:
        if visitor.alone:
            return calendar.address == visitor.subject
        return self.world.consents[visitor.tenant.id].reaches(calendar.address)

    def _is_ended(self, held: Badge) -> bool:
        """Whether the consent or the account has ended that it was handed out for: Google refuses it then."""
        consent = self.world.personal(held.subject)
        generation = consent.generation if held.generation is None else held.generation
        return consent.refusal(generation) is not None

    def _tenant(self, held: Badge, request: web.Request) -> Tenant | None:
        """The token's; where it is of none, whoever is asked about."""
        if held.tenant:
            return self.world.tenant(held.tenant)
        asked = {**request.query, **request.match_info}
        customer, calendar, user = (asked.get(name, "") for name in ("customer", "calendar", "user"))
        for tenant in self.world.tenants:
            is_theirs = self.accounts(tenant).find(user) is not None
            if tenant.id == customer or calendar in tenant.addresses or is_theirs:
                return tenant
        raise google_refusal(404, "notFound", "Not Found")
