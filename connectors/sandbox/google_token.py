"""Google's token endpoint: for persons, and for a service account that acts for a user (RFC 7523 grant)."""

from datetime import timedelta
from typing import Any

from aiohttp import web

from connectors.sandbox.assertion import is_current, verified
from connectors.sandbox.bearer import LIFETIME, Badge, issued
from connectors.sandbox.calendar import Clock
from connectors.sandbox.credentials import DELEGATED_SCOPES, ServiceAccount
from connectors.sandbox.directory import Account
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.google_people import GRANTS, GooglePeople
from connectors.sandbox.refusal import grant_refusal
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Provider, Tenant, World

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: Google's own client library names this audience even when the endpoint is elsewhere.
_AUDIENCE = "https://oauth2.googleapis.com/token"
_ASSERTION_LIFE_MAX = timedelta(minutes=65)


class GoogleToken:
    """Grants tokens to the one registered service account, for users of the world and delegated scopes.

    ``people`` have theirs from where they signed in.
    """

    def __init__(
        self,
        url: str,
        world: World,
        account: ServiceAccount,
        people: GooglePeople,
        seal: Seal,
        wall_clock: Clock,
    ) -> None:
        self._url = url
        self._world = world
        self._account = account
        self._people = people
        self._seal = seal
        self._now = wall_clock

    def routes(self) -> list[Route]:
        return [Route("google.token", "POST", "/google/token", self._token)]

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("grant_type") in GRANTS:
            return json_response(self._people.granted(form))
        if form.get("grant_type") != _GRANT:
            raise grant_refusal(400, "unsupported_grant_type", "Invalid grant_type.")
        claims = self._verified(str(form.get("assertion", "")))
        # A service account that acts for itself is of no customer, and nobody has to let it.
        tenant = self._tenant(str(claims["sub"])) if "sub" in claims else None
        scopes = tuple(str(claims.get("scope", "")).split())
        if not scopes:
            raise grant_refusal(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        if not self._are_delegated(tenant, scopes):
            message = (
                "Client is unauthorized to retrieve access tokens using this method, "
                "or client not authorized for any of the scopes requested."
            )
            raise grant_refusal(401, "unauthorized_client", message)
        until = self._now() + LIFETIME
        if tenant is None:
            return json_response(issued(self._seal, Badge("", self._account.email, scopes, until)))
        withheld = self._world.consents[tenant.id].withheld
        given = tuple(scope for scope in scopes if scope not in withheld)
        answer = issued(self._seal, Badge(tenant.id, str(claims["sub"]), given, until))
        return json_response(answer if given == scopes else {**answer, "scope": " ".join(given)})

    def _are_delegated(self, tenant: Tenant | None, scopes: tuple[str, ...]) -> bool:
        if tenant is None:
            return DELEGATED_SCOPES.issuperset(scopes)
        delegated = DELEGATED_SCOPES - self._world.consents[tenant.id].undelegated
        return delegated.issuperset(scopes) and tenant.id not in self._world.consent_removed

    def _verified(self, text: str) -> dict[str, Any]:
        assertion = verified(text, self._account.public_key)
        if assertion is None or assertion.header.get("alg") != "RS256":
            raise grant_refusal(400, "invalid_grant", "Invalid JWT Signature.")
        claims = assertion.claims
        if claims.get("iss") != self._account.email:
            raise grant_refusal(400, "invalid_grant", "Invalid grant: account not found")
        if claims.get("aud") not in {_AUDIENCE, f"{self._url}/token"}:
            raise grant_refusal(400, "invalid_grant", "Invalid JWT: Failed audience check.")
        if not is_current(claims, self._now(), _ASSERTION_LIFE_MAX):
            message = (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
            )
            raise grant_refusal(400, "invalid_grant", message)
        return claims

    def _tenant(self, subject: str) -> Tenant:
        """Whose user is impersonated. Resource calendars are no users."""
        for tenant in self._world.tenants:
            account = self._world.directories[tenant.id].find(subject)
            if tenant.provider is Provider.GOOGLE and account is not None and _is_usable(account):
                return tenant
        raise grant_refusal(400, "invalid_grant", "Invalid email or User ID")


def _is_usable(account: Account) -> bool:
    return account.is_enabled and not account.is_archived
