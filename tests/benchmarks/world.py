"""Employers with many equally full rooms, the same at both providers, with people who do not exist."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.sandbox.calendar import Calendar, Event, Guest
from connectors.sandbox.chance import Chance
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.directory import Person
from connectors.sandbox.google_event import google_event
from connectors.sandbox.graph_event import graph_event
from connectors.sandbox.meeting import Answer, Invited, Meeting
from connectors.sandbox.people import Company, company, identifier
from connectors.sandbox.titles import Mention, body, conference, title
from connectors.sandbox.truth import Provider, Resource, ResourceKind, Tenant, World

#: So few that no employer's reader comes near Google's 600 requests a minute of one user.
CALENDARS_PER_EMPLOYER = 50
EVENTS_PER_CALENDAR = 200

_DAYS = 170
_ANSWERS = (Answer.ACCEPTED, Answer.ACCEPTED, Answer.UNANSWERED, Answer.DECLINED)


def many_rooms(calendars: int, now: datetime) -> World:
    """So many calendars at each provider, all of single meetings in the days to come."""
    tenants, held = [], {}
    for provider in Provider:
        # Employers have the same events, which are never altered in place: memory holds one of each.
        agendas = [_agenda(provider, number, now) for number in range(CALENDARS_PER_EMPLOYER)]
        for employer in range(calendars // CALENDARS_PER_EMPLOYER):
            tenants.append(_employer(provider, employer))
            for resource, events in zip(tenants[-1].resources, agendas, strict=True):
                calendar = Calendar(resource.address, "UTC", DIALECTS[provider], lambda: now)
                calendar.events.update(events)
                held[resource.address] = calendar
    return World(now, tenants, held)


def _employer(provider: Provider, number: int) -> Tenant:
    domain = f"{provider}-{number}.example"
    chance = Chance("bench", domain)
    reader = Person(id=identifier(chance), name="Calendar Reader", address=f"calendar.reader@{domain}")
    return Tenant(
        name=f"Harbour Works {provider} {number}",
        provider=provider,
        zone="Europe/Berlin",
        id=identifier(chance),
        people=(reader,),
        resources=tuple(_room(domain, room) for room in range(CALENDARS_PER_EMPLOYER)),
    )


def _room(domain: str, number: int) -> Resource:
    return Resource(
        id=identifier(Chance("bench", domain, number)),
        kind=ResourceKind.ROOM,
        name=f"Room {number}",
        address=f"room-{number}@{domain}",
        capacity=8,
    )


def _agenda(provider: Provider, number: int, now: datetime) -> dict[str, Event]:
    """One room's events by id. As in the made-up world, one mailbox in three keeps subjects and bodies."""
    room = _room("harbour-works.example", number)
    events = (
        google_event(meeting, room, now=now)
        if provider is Provider.GOOGLE
        else graph_event(meeting, room, now=now, rewrites=number % 3 != 1)
        for meeting in _meetings(Chance("bench", number), room, now)
    )
    return {event["id"]: event for event in events}


def _meetings(chance: Chance, room: Resource, now: datetime) -> Iterator[Meeting]:
    staff = company(Chance("bench", "company"), "harbour-works.example", 100)
    first = now.replace(minute=0, second=0, microsecond=0)
    for number in range(EVENTS_PER_CALENDAR):
        start = first + timedelta(hours=number * _DAYS * 24 // EVENTS_PER_CALENDAR)
        yield _meeting(chance, staff, f"{room.address}/{number}", start)


def _meeting(chance: Chance, staff: Company, key: str, start: datetime) -> Meeting:
    organizer, *guests = (
        Guest(one.name, one.address) for one in chance.several(staff.colleagues, chance.between(2, 10))
    )
    mention = Mention(chance.pick(staff.colleagues).name, chance.pick(staff.outsiders).name)
    joining = conference(chance, "meet.harbour-works.example") if chance.once_in(2) else None
    return Meeting(
        key=key,
        start=start,
        end=start + timedelta(minutes=45),
        zone="UTC",
        title=title(chance, mention),
        body=body(chance, mention, joining),
        location="Harbour Room",
        organizer=organizer,
        invited=tuple(Invited(guest, chance.pick(_ANSWERS)) for guest in guests),
        conference=joining,
    )
