"""All the way: what identity providers say over HTTP does to people what it should, over a real store."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.authorization import State
from gateway.signals.transmitter import TransmitterKind
from gateway.store.transmitters import transmitters_of
from tests.fakes.enrolled import WENDLA
from tests.fakes.identity_providers import STREAM, Here, open_identity_providers
from tests.fakes.installation import Installation, open_installation
from tests.fakes.security_events import CAEP, RISC, SSF, ec, event, signed
from tests.fakes.signalled import ANAS_ID, WENDLAS_ID
from tests.gateway.web.served import Answer


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


@pytest.fixture
async def here(installation: Installation) -> AsyncIterator[Here]:
    async with open_identity_providers(installation) as opened:
        yield opened


async def test_event_tokens_suspend_and_burn_whoever_they_name(here: Here) -> None:
    path = await here.add_stream()
    disabled = here.token(f"{RISC}account-disabled", here.named(ANAS_ID))
    assert (await here.push(path, disabled)).status == 202
    assert (await here.scene.link()) == (State.SUSPENDED, "revocation_claimed")
    purged = here.token(f"{RISC}account-purged", here.named(WENDLAS_ID))
    assert (await here.push(path, purged)).status == 202
    assert await here.scene.subject() is None
    # Told again, they are taken again, and do nothing.
    assert [(await here.push(path, one)).status for one in (disabled, purged)] == [202, 202]
    assert len(await here.scene.rows()) == 2


async def test_of_strangers_nothing_is_told_and_nothing_written(here: Here) -> None:
    path = await here.add_stream()
    known = await here.push(path, here.token(f"{CAEP}session-revoked", here.named(ANAS_ID)))
    stranger = await here.push(path, here.token(f"{CAEP}session-revoked", here.named("nobody")))
    assert (known.status, known.body) == (stranger.status, stranger.body) == (202, b"")
    assert len(await here.scene.rows()) == 1


async def test_what_does_not_verify_gets_one_answer(here: Here) -> None:
    path = await here.add_stream()
    good = here.token(f"{RISC}account-disabled", here.named(ANAS_ID))
    elsewhere = path.replace("trm_1", "trm_2")
    answers = [
        await here.push(path, good, shown="another"),
        await here.push(path, good[:-4] + b"AAAA"),
        await here.push(path, signed(event(f"{RISC}account-disabled"), ec("another"))),
        await here.push(elsewhere, good),
        await here.push("/v1/signals/none/events", good),
        await here.push(path, b""),
    ]
    assert {answer.status for answer in answers} == {400}
    assert {answer.body for answer in answers} == {answers[0].body}
    assert answers[0].json["err"] == "authentication_failed"
    assert await here.scene.rows() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://another.example"}, "invalid_issuer"),
        ({"aud": "somebody else"}, "invalid_audience"),
        ({"exp": 1}, "invalid_request"),
    ],
)
async def test_a_verified_issuer_is_told_what_is_wrong(
    here: Here, changes: dict[str, Any], code: str
) -> None:
    path = await here.add_stream()
    answer = await here.push(path, here.token(f"{RISC}account-disabled", here.named(ANAS_ID), **changes))
    assert (answer.status, answer.json["err"]) == (400, code)
    assert answer.headers["Content-Language"] == "en"


async def test_a_stream_says_that_it_works_only_by_the_state_that_it_was_asked_for(here: Here) -> None:
    path = await here.add_stream()
    about = {"format": "opaque", "id": STREAM}
    wrong = await here.push(path, here.token(f"{SSF}verification", about, {"state": "made up"}))
    assert (wrong.status, wrong.json["err"]) == (400, "invalid_state")
    assert await heard(here) is None
    unasked = await here.push(path, here.token(f"{SSF}verification", about))
    assert unasked.status == 202
    assert await heard(here) is not None


async def heard(here: Here) -> int | None:
    tenant = here.scene.site.tenant
    (row,) = await here.installation.store.read(lambda handle: transmitters_of(handle, tenant))
    return row.heard_at


async def test_keys_are_asked_for_once_and_a_flood_of_unknown_ones_asks_for_no_more(here: Here) -> None:
    path = await here.add_stream()
    for _ in range(3):
        await here.push(path, here.token(f"{CAEP}session-revoked", here.named("nobody")))
    assert here.keys.asked == 1
    for number in range(20):
        await here.push(path, signed(event(f"{CAEP}session-revoked"), ec(f"made-up-{number % 2}")))
    assert here.keys.asked == 1


async def test_what_waits_for_keys_is_told_again(here: Here) -> None:
    path = await here.add_stream()
    here.keys.is_down = True
    told = here.token(f"{RISC}account-disabled", here.named(ANAS_ID))
    assert (await here.push(path, told)).status == 503
    here.keys.is_down = False
    here.installation.clock.move(timedelta(seconds=31))
    assert (await here.push(path, told)).status == 202
    assert (await here.scene.link()) == (State.SUSPENDED, "revocation_claimed")


async def test_event_hooks_suspend_whoever_they_name(here: Here) -> None:
    path, shows = await here.add(TransmitterKind.OKTA)
    target = {"type": "User", "id": WENDLAS_ID, "alternateId": WENDLA}
    told = {
        "uuid": "1",
        "eventType": "user.lifecycle.deactivate",
        "outcome": {"result": "SUCCESS"},
        "published": "2026-03-02T12:00:00Z",
        "target": [target],
    }
    body = json.dumps({"data": {"events": [told]}}).encode()
    refused = await here.served.ask("POST", path, headers={"Authorization": "another"}, data=body)
    assert refused.status == 401
    taken = await here.served.ask("POST", path, headers={"Authorization": shows}, data=body)
    assert taken.status == 204
    row = await here.scene.subject()
    assert row is not None
    assert row.suspended_at is not None


async def test_users_that_are_removed_over_scim_are_burnt_and_strangers_are_kept_nowhere(here: Here) -> None:
    path, shows = await here.add(TransmitterKind.SCIM)

    async def ask(method: str, what: str, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {shows}", "Content-Type": "application/scim+json"}
        return await here.served.ask(method, f"{path}{what}", headers=headers, **options)

    found = await ask("GET", "/Users", params={"filter": f'externalId eq "{WENDLAS_ID}"'})
    (user,) = found.json["Resources"]
    assert user["active"] is True
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Replace", "path": "active", "value": False}],
    }
    assert (await ask("PATCH", f"/Users/{user['id']}", data=msgspec.json.encode(patch))).status in {200, 204}
    row = await here.scene.subject()
    assert row is not None
    assert row.suspended_at is not None
    assert (await ask("DELETE", f"/Users/{user['id']}")).status == 204
    assert await here.scene.subject() is None
    nobody = await ask("GET", "/Users", params={"filter": 'userName eq "nobody@elsewhere.example"'})
    assert nobody.json["totalResults"] == 0
    linked = await ask("GET", "/Users", params={"filter": f'externalId eq "{ANAS_ID}"'})
    (ana,) = linked.json["Resources"]
    assert (await ask("DELETE", f"/Users/{ana['id']}")).status == 204
    link = await here.scene.link()
    assert link is not None
    assert link[0] is State.WITHDRAWN
