"""Entra ID for persons: sign-in that redirects at once, codes and refresh tokens of a confidential client."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from aiohttp import web

from connectors.sandbox.bearer import LIFETIME, Badge, issued_jwt
from connectors.sandbox.calendar import Clock
from connectors.sandbox.consent import Ending
from connectors.sandbox.credentials import CLIENT_ID
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.id_tokens import IdTokens
from connectors.sandbox.refusal import Refusal, entra_refusal
from connectors.sandbox.seal import Seal
from connectors.sandbox.sign_in import (
    Asked,
    Renewal,
    SignIns,
    Whom,
    answers,
    given,
    is_challenge,
    is_redirect,
    sent_to,
)
from connectors.sandbox.truth import Provider, Tenant, World

GRANTS = frozenset({"authorization_code", "refresh_token"})
GRAPH_ID = "00000003-0000-0000-c000-000000000000"
#: Whose directory is every personal account's.
_CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
_MANY = frozenset({"common", "organizations", "consumers", _CONSUMERS})
_KNOWN = frozenset({
    "Calendars.ReadBasic", "Calendars.Read", "User.Read", "offline_access", "openid", "profile", "email",
})  # fmt: skip
#: By what number each end of a person's consent is told.
_ENDINGS = {
    Ending.REMOVED: 65001,
    Ending.REVOKED: 50173,
    Ending.EXPIRED: 700082,
    Ending.SIGN_IN: 50076,
    Ending.DISABLED: 50057,
    Ending.DELETED: 50034,
}


class EntraPeople:
    """Signs in whom ``login_hint`` names, or a tenant's last person, who consents unless they decline."""

    def __init__(self, url: str, world: World, id_tokens: IdTokens, seal: Seal, wall_clock: Clock) -> None:
        self._url = url
        self._world = world
        self._id_tokens = id_tokens
        self._seal = seal
        self._now = wall_clock
        self._sign_ins = SignIns(world, seal, wall_clock)

    def routes(self) -> list[Route]:
        return [
            Route("entra.authorize", "GET", "/{tenant}/oauth2/v2.0/authorize", self._authorize),
            Route("entra.keys", "GET", "/{tenant}/discovery/v2.0/keys", self._keys),
        ]

    async def _keys(self, _: web.Request) -> web.Response:
        return json_response(self._id_tokens.keys())

    async def _authorize(self, request: web.Request) -> web.Response:
        """Where nobody may be sent back to, the error is told here."""
        query = request.query
        redirect_uri, state = query.get("redirect_uri", ""), query.get("state", "")
        if query.get("client_id") != CLIENT_ID:
            raise self._refusal(700016)
        if not is_redirect(redirect_uri):
            raise self._refusal(50011)
        whom = self._whom(request)
        if query.get("response_type") != "code":
            return sent_to(redirect_uri, error="unsupported_response_type", state=state)
        scopes = tuple(scope.rpartition("/")[2] for scope in query.get("scope", "").split())
        if not scopes or not _KNOWN.issuperset(scopes):
            return sent_to(redirect_uri, error="invalid_scope", state=state)
        challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method")
        # Entra takes ``plain`` and none at all; nobody should ever send that.
        if method != "S256" or not is_challenge(challenge):
            return sent_to(redirect_uri, error="invalid_request", state=state)
        if self._world.personal(whom.person.address).declines:
            return sent_to(redirect_uri, error="access_denied", error_subcode="cancel", state=state)
        asked = Asked(CLIENT_ID, redirect_uri, scopes, challenge, query.get("nonce", ""))
        return sent_to(redirect_uri, code=self._sign_ins.code(asked, whom), state=state)

    def granted(self, form: Mapping[str, Any], directory: str) -> dict[str, object]:
        """The answer of the token endpoint to a client that has shown who it is."""
        if form.get("grant_type") == "authorization_code":
            return self._redeemed(form, directory)
        renewal = self._sign_ins.renewed(str(form.get("refresh_token", "")))
        if renewal is None or renewal.client != CLIENT_ID:
            raise self._refusal(70000)
        wanted = tuple(scope.rpartition("/")[2] for scope in str(form.get("scope", "")).split())
        if not set(renewal.scopes).issuperset(wanted):
            raise self._refusal(65001)
        return self._answer(renewal, wanted or renewal.scopes)

    def _redeemed(self, form: Mapping[str, Any], directory: str) -> dict[str, object]:
        code = self._sign_ins.opened(str(form.get("code", "")))
        if code is None or code.asked.client != CLIENT_ID:
            raise self._refusal(70008)
        self._check_directory(code.tenant, directory)
        if form.get("redirect_uri") != code.asked.redirect_uri:
            raise self._refusal(500112)
        if not answers(str(form.get("code_verifier", "")), code.asked.challenge):
            raise self._refusal(501481)
        if self._sign_ins.is_spent(code):
            raise self._refusal(54005)
        answer = self._answer(self._sign_ins.renewal(code), code.asked.scopes)
        if "openid" in code.asked.scopes:
            claims = self._identity(self._sign_ins.who(code.tenant, code.subject))
            answer["id_token"] = self._id_tokens.signed(claims | {"nonce": code.asked.nonce}, self._now())
        return answer

    def _answer(self, renewal: Renewal, wanted: tuple[str, ...]) -> dict[str, object]:
        consent = self._world.personal(renewal.subject)
        if renewal.tenant in self._world.consent_removed:
            raise self._refusal(700016)
        if (why := consent.refusal(renewal.generation)) is not None:
            raise self._refusal(_ENDINGS[why])
        scopes = given(consent, wanted)
        badge = Badge(renewal.tenant, renewal.subject, scopes, self._now() + LIFETIME, renewal.generation)
        who = self._identity(self._sign_ins.who(renewal.tenant, renewal.subject))
        claims = who | {"aud": GRAPH_ID, "appid": CLIENT_ID, "idtyp": "user", "scp": " ".join(scopes)}
        # Entra never tells that it was asked for a refresh token.
        told = " ".join(scope for scope in scopes if scope != "offline_access")
        answer = issued_jwt(self._seal, badge, claims) | {"scope": told}
        if "offline_access" in scopes:
            answer["refresh_token"] = self._sign_ins.refresh_token(renewal)
        return answer

    def _identity(self, whom: Whom) -> dict[str, Any]:
        tenant, person = whom
        directory = _CONSUMERS if self._world.personal(person.address).is_consumer else tenant.id
        pairwise = sha256(f"{CLIENT_ID}/{person.id}".encode()).hexdigest()
        return {
            "aud": CLIENT_ID,
            "iss": f"{self._url}/{directory}/v2.0",
            "tid": directory,
            "oid": person.id,
            "sub": pairwise,
            "ver": "2.0",
        }

    def _whom(self, request: web.Request) -> Whom:
        directory = request.match_info["tenant"]
        tenants = [one for one in self._world.tenants if _is_of(one, directory)]
        if not tenants:
            raise self._refusal(90002)
        whom = self._sign_ins.whom(tenants, request.query.get("login_hint", ""))
        if whom is None:
            raise self._refusal(50034)
        consent = self._world.personal(whom.person.address)
        if consent.absence is not None:
            raise self._refusal(_ENDINGS[consent.absence])
        return whom

    def _check_directory(self, tenant_id: str, directory: str) -> None:
        if directory not in _MANY and directory.lower() != tenant_id.lower():
            raise self._refusal(70000)

    def _refusal(self, code: int) -> Refusal:
        return entra_refusal(code, self._now())


def _is_of(tenant: Tenant, directory: str) -> bool:
    return tenant.provider is Provider.MICROSOFT and (
        directory in _MANY or tenant.id.lower() == directory.lower()
    )
