"""Requests that change something at a provider: sent like the others, twice only where that does no harm."""

import pytest

from connectors.errors import ConnectorError, Malformed, Throttled, Unreachable
from connectors.quota import Allowance
from connectors.transport import Answer, Request
from tests.connectors.test_transport import (
    PERSON,
    Gate,
    Handler,
    Provider,
    Token,
    asking,
    break_off,
    hang_up,
    status,
    stay_silent,
)

HEADERS = {"Content-Type": "application/json", "Prefer": "anything"}


async def sent(provider: Provider, method: str, gate: Gate | None = None) -> Answer:
    async with asking(provider, gate) as (transport, base):
        asked = Request(f"{base}x", HEADERS, method, b'{"a": 1}')
        return await transport.send(asked, Token(), Allowance())


async def failure(provider: Provider, method: str) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        await sent(provider, method)
    return caught.value


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_a_body_is_sent_as_it_stands_with_a_token(method: str) -> None:
    provider = Provider(status(201, b"made"))
    answer = await sent(provider, method)
    assert (answer.status, answer.body) == (201, b"made")
    (request,) = provider.asked
    assert (request.method, await request.text()) == (method, '{"a": 1}')
    assert request.headers["Authorization"] == "Bearer token-1"
    assert HEADERS.items() <= dict(request.headers).items()


@pytest.mark.parametrize("fault", [status(500), status(503), status(504), hang_up, break_off, stay_silent])
async def test_what_may_have_been_heard_is_not_posted_again(fault: Handler) -> None:
    provider = Provider(fault)
    assert isinstance(await failure(provider, "POST"), Unreachable)
    assert len(provider.asked) == 1


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("fault", [status(500), hang_up])
async def test_what_comes_to_the_same_twice_is_sent_again(fault: Handler, method: str) -> None:
    provider = Provider(fault, status(200))
    gate = Gate()
    assert (await sent(provider, method, gate)).status == 200
    assert (len(provider.asked), gate.passed) == (2, 2)


@pytest.mark.parametrize(
    "refusal", [status(429), status(429, Retry_After="0"), status(503, Retry_After="0"), status(401)]
)
async def test_what_was_refused_unheard_is_posted_again(refusal: Handler) -> None:
    provider = Provider(refusal, status(201))
    assert (await sent(provider, "POST")).status == 201
    assert [await request.text() for request in provider.asked] == ['{"a": 1}'] * 2


async def test_a_longer_wait_is_handed_on() -> None:
    provider = Provider(status(429, Retry_After="3600"))
    assert isinstance(await failure(provider, "POST"), Throttled)
    assert len(provider.asked) == 1


async def test_the_gate_stops_each_attempt() -> None:
    provider = Provider(status(429))
    with pytest.raises(TimeoutError, match="epoch"):
        await sent(provider, "POST", Gate(passes=1))
    assert len(provider.asked) == 1


async def test_a_401_that_is_not_about_the_token_is_an_answer() -> None:
    provider = Provider(status(401, b"receiver"), status(401, b"token"), status(200))
    async with asking(provider, token_is_good=lambda answer: answer.body == b"receiver") as (transport, base):
        asked = Request(base, HEADERS, "POST", b"{}")
        assert (await transport.send(asked, Token(), Allowance())).status == 401
        assert len(provider.asked) == 1
        assert (await transport.send(asked, Token(), Allowance())).status == 200


async def test_nothing_is_written_elsewhere() -> None:
    provider = Provider(status(200))
    async with asking(provider) as (transport, _):
        asked = Request("https://elsewhere.example/api/x", HEADERS, "DELETE")
        with pytest.raises(Malformed, match="foreign_link"):
            await transport.send(asked, Token(), Allowance())
    assert provider.asked == []


async def test_a_request_does_not_show_what_it_asks() -> None:
    assert PERSON not in repr(Request(PERSON, {"Authorization": PERSON}, "POST", PERSON.encode()))
