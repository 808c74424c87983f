"""The records of processing activities (Art. 30 GDPR), from inventory, settings and what tenants chose."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import msgspec

from gateway.app.accountability.measures import LOGS, measures
from gateway.app.accountability.notice import PRODUCTS, told_to
from gateway.app.accountability.time_limits import in_words
from gateway.app.consumers.overview import list_consumers
from gateway.app.parts import Parts
from gateway.app.persons.subjects import has_suppressions
from gateway.app.requests.told import counted
from gateway.app.rules import Rules, brings_people, disclosure_of
from gateway.app.tenants import TenantOverview, open_tenant
from gateway.app.terms.recording import PURPOSE, STATISTICS_PURPOSE
from gateway.clock import moment
from gateway.errors import KeyUnavailable, RestoredStore, Unreadable
from gateway.minimization.lattice import Booker
from gateway.record import Party, Recipient
from gateway.settings import Settings
from gateway.store.asked import requests_of
from gateway.store.consumers import Consumer
from gateway.store.inventory import described
from gateway.store.tables import metadata
from gateway.tenant import Tenant


class Recorded(msgspec.Struct, frozen=True):
    """What is recorded of one column, in words."""

    table: str
    column: str
    purpose: str
    content: str
    sealed: bool
    kept: str
    withdrawal: str


class Activity(msgspec.Struct, frozen=True):
    """What is done on behalf of one controller."""

    purpose: str
    basis: str
    policy: str
    source: str
    data: tuple[str, ...]
    subjects: tuple[str, ...]


class Controller(msgspec.Struct, frozen=True):
    """A tenant; ``activity`` is None once it has ended, and while what it chose cannot be opened."""

    tenant: str
    name: str
    #: None while its evidence cannot be opened.
    party: Party | None
    state: str
    #: The day until which it is given, if any.
    given_until: date | None
    region: str
    recipients: tuple[str, ...]
    #: Who of them is outside the region, where, and on what ground (Chapter V GDPR).
    transfers: tuple[str, ...]
    activity: Activity | None
    #: What people asked, how many of it, and where these stand.
    requests: tuple[str, ...]


class Records(msgspec.Struct, frozen=True):
    """The records of an installation, of all its tenants or of one."""

    processor: Party
    controllers: tuple[Controller, ...]
    columns: tuple[Recorded, ...]
    logs: str
    measures: tuple[str, ...]


async def records_of(parts: Parts, overviews: Sequence[TenantOverview]) -> Records:
    """The records of these tenants."""
    consumers = await list_consumers(parts)
    controllers = [await _controller(parts, overview, consumers) for overview in overviews]
    settings = parts.settings
    return Records(settings.operator, tuple(controllers), recorded(settings), LOGS, measures(settings))


def recorded(settings: Settings) -> tuple[Recorded, ...]:
    """Every column of the store."""
    return tuple(
        Recorded(
            # Names as the library keeps them are no plain strings.
            str(table.name),
            str(name),
            one.rule.kept_for,
            one.content,
            one.content.is_sealed,
            in_words(one.rule.retention, settings),
            one.rule.erasure,
        )
        for table in metadata.sorted_tables
        for name, one in described(table).items()
    )


async def _controller(parts: Parts, overview: TenantOverview, consumers: Sequence[Consumer]) -> Controller:
    standing = overview.standing
    readers = [one for one in consumers if one.revoked_at is None and standing.tenant in one.scope]
    recipients = [Recipient(one.name, one.purpose, one.residence) for one in readers]
    state, activity = standing.authorization.state, await _activity(parts, overview)
    asked = await parts.store.read(partial(requests_of, tenant=standing.tenant))
    until = None if standing.expires_at is None else moment(standing.expires_at).date()
    return Controller(
        standing.tenant,
        overview.name,
        None if overview.record is None else overview.record.controller,
        state,
        until,
        standing.region,
        tuple(f"{one.name}, {one.in_words}" for one in recipients),
        tuple(f"{one.name} {one.abroad}" for one in recipients if one.abroad is not None),
        activity,
        tuple(counted(asked)),
    )


async def _activity(parts: Parts, overview: TenantOverview) -> Activity | None:
    if not overview.is_open:
        return None
    try:
        tenant = await open_tenant(parts, overview.standing)
        objected = await has_suppressions(parts, overview.standing)
    except (KeyUnavailable, RestoredStore, Unreadable):
        return None
    choice = tenant.registration
    return Activity(
        purpose=f"{PURPOSE} {STATISTICS_PURPOSE}" if choice.statistics else PURPOSE,
        basis=f"Art. 6(1)({choice.basis}) GDPR",
        policy=choice.policy,
        source=PRODUCTS[tenant.connection.provider],
        data=tuple(told_to(tenant, disclosure_of(parts.rules, tenant))),
        subjects=tuple(_subjects(parts.rules, tenant, objected=objected)),
    )


def _subjects(rules: Rules, tenant: Tenant, *, objected: bool) -> list[str]:
    """Whose data it is."""
    brought = brings_people(rules, tenant, has_suppressions=objected)
    crossing = "cross our memory and are not stored" if brought else "are not asked for"
    told = {
        f"who is on events in calendars of bookable places: names and addresses {crossing}": True,
        "users of FlexO who asked to be recognized": disclosure_of(rules, tenant).booker is not Booker.NONE,
        "who withdrew or objected, as keyed hashes": objected,
        "who connected a calendar of their own, and whom its events invite": _has_persons(tenant),
        "the account that the provider lets us act as": tenant.connection.read_as is not None,
    }
    return [subject for subject, holds in told.items() if holds]


def _has_persons(tenant: Tenant) -> bool:
    return tenant.registration.persons is not None
