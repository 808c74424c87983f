"""The stand-in's management of what Google tells of accounts, in Google's own words."""

import json
from typing import Any

import pytest
from joserfc import jws

from connectors.sandbox.faults.risc import RISC_FAULTS
from connectors.sandbox.google_risc_stream import RISC_EVENTS, SENT_MAX, uri
from connectors.sandbox.server import Sandbox
from tests.connectors.sandbox.callers import WALL_CLOCK, Answer, Caller, signed
from tests.connectors.sandbox.fault_signs import _ANYWHERE
from tests.connectors.sandbox.receivers import Receiver, Time

PUSH = "https://schemas.openid.net/secevent/risc/delivery-method/push"
AUDIENCE = "https://risc.googleapis.com/google.identity.risc.v1beta.RiscManagementService"
ANA = {"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": "ana"}
ROOT = "/google/v1beta/stream"


@pytest.fixture
def manager(anyone: Caller) -> Caller:
    return anyone.holding(shown(anyone.sandbox))


def shown(sandbox: Sandbox, **changes: Any) -> str:
    """What a service account signs for itself."""
    account, now = json.loads(sandbox.identity.account.file("")), int(WALL_CLOCK().timestamp())
    email = account["client_email"]
    claims = {"iss": email, "sub": email, "aud": AUDIENCE, "iat": now, "exp": now + 3600} | changes
    header = {"alg": "RS256", "typ": "JWT", "kid": account["private_key_id"]}
    return signed(account["private_key"], header, claims)


def wanted(url: str = "http://127.0.0.1:1/", **changes: Any) -> dict[str, Any]:
    body = {
        "delivery": {"delivery_method": PUSH, "url": url},
        "events_requested": [*map(uri, RISC_EVENTS), "urn:unheard-of"],
    }
    return body | changes


