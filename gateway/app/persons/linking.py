"""What a person has granted, recorded as an authorization of their own."""

import asyncio
import secrets
from functools import partial

import msgspec

from connectors.delegation import Link
from gateway.app.keys.new_keys import make_data_key
from gateway.app.parts import Parts
from gateway.app.persons.undoing import Begun, undo
from gateway.app.terms.in_force import Ledger
from gateway.app.terms.recording import persons_record
from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind
from gateway.booking import CalendarId, TenantId
from gateway.errors import Fenced, KeyUnavailable, NotConnected
from gateway.record import AuthorizationRecord
from gateway.signals.google_risc import grant_names
from gateway.signals.naming import link_finders
from gateway.signals.signal import Name, NameKind
from gateway.store.asked import is_restricted
from gateway.store.consumers import RECORDS
from gateway.store.handle import Handle
from gateway.store.invitations import follow
from gateway.store.links import Links, NewLink
from gateway.store.persons import link_of_account
from gateway.store.registry import Registry, Standing, known_standing, standing_under
from gateway.store.store import Fence
from gateway.tenant import Provider, Tenant
from gateway.vault.keyring import TenantKeys
from gateway.withdrawal.giving_back import Revoke

#: Art. 6(1)(a) GDPR: a person's own authorization.
CONSENT = "a"


async def connect(
    parts: Parts, tenant: Tenant, fence: Fence, keys: TenantKeys, link: Link, invitation: str, revoke: Revoke
) -> AuthorizationId:
    """Record what a person has granted, in the transaction that ends the invitation; returns their link.

    Whoever is connected already has their link renewed, and what was suspended is re-opened. Whatever ends
    it before, being cancelled as well, leaves no key; what was granted is given back by ``revoke``, unless
    they are connected by it otherwise. Raises NotConnected if the invitation, the tenant or an earlier link
    has ended meanwhile.
    """
    # Nobody's, until it is known.
    account, fresh, has_key = "", _fresh(tenant), False
    try:
        account = _account(keys, tenant, link)
        known = await parts.store.read(partial(_open_standing_of, tenant=tenant.id, account=account))
        authorization = fresh if known is None else known.authorization
        if known is None:
            has_key = True
            await make_data_key(parts, fresh.tenant, fresh.id)
        new = NewLink(
            authorization=authorization,
            record=await _record(parts, tenant, keys, link),
            calendar=CalendarId(keys.index.identifier("personal", authorization.id)),
            account=account,
            found_by=link_finders(_names(tenant, link), keys.index.identifier),
            link=msgspec.json.encode(link),
            details=link.calendar.encode(),
        )
        sealing = await parts.keyring.tenant(tenant.id, authorization.id)
        write = partial(_write, new=new, sealing=sealing, fence=fence, invitation=invitation, known=known)
        await parts.store.administer(write)
    except (Exception, asyncio.CancelledError) as error:
        if await undo(parts, Begun(fresh, account, has_key), revoke):
            return fresh.id
        # A key may be let go of because somebody else's authorization moved.
        if not isinstance(error, Fenced | KeyUnavailable):
            raise
        raise NotConnected(
            "Something changed while you signed in. Follow the invitation again; if it happens again, tell "
            "whoever invited you. Nothing was connected."
        ) from None
    return authorization.id


def _write(
    registry: Registry,
    *,
    new: NewLink,
    sealing: TenantKeys,
    fence: Fence,
    invitation: str,
    known: Standing | None,
) -> None:
    """Raises Fenced where anything is not as it was when the person came back, NotConnected."""
    employer = registry.standing(fence.tenant).authorization
    is_known = _standing_of(registry.handle, fence.tenant, new.account) is not None
    if employer.epoch != fence.epoch or is_known != (known is not None):
        raise Fenced("The authorization has moved on while a person signed in; nothing was recorded.")
    if not follow(registry.handle, fence.tenant, invitation):
        raise NotConnected("This invitation was used meanwhile. Nothing was connected.")
    if known is not None and is_restricted(registry.handle, fence.tenant, known.authorization.id):
        raise NotConnected(
            "Your calendar is left alone, as you have asked. Tell whoever you asked that you take that back, "
            "then follow the invitation again. Nothing was connected."
        )
    if known is None:
        Links(registry).add(new, sealing)
    else:
        Links(registry).renew(known.authorization, new.link, new.found_by, sealing)


def _account(keys: TenantKeys, tenant: Tenant, link: Link) -> str:
    provider, organization = tenant.connection.provider, link.organization or ""
    return keys.index.identifier("account", provider, organization, link.account)


def _names(tenant: Tenant, link: Link) -> tuple[Name, ...]:
    """As signals will name them."""
    account = Name(NameKind.ACCOUNT, link.account)
    # Microsoft names no grants, and gives others all the time.
    is_named = tenant.connection.provider is Provider.GOOGLE
    return (account, *grant_names(link.refresh_token)) if is_named else (account,)


def _fresh(tenant: Tenant) -> Authorization:
    return Authorization(
        tenant=tenant.id,
        id=AuthorizationId(f"aut_{secrets.token_urlsafe(16)}"),
        kind=AuthorizationKind.PERSONAL,
    ).activate()


def _standing_of(handle: Handle, tenant: TenantId, account: str) -> Standing | None:
    found = link_of_account(handle, tenant, account)
    return None if found is None else standing_under(handle, tenant, found)


def _open_standing_of(handle: Handle, tenant: TenantId, account: str) -> Standing | None:
    """Raises NotConnected while what was there before is being erased."""
    found = _standing_of(handle, tenant, account)
    if found is not None and not found.authorization.state.is_open:
        raise NotConnected(
            "What you connected before is being erased just now. Follow the invitation again in a minute."
        )
    return found


async def _record(parts: Parts, tenant: Tenant, keys: TenantKeys, link: Link) -> AuthorizationRecord:
    standing = await parts.store.read(partial(known_standing, tenant=tenant.id))
    ledger = Ledger(parts.rules, standing, keys, await parts.keyring.service(*RECORDS))
    employers, now = await parts.store.read(lambda handle: (ledger.record(handle), ledger.now(handle)))
    return persons_record(parts, tenant, employers, now, link, CONSENT)
