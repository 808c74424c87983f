"""The made-up world has some of everything that a reader must not stumble over."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.sandbox.calendar import Event
from connectors.sandbox.google_time import parsed
from connectors.sandbox.graph_time import instant
from connectors.sandbox.names import languages
from connectors.sandbox.truth import Mode, Provider, ResourceKind, World
from connectors.sandbox.world import generate
from tests.connectors.sandbox.callers import NOW, in_days

RESERVED = (".example", ".test")


@pytest.fixture(scope="module")
def world() -> World:
    return generate(11, calendars_per_tenant=13, now=NOW)


def _events(world: World, provider: Provider) -> list[Event]:
    tenant = next(one for one in world.tenants if one.provider is provider)
    return [event for one in tenant.resources for event in world.calendar(one.address).events.values()]


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return [value] if isinstance(value, str) else []


def test_a_seed_makes_one_world() -> None:
    one, same, other = (generate(seed, calendars_per_tenant=3, now=NOW) for seed in (1, 1, 2))
    assert list(one.events()) == list(same.events())
    assert one.tenants == same.tenants != other.tenants
    assert list(one.events()) != list(other.events())


def test_every_sort_of_place_is_there(world: World) -> None:
    for tenant in world.tenants:
        assert {resource.kind for resource in tenant.resources} == set(ResourceKind)
        assert {resource.mode for resource in tenant.resources} == set(Mode) - {Mode.UNAVAILABLE}
        assert any(
            resource.kind is ResourceKind.ROOM and resource.capacity == 1 for resource in tenant.resources
        )
        assert len({resource.site for resource in tenant.resources}) > 1


def test_people_have_names_of_many_languages_and_ascii_addresses(world: World) -> None:
    people = [person for tenant in world.tenants for person in tenant.people]
    assert len(languages()) >= 15
    assert len({person.address for person in people}) == len(people)
    assert all(person.address.isascii() for person in people)
    assert sum(not person.name.isascii() for person in people) > len(people) / 2


def test_everything_is_made_up(world: World) -> None:
    """Addresses and links in domains kept for examples, phone numbers from the range kept for fiction."""
    for provider in Provider:
        for text in _strings(_events(world, provider)):
            for word in text.replace("<", " ").replace("(", " ").split():
                if "@" in word and "." in word.rpartition("@")[2]:
                    assert word.rstrip(".,").endswith(RESERVED), word
                if word.startswith("https://"):
                    assert word.split("/")[2].endswith(RESERVED), word
                if word.startswith("+"):
                    assert word.startswith("+1-555-01"), word


def test_graph_has_some_of_everything(world: World) -> None:
    events = _events(world, Provider.MICROSOFT)
    assert {event["type"] for event in events} == {
        "singleInstance",
        "occurrence",
        "exception",
        "seriesMaster",
    }
    assert {event["sensitivity"] for event in events} == {"normal", "private"}
    assert {event["showAs"] for event in events} == {"busy", "tentative"}
    answers = {event["responseStatus"]["response"] for event in events}
    assert answers == {"accepted", "declined", "tentativelyAccepted", "organizer"}
    assert (
        {event["isAllDay"] for event in events} == {event["isCancelled"] for event in events} == {True, False}
    )
    assert any(event["start"] == event["end"] for event in events)
    assert len({event["originalStartTimeZone"] for event in events}) > 1
    assert any("PIN" in event["body"]["content"] for event in events)
    assert any(event["onlineMeeting"] for event in events)


def test_google_has_some_of_everything(world: World) -> None:
    events = _events(world, Provider.GOOGLE)
    assert {event["status"] for event in events} == {"confirmed", "tentative", "cancelled"}
    assert {event["eventType"] for event in events} == {"default", "birthday", "workingLocation"}
    assert {event.get("visibility", "default") for event in events} == {"default", "private"}
    own = [row for event in events for row in event.get("attendees", ()) if row.get("self")]
    assert {row["responseStatus"] for row in own} == {"accepted", "declined", "tentative"}
    assert any("date" in event["start"] for event in events)
    assert any(event["start"] == event["end"] for event in events)
    assert any("conferenceData" in event for event in events)
    assert any("PIN" in event.get("description", "") for event in events)


def test_external_guests_come(world: World) -> None:
    addresses = Counter(
        row["emailAddress"]["address"].partition("@")[2]
        for event in _events(world, Provider.MICROSOFT)
        for row in event["attendees"]
    )
    assert addresses["haldenvoss.example"] > 0
    assert set(addresses) - {"haldenvoss.example"}


def test_instances_hang_on_masters_and_keep_their_hour_over_changes_of_the_clock(world: World) -> None:
    room = world.calendar("room.001@haldenvoss.example")
    masters = [event for event in room.events.values() if event["type"] == "seriesMaster"]
    assert len(masters) == 2
    for master in masters:
        starts = [instant(room.events[key]["start"]) for key in room.instances(master["id"])]
        regular = [at for at in starts if at is not None]
        hours = {at.astimezone(ZoneInfo("Europe/Berlin")).hour for at in regular}
        assert len(starts) == 29
        assert len(hours) <= 2
        assert len({at.hour for at in regular}) > len(hours) - 1


def test_the_agenda_reaches_from_a_fortnight_ago_to_half_a_year_ahead(world: World) -> None:
    starts = [parsed(event["start"].get("dateTime", "")) for event in _events(world, Provider.GOOGLE)]
    known: list[datetime] = [at for at in starts if at is not None]
    assert in_days(-17) < min(known) < in_days(-10)
    assert in_days(175) < max(known) < in_days(192)
