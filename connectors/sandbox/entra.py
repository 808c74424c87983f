"""Entra ID: discovery, and the token endpoint for an application that shows a certificate (v2.0)."""

from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from aiohttp import web

from connectors.sandbox.assertion import Assertion, decoded, is_current, verified
from connectors.sandbox.bearer import LIFETIME, Badge, issued_jwt
from connectors.sandbox.calendar import Clock
from connectors.sandbox.credentials import CLIENT_ID, ClientCertificate
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.entra_people import GRANTS, GRAPH_ID, EntraPeople
from connectors.sandbox.refusal import Refusal, entra_refusal
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Provider, Tenant, World

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: Entra sets no ceiling; a day is more than any client asks for.
_ASSERTION_LIFE_MAX = timedelta(days=1)


class Entra:
    """The two endpoints that a confidential client needs, per tenant of the world. ``people`` sign in."""

    def __init__(
        self,
        url: str,
        world: World,
        certificate: ClientCertificate,
        people: EntraPeople,
        seal: Seal,
        wall_clock: Clock,
    ) -> None:
        self._url = url
        self._world = world
        self._certificate = certificate
        self._people = people
        self._seal = seal
        self._now = wall_clock

    def routes(self) -> list[Route]:
        discovery = "/{tenant}/v2.0/.well-known/openid-configuration"
        return [
            Route("entra.discovery", "GET", discovery, self._discovery),
            Route("entra.token", "POST", "/{tenant}/oauth2/v2.0/token", self._token),
        ]

    async def _discovery(self, request: web.Request) -> web.Response:
        root = f"{self._url}/{self._tenant(request).id}"
        return json_response({
            "issuer": f"{root}/v2.0",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "tenant_region_scope": "EU",
        })  # fmt: skip

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("grant_type") in GRANTS:
            directory = request.match_info["tenant"]
            self._check_client(form, directory)
            return json_response(self._people.granted(form, directory))
        tenant = self._tenant(request)
        if form.get("grant_type") != "client_credentials":
            raise self._refusal(70003)
        if not str(form.get("scope", "")).endswith("/.default"):
            raise self._refusal(70011)
        # An application that lost its consent looks like one that was never there.
        if tenant.id in self._world.consent_removed:
            raise self._refusal(700016)
        self._check_client(form, tenant.id)
        consent = self._world.consents[tenant.id]
        if consent.is_blocked or not consent.is_enabled:
            raise self._refusal(7000112)
        answer = self._granted(tenant)
        return json_response({**answer, "ext_expires_in": answer["expires_in"]})

    def _granted(self, tenant: Tenant) -> dict[str, object]:
        """Without any consent to a permission there is a token all the same; it then has no roles."""
        roles = self._world.consents[tenant.id].roles
        claims = {
            "aud": GRAPH_ID,
            "iss": f"{self._url}/{tenant.id}/",
            "tid": tenant.id,
            "appid": CLIENT_ID,
            "idtyp": "app",
            **({"roles": roles} if roles else {}),
        }
        return issued_jwt(self._seal, Badge(tenant.id, CLIENT_ID, roles, self._now() + LIFETIME), claims)

    def _tenant(self, request: web.Request) -> Tenant:
        tenant = self._world.tenant(request.match_info["tenant"])
        if tenant is None or tenant.provider is not Provider.MICROSOFT:
            raise self._refusal(90002)
        return tenant

    def _check_client(self, form: Mapping[str, Any], directory: str) -> None:
        if form.get("client_id") != CLIENT_ID:
            raise self._refusal(700016)
        if form.get("client_assertion_type") != _ASSERTION_TYPE:
            raise self._refusal(7000218)
        self._check(str(form.get("client_assertion", "")), f"{self._url}/{directory}/oauth2/v2.0/token")

    def _check(self, text: str, audience: str) -> None:
        """Refuse an assertion that the registered certificate did not sign for this endpoint, now."""
        assertion = verified(text, self._certificate.public_key)
        if assertion is None or not self._names_certificate(assertion):
            raise self._refusal(700027)
        claims = assertion.claims
        # jti is not looked at: MSAL uses one assertion for nine minutes.
        if str(claims.get("aud", "")).lower() != audience.lower():
            raise self._refusal(50027)
        if claims.get("iss") != CLIENT_ID or claims.get("sub") != CLIENT_ID:
            raise self._refusal(700021)
        if not is_current(claims, self._now(), _ASSERTION_LIFE_MAX):
            raise self._refusal(700024)

    def _names_certificate(self, assertion: Assertion) -> bool:
        header: dict[str, Any] = assertion.header
        known = self._certificate
        # MSAL pads the thumbprint, others do not: bytes are compared, not texts.
        named = decoded(header.get("x5t#S256"))
        if named is not None:
            return compare_digest(named, known.sha256_thumbprint)
        return compare_digest(decoded(header.get("x5t")) or b"", known.sha1_thumbprint)

    def _refusal(self, code: int) -> Refusal:
        return entra_refusal(code, self._now())
