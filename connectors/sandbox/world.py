"""A made-up world: a company on Microsoft 365, one on Google Workspace; the same for every seed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors.sandbox.agenda import Agenda, Setting
from connectors.sandbox.calendar import Calendar, Event
from connectors.sandbox.chance import Chance
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.google_event import google_event
from connectors.sandbox.graph_event import graph_event
from connectors.sandbox.meeting import Meeting, Sort
from connectors.sandbox.people import company, identifier
from connectors.sandbox.premises import Site, premises
from connectors.sandbox.truth import Provider, Resource, Tenant, World

_STAFF_MIN, _STAFF_PER_CALENDAR = 12, 2


class _Firm(NamedTuple):
    """What is told of a company before anything is drawn by lot."""

    provider: Provider
    name: str
    domain: str
    meet_host: str
    sites: tuple[Site, ...]


_FIRMS = (
    _Firm(
        Provider.MICROSOFT,
        "Halden & Voss",
        "haldenvoss.example",
        "meet.haldenvoss.example",
        (Site("Berlin", "Europe/Berlin", "Spreehaus"), Site("Lisbon", "Europe/Lisbon", "Casa do Cais")),
    ),
    _Firm(
        Provider.GOOGLE,
        "Kestrel Labs",
        "kestrel.example",
        "meet.kestrel.example",
        (
            Site("New York", "America/New_York", "Pier 9"),
            Site("Helsinki", "Europe/Helsinki", "Satama"),
            Site("Kolkata", "Asia/Kolkata", "Banyan House"),
        ),
    ),
)


def generate(seed: int, *, calendars_per_tenant: int, now: datetime) -> World:
    """Everything follows from the arguments; nothing from the machine or the day."""
    tenants, calendars = [], {}
    for firm in _FIRMS:
        tenant, held = _founded(firm, seed, calendars_per_tenant, now)
        tenants.append(tenant)
        calendars.update({calendar.address: calendar for calendar in held})
    return World(now, tenants, calendars)


def _founded(firm: _Firm, seed: int, count: int, now: datetime) -> tuple[Tenant, list[Calendar]]:
    chance = Chance(seed, firm.domain)
    people = company(chance, firm.domain, max(_STAFF_MIN, count * _STAFF_PER_CALENDAR))
    zone = firm.sites[0].zone
    tenant = Tenant(
        name=firm.name,
        provider=firm.provider,
        zone=zone,
        id=identifier(chance) if firm.provider is Provider.MICROSOFT else f"C{chance.identifier(8).lower()}",
        people=people.staff,
        resources=tuple(premises(chance, firm.domain, firm.sites, people.colleagues, count)),
    )
    dialect = DIALECTS[firm.provider]
    calendars = [Calendar(person.address, zone, dialect, lambda: now) for person in tenant.people]
    zones = tuple(site.zone for site in firm.sites)
    for number, resource in enumerate(tenant.resources):
        zone = zones[number % len(zones)]
        calendar = Calendar(resource.address, zone, dialect, lambda: now)
        today = now.astimezone(ZoneInfo(zone)).date()
        setting = Setting(people, resource, zone, zones, firm.meet_host, today)
        meetings = Agenda(Chance(seed, resource.address), setting).meetings()
        # Some tenants switch Exchange's defaults off, for some rooms (P79): one mailbox in three here.
        calendar.load(_worded(firm.provider, meetings, resource, now, rewrites=number % 3 != 1))
        calendars.append(calendar)
    return tenant, calendars


def _worded(
    provider: Provider, meetings: Iterable[Meeting], resource: Resource, now: datetime, *, rewrites: bool
) -> Iterator[Event]:
    """In the provider's words. Graph has no items that are no meetings."""
    for meeting in meetings:
        if provider is Provider.GOOGLE:
            yield google_event(meeting, resource, now=now)
        elif meeting.sort is Sort.MEETING:
            yield graph_event(meeting, resource, now=now, rewrites=rewrites)
