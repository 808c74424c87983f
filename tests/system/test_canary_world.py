import re
from datetime import timedelta

import pytest

from connectors.sandbox import google_print, graph_print
from tests.system.canaries import MARK, Canaries, Plot
from tests.system.canary_world import NOW
from tests.system.closed_fields import Event, broken, closed_fields, leaves
from tests.system.google_canaries import google_event, google_fault, google_variants
from tests.system.graph_canaries import graph_event, graph_fault, graph_variants

HOUR = timedelta(hours=1)

#: Whatever else a text may be: one of a provider's own words, a time, a zone.
OWN_WORDS = re.compile(
    r"[a-z][A-Za-z]*|[a-z]+#event|#microsoft\.graph\.[a-zA-Z]+|text/plain|US|[0-9.:TZ-]{8,}|7|FAILED"
    r"|UTC|America/New_York|W\. Europe Standard Time|RRULE:FREQ=WEEKLY"
)


def events() -> list[Event]:
    plot = Plot(Canaries(), "test")
    return [*graph_variants(plot, NOW), *google_variants(plot, NOW)]


def test_every_member_that_a_provider_prints_is_there() -> None:
    plot = Plot(Canaries(), "test")
    assert graph_event(plot, NOW, NOW + HOUR).keys() >= graph_print._MEMBERS
    optional = {"recurrence", "recurringEventId"}
    assert google_print._EVENT.keys() - optional <= google_event(plot, NOW, NOW + HOUR).keys()


def test_every_text_is_a_canary_or_one_of_the_providers_own_words() -> None:
    faults = [
        graph_fault(Plot(Canaries(), "test"), "code"),
        google_fault(Plot(Canaries(), "test"), 400, "reason"),
    ]
    for event in [*events(), *faults]:
        for path, value in leaves(event):
            if isinstance(value, str) and path[-1] != "contentBytes":
                assert MARK in value or OWN_WORDS.fullmatch(value), path


def test_no_canary_stands_twice_but_for_one_person_told_twice() -> None:
    for event in events():
        texts = [value for path, value in leaves(event) if isinstance(value, str) and MARK in value]
        told_twice = {"organizer", "location", "locations", "attendees"}
        alone = [value for path, value in leaves(event) if path[0] not in told_twice and value in texts]
        assert len(alone) == len(set(alone))


@pytest.mark.parametrize("build", [graph_event, google_event])
def test_each_closed_field_breaks_alone(build: type) -> None:
    event = build(Plot(Canaries(), "test"), NOW, NOW + HOUR)
    fields = closed_fields(event)
    assert {("start",), ("start", "dateTime"), ("attendees", 0)} <= {*fields}
    assert len(fields) == len({*fields}) > 50
    for path in fields:
        assert broken(event, path, "word") != event
