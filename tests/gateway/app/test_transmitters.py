"""Who tells us of a tenant's people: agreed on, told where to, and ended."""

import ssl
from collections.abc import AsyncIterator

import pytest

from connectors.sandbox.authority import Authority
from connectors.sandbox.signals.event_types import SUPPORTED
from connectors.sandbox.signals.server import SignalTransmitter
from gateway.app.outgoing.public_hosts import PublicResolver
from gateway.app.revoking import open_revoker
from gateway.app.signals.arranging import described
from gateway.app.signals.asking import Asker, NotAnswered
from gateway.app.signals.transmitters import ask_to_verify, remove_transmitter
from gateway.app.tenants import withdraw_tenant
from gateway.booking import TenantId
from gateway.clock import system_clock
from gateway.errors import ConfigurationError, Fenced, UnknownName
from gateway.signals.stream import REQUESTED
from gateway.signals.transmitter import TransmitterKind
from tests.fakes.installation import Installation
from tests.fakes.streamed import Line, open_line
from tests.gateway.app.test_escalation import Names
from tests.gateway.app.test_outgoing import sender_with
from tests.gateway.app.test_trial import onboarded as onboarded_for_a_trial


@pytest.fixture
async def line(installation: Installation) -> AsyncIterator[Line]:
    async with open_line(installation) as line:
        yield line


async def test_a_stream_that_is_fetched_is_agreed_on(line: Line) -> None:
    added = await line.add(organization="org-1")
    assert (added.address, added.shows) == (None, None)
    known, stream = await line.known(), line.stream
    assert known.agreed is not None
    assert (known.agreed.stream_id, known.agreed.delivery.endpoint_url) == (stream.id, stream.poll_url)
    assert (known.agreed.audiences, known.organization) == ((stream.audience,), "org-1")
    assert known.agreed.min_verification_interval == 60
    assert set(stream.requested) == set(REQUESTED) <= set(SUPPORTED)


async def test_a_stream_that_comes_is_told_where_to_and_what_to_show(line: Line) -> None:
    line.reached_at("http://127.0.0.1:1")
    added = await line.add(TransmitterKind.SSF_PUSH)
    # Its transmitter was told: nobody else has to be.
    assert (added.address, added.shows) == (None, None)
    delivery, known = line.stream.delivery, await line.known()
    assert (delivery.endpoint_url or "").startswith("http://127.0.0.1:1/v1/signals/")
    assert (delivery.endpoint_url or "").endswith("/events")
    scheme, _, shown = (delivery.authorization_header or "").partition(" ")
    assert (scheme, known.is_shown(shown)) == ("Bearer", True)


async def test_who_may_have_no_stream_is_told_why(line: Line) -> None:
    await line.add(token=line.transmitter.streams.admit("one"))
    line.transmitter.streams.barred.add("barred")
    for token, code in (
        (line.transmitter.streams.admit("one"), "conflict"),
        (line.transmitter.streams.admit("barred"), "forbidden"),
        ("guess", "unauthorized"),
    ):
        with pytest.raises(NotAnswered, match=code):
            await line.add(token=token)
    assert len(await line.rows()) == 1


NOT_AGREED = {
    "signals.metadata-other-issuer": "no_metadata",
    "signals.metadata-inside": "no_metadata",
    "signals.metadata-in-clear": "no_metadata",
    "signals.metadata-no-keys": "no_metadata",
    "signals.metadata-no-verification": "no_metadata",
    "signals.metadata-oversized": "too_long",
    "signals.metadata-endless": "too_long",
    "signals.html-page": "no_metadata",
    "signals.truncated-json": "no_metadata",
    "signals.html-error": "refused",
    "signals.cut-off": "unreachable",
    "signals.wrong-gzip": "unreachable",
    "signals.stream-refused": "refused",
}


async def test_what_does_not_describe_itself_is_not_agreed_with(line: Line) -> None:
    for fault, code in NOT_AGREED.items():
        line.transmitter.faults.order(fault)
        with pytest.raises(NotAnswered) as caught:
            await line.add()
        line.transmitter.faults.clear()
        assert caught.value.code == code, fault
    assert await line.rows() == []
    assert [*line.transmitter.streams] == []


