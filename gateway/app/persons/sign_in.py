"""A person connects their own calendar: from an invitation to the provider and back."""

import secrets
from collections.abc import Callable
from functools import partial

import structlog

from connectors.delegation import Delegation, sent_back
from connectors.errors import ConnectorError
from connectors.pkce import new_verifier
from gateway.app.parts import Parts
from gateway.app.persons.invitees import check_who, refused, unknown
from gateway.app.persons.linking import connect
from gateway.app.providers.connecting import Delegate
from gateway.app.revoking import revoke_link
from gateway.app.tenants import open_tenant
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import Fenced, GatewayError
from gateway.store.handle import Handle
from gateway.store.invitations import invited, returned
from gateway.store.named_secrets import new_secret
from gateway.store.registry import known_standing
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.tenant import Tenant
from gateway.vault.keyring import TenantKeys
from gateway.web.connecting import RETURN_PATH, Begun

log = structlog.get_logger()


class SignIns:
    """Sign-ins of all tenants' people, over the store and what makes delegations."""

    def __init__(self, parts: Parts, delegate: Delegate) -> None:
        self._parts = parts
        self._delegate = delegate

    async def begin(self, secret: str) -> Begun:
        """Where the holder of an invitation goes to sign in. Raises NotConnected."""
        found = await self._recognized(partial(invited, secret=secret, now=self._now()))
        tenant, invitation, fence, keys = found
        state, session = new_secret(tenant.id, invitation), secrets.token_urlsafe(32)
        verifier, redirect_uri = new_verifier(), self._redirect_uri()
        url = self._delegation(tenant, fence).begin(state, verifier, redirect_uri)
        await self._turn(
            fence,
            keys,
            lambda to: to.invitations.begin(invitation, state=state, session=session, verifier=verifier),
        )
        return Begun(url, session, secure=redirect_uri.startswith("https:"))

    async def finish(self, state: str, session: str, code: str | None, error: str | None) -> str:
        """What to tell the person who comes back. Raises NotConnected, with the reason."""
        found = await self._recognized(partial(returned, state=state, session=session, now=self._now()))
        tenant, invitation, fence, keys = found
        verifier = await self._turn(fence, keys, lambda to: to.invitations.take(invitation, state))
        if verifier is None:
            raise unknown()
        delegation = self._delegation(tenant, fence)
        try:
            if code is None:
                raise sent_back(error or "")
            link = await delegation.redeem(code, verifier, self._redirect_uri())
        except ConnectorError as refusal:
            log.info("person_not_connected", tenant=tenant.id, code=refusal.code)
            raise refused(refusal) from None
        except Fenced:
            raise unknown() from None
        # Not given back by us: who may not connect here may elsewhere, and Google would end that as well.
        check_who(tenant, link, delegation.removal)

        async def revoke(_tenant: TenantId, _authorization: AuthorizationId) -> None:
            await revoke_link(self._delegate, tenant, link)

        own = await connect(self._parts, tenant, fence, keys, link, invitation, revoke)
        log.info("person_connected", tenant=tenant.id)
        # With its name they need nobody to look it up, to end it.
        how = f"To end that, tell whoever invited you: {own}. {delegation.removal}"
        return f"Your calendar is connected. {how}"

    async def _recognized(
        self, look: Callable[[Handle], tuple[TenantId, str] | None]
    ) -> tuple[Tenant, str, Fence, TenantKeys]:
        """Whose invitation it is. Whatever keeps the tenant from being read counts as an end of it."""
        found = await self._parts.store.read(look)
        if found is None:
            raise unknown()
        standing = await self._parts.store.read(partial(known_standing, tenant=found[0]))
        authorization = standing.authorization
        if not authorization.state.may_serve or authorization.is_disconnected:
            raise unknown()
        try:
            tenant = await open_tenant(self._parts, standing)
            keys = await unlock(self._parts.keyring, standing)
        except GatewayError:
            raise unknown() from None
        fence = Fence.of(standing)
        return tenant, found[1], fence, keys

    async def _turn(
        self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], str | None]
    ) -> str | None:
        try:
            return await self._parts.store.turn(fence, keys, work)
        except Fenced:
            raise unknown() from None

    def _delegation(self, tenant: Tenant, fence: Fence) -> Delegation:
        async def admit() -> None:
            await self._parts.store.check(fence)

        return self._delegate(tenant, admit)

    def _redirect_uri(self) -> str:
        return f"{(self._parts.settings.listen.public_url or '').rstrip('/')}{RETURN_PATH}"

    def _now(self) -> int:
        return milliseconds(self._parts.clock())
