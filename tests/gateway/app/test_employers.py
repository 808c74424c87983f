"""An employer's own webhook: who may be told there, and that nothing but ids, a type and a time is."""

import base64
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
import pytest
from standardwebhooks import Webhook as Standard

from gateway.app.employers import body_of, name_webhook, telling
from gateway.app.tenants import withdraw_tenant
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError
from gateway.feed.delivery import Failure
from gateway.feed.settling import Taken
from gateway.store.messages import Message, MessageType
from gateway.withdrawal.outbox import NotTold
from tests.fakes.employer import HOOK, SECRET
from tests.fakes.filled_store import NOON, HandClock
from tests.fakes.installation import Installation
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