@pytest.fixture
async def public(installation: Installation) -> AsyncIterator[SignalTransmitter]:
    """As one on the public network."""
    named = SignalTransmitter(installation.clock, Authority(system_clock()()), name="idp.example")
    async with named as transmitter:
        yield transmitter


async def test_a_public_issuer_leads_to_the_public_network_alone(
    line: Line, public: SignalTransmitter
) -> None:
    trusting = ssl.create_default_context(cadata=public._authority.pem.decode())
    async with sender_with(Names(["127.0.0.1"]), trusting) as session:
        asker = Asker(session, line.asker._local)
        token = public.streams.admit("gateway")
        for fault in ("local", "in-clear", "inside"):
            public.faults.order(f"signals.metadata-{fault}", times=1)
            with pytest.raises(NotAnswered, match="no_metadata"):
                await line.add(issuer=public.issuer, token=token, asker=asker)
        assert [*public.streams] == []
        await line.add(issuer=public.issuer, token=token, asker=asker)
        line.begin(asker)
        assert (await line.visit()).heard_at is not None
    # A name that leads to this machine leads nowhere.
    async with sender_with(PublicResolver(Names(["127.0.0.1"])), trusting) as session:
        with pytest.raises(NotAnswered, match="unreachable"):
            await described(Asker(session, line.asker._local), public.issuer)


async def test_an_issuer_is_on_the_public_network(line: Line) -> None:
    for issuer in ("http://idp.example", "https://10.0.0.1", "ftp://idp.example", "idp.example", "https://"):
        with pytest.raises(ConfigurationError, match="issuer"):
            await line.add(issuer=issuer)


async def test_one_that_is_believed_no_more_is_ended_there_too(line: Line) -> None:
    await line.add()
    here = line.installation.parts
    assert await remove_transmitter(here, await line.standing(), line.asker, line.name)
    assert [*line.transmitter.streams] == []
    assert await line.rows() == []
    with pytest.raises(UnknownName):
        await remove_transmitter(here, await line.standing(), line.asker, line.name)


@pytest.mark.parametrize("fault", ["signals.html-error", "signals.stream-gone"])
async def test_one_that_cannot_be_ended_is_believed_no_more(line: Line, fault: str) -> None:
    await line.add()
    line.transmitter.faults.order(fault)
    removed = await remove_transmitter(line.installation.parts, await line.standing(), line.asker, line.name)
    assert removed == (fault == "signals.stream-gone")
    assert await line.rows() == []


async def test_a_stream_that_nobody_could_write_down_is_ended(installation: Installation) -> None:
    tenant: TenantId = await onboarded_for_a_trial(installation)
    async with open_line(installation, tenant) as line:
        with pytest.raises(Fenced):
            await line.add()
        assert line.transmitter.requests["signals.stream"] == 2
        assert [*line.transmitter.streams] == []


async def test_who_takes_no_questions_is_asked_none(line: Line) -> None:
    await line.add(TransmitterKind.OKTA, issuer="https://north.okta.example")
    with pytest.raises(ConfigurationError, match="no questions"):
        await ask_to_verify(line.installation.parts, await line.standing(), line.asker, line.name)


@pytest.mark.parametrize("is_reached", [True, False])
async def test_who_is_withdrawn_is_told_of_no_more(line: Line, is_reached: bool) -> None:  # noqa: FBT001
    await line.add()
    await line.add(TransmitterKind.OKTA, issuer="https://north.okta.example")
    if not is_reached:
        line.transmitter.faults.order("signals.html-error")
    parts = line.installation.parts
    async with open_revoker(parts) as revoke:
        withdrawn = await withdraw_tenant(parts, line.tenant, revoke)
    assert withdrawn.proved_at is not None
    assert line.transmitter.requests["signals.stream"] == 2
    line.transmitter.faults.clear()
    assert len([*line.transmitter.streams]) == (not is_reached)
