"""Google for persons: sign-in that redirects at once, tokens of a web client, and revocation."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from aiohttp import web

from connectors.sandbox.activity import token_revoked
from connectors.sandbox.bearer import LIFETIME, Badge, issued, opened
from connectors.sandbox.calendar import Clock
from connectors.sandbox.consent import Ending
from connectors.sandbox.credentials import WebClient
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.id_tokens import IdTokens
from connectors.sandbox.refusal import Refusal, grant_refusal
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
from connectors.sandbox.truth import Provider, World

GRANTS = frozenset({"authorization_code", "refresh_token"})
_ISSUER = "https://accounts.google.com"
_SCOPE = "https://www.googleapis.com/auth/calendar."
#: What tells who somebody is; in a token one of them is written out.
_SIGN_IN = {"openid": "openid", "email": "https://www.googleapis.com/auth/userinfo.email"}
_NO_CLIENT = "The OAuth client was not found."
_GONE = "Token has been expired or revoked."
_NO_ACCOUNT = "Account has been deleted"
_REAUTH = "reauth related error (invalid_rapt)"


class GooglePeople:
    """Signs in whom ``login_hint`` names, or a customer's last person, who consents unless they decline."""

    def __init__(
        self, world: World, client: WebClient, id_tokens: IdTokens, seal: Seal, wall_clock: Clock
    ) -> None:
        self._world = world
        self._client = client
        self._id_tokens = id_tokens
        self._seal = seal
        self._now = wall_clock
        self._sign_ins = SignIns(world, seal, wall_clock)

    def routes(self) -> list[Route]:
        return [
            Route("google.authorize", "GET", "/google/o/oauth2/v2/auth", self._authorize),
            # As the file of a client names it.
            Route("google.authorize", "GET", "/google/o/oauth2/auth", self._authorize),
            Route("google.keys", "GET", "/google/oauth2/v3/certs", self._keys),
            Route("google.revoke", "POST", "/google/revoke", self._revoke),
        ]

    async def _keys(self, _: web.Request) -> web.Response:
        return json_response(self._id_tokens.keys())

    async def _authorize(self, request: web.Request) -> web.Response:
        """Where nobody may be sent back to, the error is told here."""
        query = request.query
        redirect_uri, state = query.get("redirect_uri", ""), query.get("state", "")
        if query.get("client_id") != self._client.id:
            raise grant_refusal(401, "invalid_client", _NO_CLIENT)
        if not is_redirect(redirect_uri):
            raise grant_refusal(400, "redirect_uri_mismatch", "The redirect_uri is not registered.")
        whom = self._whom(query.get("login_hint", ""))
        scopes = tuple(query.get("scope", "").split())
        if query.get("response_type") != "code":
            return sent_to(redirect_uri, error="unsupported_response_type", state=state)
        if not scopes or any(scope not in _SIGN_IN and not scope.startswith(_SCOPE) for scope in scopes):
            return sent_to(redirect_uri, error="invalid_scope", state=state)
        scopes = tuple(_SIGN_IN.get(scope, scope) for scope in scopes)
        challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method")
        # Google takes ``plain`` and none at all; nobody should ever send that.
        if method != "S256" or not is_challenge(challenge):
            return sent_to(redirect_uri, error="invalid_request", state=state)
        consent = self._world.personal(whom.person.address)
        if consent.declines:
            return sent_to(redirect_uri, error="access_denied", state=state)
        if (query.get("access_type"), query.get("prompt")) == ("offline", "consent"):
            # Stands in the code only: it is no scope of Google's.
            scopes = (*scopes, "offline")
        asked = Asked(self._client.id, redirect_uri, scopes, challenge, query.get("nonce", ""))
        return sent_to(redirect_uri, code=self._sign_ins.code(asked, whom), state=state)

    def granted(self, form: Mapping[str, Any]) -> dict[str, object]:
        """The answer of the token endpoint to a web client."""
        secret = str(form.get("client_secret", "")).encode(errors="surrogateescape")
        if form.get("client_id") != self._client.id:
            raise grant_refusal(401, "invalid_client", _NO_CLIENT)
        if not compare_digest(secret, self._client.secret.encode()):
            raise grant_refusal(401, "invalid_client", "Unauthorized")
        if form.get("grant_type") == "authorization_code":
            return self._redeemed(form)
        renewal = self._sign_ins.renewed(str(form.get("refresh_token", "")))
        if renewal is None or renewal.client != self._client.id:
            raise grant_refusal(400, "invalid_grant", "Bad Request")
        wanted = tuple(str(form.get("scope", "")).split())
        if not set(renewal.scopes).issuperset(wanted):
            raise grant_refusal(400, "invalid_scope", "Some requested scopes were invalid.")
        return self._answer(renewal, wanted or renewal.scopes)

    def _redeemed(self, form: Mapping[str, Any]) -> dict[str, object]:
        code = self._sign_ins.opened(str(form.get("code", "")))
        if code is None or code.asked.client != self._client.id:
            raise grant_refusal(400, "invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != code.asked.redirect_uri:
            raise grant_refusal(400, "redirect_uri_mismatch", "Bad Request")
        if not answers(str(form.get("code_verifier", "")), code.asked.challenge):
            raise grant_refusal(400, "invalid_grant", "Invalid code verifier.")
        if self._sign_ins.is_spent(code):
            raise grant_refusal(400, "invalid_grant", "Bad Request")
        renewal = self._sign_ins.renewal(code)
        answer = self._answer(renewal, renewal.scopes)
        if "offline" in code.asked.scopes:
            answer["refresh_token"] = self._sign_ins.refresh_token(renewal)
        if "openid" in code.asked.scopes:
            claims = self._identity(self._sign_ins.who(code.tenant, code.subject))
            if _SIGN_IN["email"] in str(answer["scope"]).split():
                claims["email"] = code.subject
            answer["id_token"] = self._id_tokens.signed(claims | {"nonce": code.asked.nonce}, self._now())
        return answer

    def _answer(self, renewal: Renewal, wanted: tuple[str, ...]) -> dict[str, object]:
        self._check(renewal)
        consent = self._world.personal(renewal.subject)
        scopes = tuple(scope for scope in given(consent, wanted) if scope != "offline")
        until = self._now() + LIFETIME
        badge = Badge(renewal.tenant, renewal.subject, scopes, until, renewal.generation)
        return issued(self._seal, badge) | {"scope": " ".join(scopes)}

    def _check(self, renewal: Renewal) -> None:
        consent = self._world.personal(renewal.subject)
        if renewal.tenant in self._world.consent_removed:
            raise grant_refusal(400, "admin_policy_enforced", "The app is blocked by an admin's policy.")
        why = consent.refusal(renewal.generation)
        if why is Ending.SIGN_IN:
            refusal = grant_refusal(400, "invalid_grant", _REAUTH)
            raise Refusal(400, {**refusal.body, "error_subtype": "invalid_rapt"})
        if why is not None:
            raise grant_refusal(400, "invalid_grant", _NO_ACCOUNT if why is Ending.DELETED else _GONE)

    async def _revoke(self, request: web.Request) -> web.Response:
        """Either kind of token ends all that the person has granted."""
        token = str((await request.post()).get("token", ""))
        held = self._sign_ins.renewed(token) or opened(self._seal, token)
        consent = None if held is None else self._world.personal(held.subject)
        if held is None or consent is None or held.generation != consent.generation:
            raise grant_refusal(400, "invalid_token", "Token expired or revoked")
        consent.end(Ending.REMOVED)
        tenant = self._world.tenant(held.tenant)
        if tenant is not None:
            self._world.note(tenant, token_revoked(held.subject, self._client.id, held.scopes))
        return json_response({})

    def _identity(self, whom: Whom) -> dict[str, Any]:
        address = whom.person.address
        domain = {} if self._world.personal(address).is_consumer else {"hd": address.partition("@")[2]}
        return {
            "iss": _ISSUER,
            "azp": self._client.id,
            "aud": self._client.id,
            "sub": whom.person.id,
            **domain,
        }

    def _whom(self, login_hint: str) -> Whom:
        tenants = [one for one in self._world.tenants if one.provider is Provider.GOOGLE]
        whom = self._sign_ins.whom(tenants, login_hint)
        if whom is None or not self._world.personal(whom.person.address).has_account:
            raise grant_refusal(400, "invalid_account", "There is no such account.")
        return whom
