from connectors.sandbox.calendar import Calendar
from tests.connectors.sandbox.callers import Caller


async def test_graph_is_throttled_as_often_as_asked(graph: Caller, graph_room: Calendar) -> None:
    graph.sandbox.faults.refuse("graph.view", 429, 2, {"Retry-After": "3"})
    path = f"/graph/v1.0/users/{graph_room.address}/calendarView"
    window = {"startDateTime": "2027-03-01", "endDateTime": "2027-04-01"}
    answers = [await graph.get(path, window) for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].code == "ApplicationThrottled"
    assert answers[0].headers["Retry-After"] == "3"
    assert graph.sandbox.requests["graph.view"] == 3


async def test_a_prefix_names_all_of_a_provider_and_nobody_else(graph: Caller, google: Caller) -> None:
    graph.sandbox.faults.refuse("google", 503, 1)
    assert (await graph.get("/graph/v1.0/places/microsoft.graph.room")).status == 200
    answer = await google.get("/google/calendar/v3/calendars/primary/events")
    assert (answer.status, answer.code) == (503, "backendError")
    assert (await google.get("/google/calendar/v3/calendars/primary/events")).status == 200


async def test_google_words_its_own_limits(google: Caller) -> None:
    google.sandbox.faults.refuse("google.events", 403, 1)
    answer = await google.get("/google/calendar/v3/calendars/primary/events")
    assert (answer.status, answer.code) == (403, "rateLimitExceeded")
    assert answer.body["error"]["errors"][0]["domain"] == "usageLimits"