def said(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["error"]["message"]


async def test_a_stream_is_made_shown_switched_off_and_on(manager: Caller) -> None:
    nothing = (404, "Project has no RISC configuration.")
    assert said(await manager.get(ROOT)) == said(await manager.get(f"{ROOT}/status")) == nothing
    assert said(await manager.post(f"{ROOT}/status:update", json={"status": "enabled"})) == nothing
    assert said(await manager.post(f"{ROOT}:verify", json={"state": "x"})) == nothing
    assert (await manager.post(f"{ROOT}:update", json=wanted())).status == 200
    stands = (await manager.get(ROOT)).body
    assert stands["delivery"] == {"delivery_method": PUSH, "url": "http://127.0.0.1:1/"}
    assert stands["events_requested"] == [*map(uri, RISC_EVENTS)]
    for status in ("disabled", "enabled"):
        assert (await manager.post(f"{ROOT}/status:update", json={"status": status})).status == 200
        assert (await manager.get(f"{ROOT}/status")).body == {"status": status}
    assert said(await manager.post(f"{ROOT}/status:update", json={"status": "paused"})) == (
        403,
        "Unsupported status.",
    )


async def test_what_is_missing_or_elsewhere_is_refused(manager: Caller) -> None:
    for body, status in {
        json.dumps({"delivery": {}}): 400,
        json.dumps(wanted(events_requested=[])): 400,
        json.dumps(wanted(delivery={"delivery_method": PUSH})): 400,
        json.dumps(
            wanted(delivery={"delivery_method": "urn:ietf:rfc:8935", "url": "http://127.0.0.1:1/"})
        ): 403,
        json.dumps(wanted("https://gateway.example/")): 403,
        "{": 400,
    }.items():
        assert (await manager.post(f"{ROOT}:update", data=body)).status == status, body


@pytest.mark.parametrize(
    "changes", [{"aud": "https://oauth2.googleapis.com/token"}, {"sub": "x"}, {"iss": "x"}, {"exp": 1}]
)
async def test_who_shows_another_token_is_not_let_in(anyone: Caller, changes: dict[str, Any]) -> None:
    for caller in (anyone, anyone.holding(shown(anyone.sandbox, **changes))):
        assert said(await caller.post(f"{ROOT}:update", json=wanted())) == (401, "Unauthorized.")


async def test_tokens_are_in_the_older_shape_and_come_a_few_times(
    manager: Caller, receiver: Receiver, time: Time
) -> None:
    stream = manager.sandbox.risc
    assert stream.tell("risc/account-disabled", ANA) is None
    await manager.post(f"{ROOT}:update", json=wanted(receiver.url))
    await manager.post(f"{ROOT}:verify", json={"state": "repeat this"})
    told = stream.tell("risc/account-disabled", ANA)
    receiver.answers = [503] * 100
    for _ in range(SENT_MAX + 2):
        await stream.deliver()
        time.pass_by(hours=1)
    assert (stream.taken, told in stream.given_up) == ([], True)
    assert len(stream.answers) == 2 * SENT_MAX
    claims = [json.loads(jws.extract_compact(one.raw).payload) for one in receiver.messages[:2]]
    assert [next(iter(one["events"].items())) for one in claims] == [
        (uri("risc/verification"), {"state": "repeat this"}),
        (uri("risc/account-disabled"), {"reason": "hijacking", "subject": ANA}),
    ]
    assert {(one["iss"], one["aud"]) for one in claims} == {
        ("https://accounts.google.com/", manager.sandbox.identity.web_client.id)
    }
    await manager.post(f"{ROOT}/status:update", json={"status": "disabled"})
    assert stream.tell("risc/account-disabled", ANA) is None


async def test_another_process_may_let_it_tell(anyone: Caller) -> None:
    control = anyone.holding(anyone.sandbox.control_token)
    anyone.sandbox.risc.url, anyone.sandbox.risc.requested = (
        "http://127.0.0.1:1/",
        (uri("oauth/tokens-revoked"),),
    )
    happened = {"event": "oauth/tokens-revoked", "subject": ANA}
    assert (await anyone.post("/control/risc", json=happened)).status == 401
    assert (await control.post("/control/risc", json=happened)).body == {"told": "risc-1"}
    assert (await control.post("/control/risc-status", json={"is_enabled": False})).status == 200
    assert (await control.post("/control/risc", json=happened)).body == {"told": None}


SIGNS: dict[str, Any] = {
    "other-project": (403, "Project could not be found."),
    "no-role": (403, "Service account needs permission to access your RISC configuration."),
    "domain-not-authorized": (403, "The delivery endpoint does not belong to any of your project's domains."),
    "unauthorized": (401, "Unauthorized."),
    "no-configuration": (404, "Project has no RISC configuration."),
    "not-understood": (400, "Stream configuration must contain events_requested field."),
    "keys-down": (503, "Try again."),
}
MEMBERS = {
    "stays-disabled": ("status", "disabled"),
    "other-issuer": ("issuer", "https://elsewhere.example"),
    "keys-elsewhere": ("jwks_uri", "https://keys.elsewhere.example/certs"),
}
PATHS = {
    "risc.stream": ("GET", ROOT),
    "risc.update": ("POST", f"{ROOT}:update"),
    "risc.status": ("GET", f"{ROOT}/status"),
    "risc.verify": ("POST", f"{ROOT}:verify"),
    "risc.metadata": ("GET", "/google/.well-known/risc-configuration"),
    "risc.keys": ("GET", "/google/risc/certs"),
}


async def test_each_fault_shows_what_it_says(manager: Caller) -> None:
    """Those of the wire are the same for all families: ``test_fault_catalogue`` shows them of others."""
    faults = [
        fault for fault in RISC_FAULTS if fault.name.partition(".")[2] not in {*_ANYWHERE, "slow", "stalled"}
    ]
    assert {fault.name.partition(".")[2] for fault in faults} == SIGNS.keys() | MEMBERS.keys()
    await manager.post(f"{ROOT}:update", json=wanted())
    for fault in faults:
        manager.sandbox.faults.order(fault.name)
        for kind in fault.meets:
            method, path = PATHS[kind]
            answer = await manager.send(method, path, json=wanted(state="x"))
            name = fault.name.partition(".")[2]
            if name in SIGNS:
                assert said(answer) == SIGNS[name], (fault.name, kind)
            else:
                member, value = MEMBERS[name]
                assert answer.body[member] == value
        manager.sandbox.faults.clear()
