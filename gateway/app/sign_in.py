"""A person connects their own calendar: from an invitation to the provider and back."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog

from connectors.delegation import Delegation, Link, sent_back
from connectors.errors import (
    ConnectorError,
    ConsentDeclined,
    CredentialRefused,
    PersonExcluded,
    ScopeTooSmall,
    Throttled,
    Unreachable,
)
from connectors.pkce import new_verifier
from gateway.app.connecting import Delegate
from gateway.app.linking import connect
from gateway.app.parts import Parts
from gateway.app.tenants import open_tenant
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import Fenced, GatewayError, NotConnected
from gateway.store.handle import Handle
from gateway.store.invitations import invited, returned
from gateway.store.named_secrets import new_secret
from gateway.store.registry import known_standing
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.tenant import Persons, Provider, Tenant
from gateway.vault.keyring import TenantKeys
from gateway.web.connecting import RETURN_PATH, Begun

log = structlog.get_logger()

UNKNOWN = NotConnected(
    "This invitation has ended or was used before. Ask whoever sent it for another one. Nothing was "
    "connected."
)
#: Why nothing was connected, for the person, by what went wrong.
_SENTENCES: dict[type[ConnectorError], str] = {
    ConsentDeclined: "You did not agree, or may not. Nothing was connected, and nothing was kept.",
    ScopeTooSmall: (
        "Reading your calendar's events was left out of what you allowed, so there is nothing to go by. "
        "Follow the invitation again and leave the boxes ticked, or let it be."
    ),
    PersonExcluded: (
        "Your account may not be connected: it is disabled, or it is a minor's without a parent's consent. "
        "Nothing was connected."
    ),
    Throttled: "Your provider is busy. Follow the invitation again in some minutes.",
    Unreachable: "Your provider did not answer. Follow the invitation again in some minutes.",
    CredentialRefused: (
        "Your provider does not accept this gateway's own registration. That is not your fault: tell whoever "
        "invited you."
    ),
}
_OTHERWISE = (
    "Your provider did not let us read your calendar. Nothing was connected. Tell whoever invited you."
)


class SignIns:
    """Sign-ins of all tenants' people, over the store and what makes delegations."""

    def __init__(self, parts: Parts, delegate: Delegate) -> None:
        self._parts = parts
        self._delegate = delegate

    async def begin(self, secret: str) -> Begun:
        """Where the holder of an invitation goes to sign in. Raises NotConnected."""
        found = await self._recognized(partial(invited, secret=secret, now=self._now()))
        tenant, invitation, fence, keys = found
        state, session, verifier = (
            new_secret(tenant.id, invitation),
            secrets.token_urlsafe(32),
            new_verifier(),
        )
        await self._turn(
            fence,
            keys,
            lambda to: to.invitations.begin(invitation, state=state, session=session, verifier=verifier),
        )
        delegation = self._delegation(tenant, fence)
        redirect_uri = self._redirect_uri()
        begun = delegation.begin(state, verifier, redirect_uri)
        return Begun(begun, session, secure=redirect_uri.startswith("https:"))

    async def finish(self, state: str, session: str, code: str | None, error: str | None) -> str:
        """What to tell the person who comes back. Raises NotConnected, with the reason."""
        found = await self._recognized(partial(returned, state=state, session=session, now=self._now()))
        tenant, invitation, fence, keys = found
        verifier = await self._turn(fence, keys, lambda to: to.invitations.take(invitation, state))
        if verifier is None:
            raise UNKNOWN
        delegation = self._delegation(tenant, fence)
        try:
            if code is None:
                raise sent_back(error or "")
            link = await delegation.redeem(code, verifier, self._redirect_uri())
        except ConnectorError as refusal:
            raise _refused(tenant.id, refusal) from None
        try:
            _check_who(tenant, link)
        except NotConnected:
            # What cannot be used is given back.
            with suppress(ConnectorError):
                await delegation.revoke(link)
            raise
        await connect(self._parts, tenant, fence, keys, link, invitation)
        log.info("person_connected", tenant=tenant.id)
        return f"Your calendar is connected. {delegation.removal}"

    async def _recognized(
        self, look: Callable[[Handle], tuple[TenantId, str] | None]
    ) -> tuple[Tenant, str, Fence, TenantKeys]:
        """Whose invitation it is. Whatever keeps the tenant from being read counts as an end of it."""
        found = await self._parts.store.read(look)
        if found is None:
            raise UNKNOWN
        standing = await self._parts.store.read(partial(known_standing, tenant=found[0]))
        authorization = standing.authorization
        if not authorization.state.may_read:
            raise UNKNOWN
        try:
            keys, tenant = (
                await unlock(self._parts.keyring, standing),
                await open_tenant(self._parts, standing),
            )
        except GatewayError:
            raise UNKNOWN from None
        fence = Fence(standing.tenant, authorization.id, authorization.epoch)
        return tenant, found[1], fence, keys

    async def _turn(
        self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], str | None]
    ) -> str | None:
        try:
            return await self._parts.store.turn(fence, keys, work)
        except Fenced:
            raise UNKNOWN from None

    def _delegation(self, tenant: Tenant, fence: Fence) -> Delegation:
        async def admit() -> None:
            await self._parts.store.check(fence)

        return self._delegate(tenant, admit)

    def _redirect_uri(self) -> str:
        return f"{(self._parts.settings.listen.public_url or '').rstrip('/')}{RETURN_PATH}"

    def _now(self) -> int:
        return milliseconds(self._parts.clock())


def _refused(tenant: TenantId, refusal: ConnectorError) -> NotConnected:
    log.info("person_not_connected", tenant=tenant, code=refusal.code)
    sentence = next((text for kind, text in _SENTENCES.items() if isinstance(refusal, kind)), _OTHERWISE)
    return NotConnected(sentence)


def _check_who(tenant: Tenant, link: Link) -> None:
    """Raise NotConnected unless the tenant lets somebody of that organization connect."""
    persons = tenant.registration.persons or Persons()
    organization = (link.organization or "").casefold()
    if link.is_consumer:
        if persons.consumers:
            return
        raise NotConnected(
            "That is a personal account, and your employer lets accounts of its own organization connect "
            "only. Sign in with your account at work. Nothing was connected."
        )
    own = (
        {tenant.connection.directory} if tenant.connection.provider is Provider.MICROSOFT else persons.domains
    )
    if organization not in {name.casefold() for name in own}:
        raise NotConnected(
            "That account belongs to another organization than the one that invited you. Sign in with your "
            "account there. Nothing was connected."
        )
