from typing import Any

from msgraph.generated.models.event_type import EventType
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder

from connectors.sandbox.calendar import Calendar
from tests.conformance.microsoft.client import Graph, asking
from tests.connectors.sandbox.callers import in_days

PREFER = {"Prefer": 'IdType="ImmutableId", odata.maxpagesize=20'}


class Round:
    """One round, read to its end: what it told, and the link for the next one."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}
        self.removed: set[str] = set()
        self.pages = 0
        self.delta_link = ""

    async def read(self, graph: Graph, page: Any, builder: Any) -> "Round":
        while True:
            self._take(graph.checked(page))
            if page.odata_delta_link:
                self.delta_link = page.odata_delta_link
                return self
            page = await builder.with_url(page.odata_next_link).get(asking(None, **PREFER))

    def _take(self, page: Any) -> None:
        self.pages += 1
        for event in page.value:
            if "@removed" in event.additional_data:
                self.removed.add(event.id)
            else:
                self.events[event.id] = event


async def test_rounds_tell_all_and_then_what_changed(graph: Graph, room: Calendar) -> None:
    builder = graph.client.users.by_user_id(room.address).calendar_view.delta
    query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
        start_date_time=in_days(-30).isoformat(), end_date_time=in_days(200).isoformat()
    )
    first = await Round().read(graph, await builder.get(asking(query, **PREFER)), builder)
    assert first.pages > 2
    assert EventType.SeriesMaster in {event.type for event in first.events.values()}
    single = [key for key, event in first.events.items() if event.type is EventType.SingleInstance]
    room.move(single[0], in_days(3), in_days(4))
    room.cancel(single[1])
    room.delete(single[2])
    page = await builder.with_url(first.delta_link).get(asking(None, **PREFER))
    second = await Round().read(graph, page, builder)
    assert second.events.keys() == set(single[:2])
    assert second.events[single[1]].is_cancelled
    assert second.removed == {single[2]}
    page = await builder.with_url(second.delta_link).get(asking(None, **PREFER))
    assert (await Round().read(graph, page, builder)).events == {}
