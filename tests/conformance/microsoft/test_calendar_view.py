from msgraph.generated.models.event_type import EventType
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
    CalendarViewRequestBuilder,
)
from msgraph.generated.users.item.events.item.event_item_request_builder import EventItemRequestBuilder
from msgraph.generated.users.item.events.item.instances.instances_request_builder import (
    InstancesRequestBuilder,
)

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.server import Sandbox
from tests.conformance.microsoft.client import Graph, asking
from tests.connectors.sandbox.callers import in_days

WINDOW = {"start_date_time": in_days(-1).isoformat(), "end_date_time": in_days(60).isoformat()}
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
View = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters


async def test_every_event_is_read_in_full(graph: Graph, sandbox: Sandbox) -> None:
    for place in sandbox.world.tenants[0].resources:
        page = await graph.client.users.by_user_id(place.address).calendar_view.get(
            asking(View(top=1000, **WINDOW))
        )
        assert graph.checked(page).value


async def test_events_come_page_by_page_selected_and_in_order(graph: Graph, room: Calendar) -> None:
    query = View(select=["start", "end", "showAs"], top=7, orderby=["start/dateTime desc"], **WINDOW)
    view = graph.client.users.by_user_id(room.address).calendar.calendar_view
    page = graph.checked(await view.get(asking(query, Prefer='outlook.timezone="W. Europe Standard Time"')))
    events = await graph.items(page)
    starts = [event.start.date_time for event in events]
    assert len(events) > 7
    assert starts == sorted(starts, reverse=True)
    assert {event.start.time_zone for event in events[:7]} == {"W. Europe Standard Time"}
    assert {event.subject for event in events} == {None}


async def test_an_event_is_found_by_its_id(graph: Graph, room: Calendar) -> None:
    by_id = graph.client.users.by_user_id(room.address).events.by_event_id
    for key, held in room.events.items():
        event = graph.checked(await by_id(key).get(asking(None, **IMMUTABLE)))
        assert (event.id, event.subject, event.i_cal_u_id) == (key, held["subject"], held["iCalUId"])
    query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(select=["type"])
    event = graph.checked(await by_id(next(iter(room.events))).get(asking(query)))
    assert (event.type is None, event.start) == (False, None)


async def test_a_series_tells_its_instances(graph: Graph, room: Calendar) -> None:
    series = next(key for key, event in room.events.items() if event["type"] == "seriesMaster")
    master = graph.client.users.by_user_id(room.address).events.by_event_id(series)
    query = InstancesRequestBuilder.InstancesRequestBuilderGetQueryParameters(top=2, **WINDOW)
    page = graph.checked(await master.instances.get(asking(query, **IMMUTABLE)))
    instances = await graph.items(page)
    assert len(instances) > 2
    assert {instance.type for instance in instances} <= {EventType.Occurrence, EventType.Exception}


async def test_a_calendar_is_known_by_its_id(graph: Graph, room: Calendar) -> None:
    calendar = graph.checked(await graph.client.users.by_user_id(room.address).calendar.get())
    assert calendar.owner.address == room.address
