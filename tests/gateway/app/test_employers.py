"""An employer's own webhook: who may be told there, and that nothing but ids, a type and a time is."""

import base64
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import msgspec
import pytest
from msgspec.structs import replace as with_settings
from standardwebhooks import Webhook as Standard
from structlog.testing import capture_logs

from gateway.app.engine import open_engine
from gateway.app.outgoing.employers import body_of, name_webhook, telling
from gateway.app.tenants import withdraw_tenant
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError
from gateway.feed.delivery import Failure
from gateway.feed.settling import Taken
from gateway.settings import Providers
from gateway.store.messages import WEBHOOK, Message, MessageType, Told, set_webhook, told
from gateway.webhook import Webhook
from gateway.withdrawal.outbox import NotTold
from tests.fakes.employer import HOOK, SECRET
from tests.fakes.filled_store import NOON, HandClock
from tests.fakes.installation import Installation, lose_access
from tests.fakes.site import meetings, open_site

WRITTEN = f"whsec_{base64.b64encode(SECRET).decode()}"
ADDRESS = "https://employer.example/hook"


def message(what: MessageType, ends_at: int | None = None, webhook: object = HOOK) -> Message:
    at = milliseconds(NOON)
    return Message("esc_1", what, TenantId("ten_1"), "about_1", at, ends_at, webhook)  # type: ignore[arg-type]


@dataclass
class Wire:
    """What is sent, and what comes of it."""

    failure: Failure | None = None
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    async def send(self, url: str, body: bytes, headers: dict[str, str]) -> Taken:
        self.sent.append((url, body, headers))
        return Taken(self.failure)


@pytest.mark.parametrize("what", MessageType)
def test_it_holds_ids_and_times_and_nothing_else(what: MessageType) -> None:
    about = what.value.partition(".")[0]
    assert msgspec.json.decode(body_of(message(what))) == {
        "type": what.value,
        "timestamp": "2026-03-02T12:00:30Z",
        "data": {"tenant": "ten_1", about: "about_1"},
    }


def test_what_is_announced_says_on_which_day() -> None:
    ends_at = milliseconds(NOON + timedelta(days=30))
    announced = body_of(message(MessageType.SUBJECT_ERASURE_ANNOUNCED, ends_at))
    assert msgspec.json.decode(announced)["data"]["erased_on"] == "2026-04-01"


async def test_the_standards_own_library_verifies_it() -> None:
    wire = Wire()
    await telling(wire.send, HandClock())(message(MessageType.SUBJECT_SUSPENDED))
    ((url, body, headers),) = wire.sent
    assert (url, headers["webhook-id"]) == (ADDRESS, "esc_1")
    # It looks at the time of this machine, which is another.
    kept = {name: value for name, value in headers.items() if name.startswith("webhook-")}
    signed = Standard(WRITTEN).sign("esc_1", NOON, body.decode())
    assert kept["webhook-signature"] == signed
    assert kept["webhook-timestamp"] == str(int(NOON.timestamp()))


@pytest.mark.parametrize("failure", Failure)
async def test_what_is_not_taken_is_not_told(failure: Failure) -> None:
    with pytest.raises(NotTold):
        await telling(Wire(failure).send, HandClock())(message(MessageType.TRANSMITTER_SILENT))


async def test_where_no_address_is_left_nothing_is_sent() -> None:
    wire = Wire()
    await telling(wire.send, HandClock())(message(MessageType.TRANSMITTER_SILENT, webhook=None))
    assert wire.sent == []


async def test_only_a_public_address_and_a_good_secret_are_taken(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    for lines in (
        *([], [ADDRESS], [ADDRESS, WRITTEN, WRITTEN], [WRITTEN, ADDRESS]),
        *(
            [f"{scheme}/", WRITTEN]
            for scheme in ("http://employer.example", "https://10.0.0.1", "https://127.1")
        ),
        *([ADDRESS, secret] for secret in ("", "whsec_", "whsec_AAAA", base64.b64encode(SECRET).decode())),
    ):
        with pytest.raises(ConfigurationError, match="othing was changed"):
            await name_webhook(installation.parts, site.tenant, lines)
    await name_webhook(installation.parts, site.tenant, [ADDRESS, WRITTEN])
    await withdraw_tenant(installation.parts, site.tenant)
    with pytest.raises(ConfigurationError, match="has ended"):
        await name_webhook(installation.parts, site.tenant, [ADDRESS, WRITTEN])


async def test_whatever_serves_tells_and_leads_into_no_network_of_ours(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    settings = with_settings(installation.parts.settings, providers=Providers())
    parts, tenant = replace(installation.parts, settings=settings), site.tenant
    inside = Webhook("https://10.0.0.1/hook", HOOK.keys)
    column = await parts.keyring.evidence(tenant, *WEBHOOK)
    await parts.store.administer(lambda rows: set_webhook(rows.handle, tenant, inside, column, now=rows.now))
    await lose_access(parts.store, site.tenancy)
    async with open_engine(parts, listens=False) as engine:
        with capture_logs() as logs:
            await engine.informing.visit()
    assert [(log["event"], log["kind"], log["attempt"]) for log in logs] == [
        ("employer_message_not_told", "authorization.suspended", 1)
    ]
    assert await parts.store.read(partial(told, tenant=tenant)) == Told(waiting=1, given_up=0)
