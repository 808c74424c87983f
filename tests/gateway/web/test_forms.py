"""Which form an answer is given in."""

import pytest
from aiohttp.test_utils import make_mocked_request

from gateway.web.forms import EVENT_STREAM, JSON, NDJSON, accepted


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.8", "application/json"),
        ("text/event-stream", "text/event-stream"),
        ("Text/Event-Stream;charset=utf-8", "text/event-stream"),
        ("application/x-ndjson, application/json;q=0.5", "application/x-ndjson"),
        ("application/json, text/event-stream", "application/json"),
        (",;=\x7f", "application/json"),
    ],
)
def test_the_first_form_that_is_accepted_is_given(accept: str | None, given: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    request = make_mocked_request("GET", "/v1/feed", headers=headers)
    assert accepted(request, JSON, EVENT_STREAM, NDJSON) == given
