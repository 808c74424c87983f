"""What an admin says of a tenant's places may change while everything runs."""

import secrets
from functools import partial

from msgspec.structs import replace

from gateway.app.parts import Parts
from gateway.app.terms.amending import amend
from gateway.app.terms.choices import check_places
from gateway.app.terms.narrowing import narrow_tenant
from gateway.booking import CalendarId, TenantId
from gateway.minimization.places import calendar_id
from gateway.store.certificates import certified
from gateway.store.registry import known_standing, load_tenant
from gateway.store.unlock import open_keys
from gateway.sync.new_rules import OnProgress
from gateway.tenant import Places
from gateway.withdrawal.certified import Certifier

#: How ids of certificates begin that tell of an excluded place.
EXCLUDED = "exc_"


async def decide_anew(
    parts: Parts, tenant: TenantId, decisions: Places, on_progress: OnProgress
) -> list[str]:
    """Let this be what is said of a tenant's places. What it hides is gone on return, the rest is looked up.

    Of each place that it excludes, and no certificate tells yet, one is made; returns their ids.

    Cut off, it is finished by whatever starts to serve next, or by repeating it. Raises ConfigurationError,
    TransitionForbidden unless the tenant is read.
    """
    check_places(decisions)
    before = await _excluded(parts, tenant)
    await amend(parts, tenant, lambda choice: replace(choice, places=decisions))
    await narrow_tenant(parts, await parts.store.read(partial(known_standing, tenant=tenant)), on_progress)
    return await _certify(parts, tenant, decisions.excluded, before)


async def _excluded(parts: Parts, tenant: TenantId) -> frozenset[str]:
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    keys = await open_keys(parts.keyring, standing)
    known = await parts.store.read(partial(load_tenant, standing=standing, keys=keys))
    return known.registration.places.excluded


async def _certify(
    parts: Parts, tenant: TenantId, excluded: frozenset[str], before: frozenset[str]
) -> list[str]:
    """Raises GatewayError where one cannot be made: all of them are gone by then, and it may be repeated."""
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    keys = await open_keys(parts.keyring, standing)
    certifier = Certifier(parts.store, parts.keyring, parts.keys)
    known, made = await parts.store.read(partial(certified, tenant=tenant)), list[str]()
    for place in sorted(excluded):
        calendar = calendar_id(keys.index.identifier, place)
        # What was excluded before, and is so anew, was told like others in between.
        if place not in before or not any(name.startswith(_name(calendar, "")) for name in known):
            made.append(_name(calendar, secrets.token_urlsafe(6)))
            await certifier.excluded(tenant, made[-1], calendar)
    return made


def _name(calendar: CalendarId, random: str) -> str:
    return f"{EXCLUDED}{calendar}.{random}"
