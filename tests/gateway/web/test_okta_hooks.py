"""Okta knocks: whoever shows the secret is heard once it is durable, and everybody else learns nothing."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest

from connectors.sandbox.okta import ANOTHER, Okta
from connectors.sandbox.okta_hook import OktaHook
from gateway.errors import StoreBusy
from gateway.signals.known import Known
from gateway.signals.signal import CHANNEL, Claim
from gateway.signals.transmitter import TransmitterKind
from gateway.web import evenly
from gateway.web.okta import BODY_BYTES_MAX, CHALLENGE
from gateway.web.receiving import SECONDS_MAX
from tests.fakes.door import ADDRESS, MemoryDoor, caller_showing
from tests.fakes.filled_store import FilledStore
from tests.gateway.web.receiving_site import OKTA, SCIM, SECRET, Site, receiving
from tests.gateway.web.served import PATIENCE_SECONDS, Answer, parts_of, serve_parts

REFUSED = (401, b"")
TAKEN = (204, b"")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused is refused evenly, and no test waits for it."""
    monkeypatch.setattr(evenly, "BEAT_SECONDS", 0.001)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with receiving(MemoryDoor()) as running:
        yield running


def suspended(uuid: str = "1", **members: Any) -> dict[str, Any]:
    target = {"type": "User", "id": "oid-1", "alternateId": "anna@north.example"}
    outcome = {"result": "SUCCESS"}
    return {
        "uuid": uuid, "eventType": "user.lifecycle.suspend", "outcome": outcome, "target": [target]
    } | members  # fmt: skip


def hook(*events: Any) -> dict[str, Any]:
    return {"data": {"events": list(events)}}


async def test_oktas_question_is_answered_once_it_shows_the_secret(site: Site) -> None:
    answer = await site.ask("GET", OKTA, SECRET, headers={CHALLENGE: "Me_rShK8JHs"})
    assert (answer.status, answer.json) == (200, {"verification": "Me_rShK8JHs"})
    (works,) = site.door.told
    assert (works.about, works.proves) == (CHANNEL, Claim.CHANNEL_WORKS)
    for shown in (None, "", "Basic d3Jvbmc=", SECRET.lower()):
        refused = await site.ask("GET", OKTA, shown, headers={CHALLENGE: "Me_rShK8JHs"})
        assert refused[::2] == REFUSED
    assert len(site.door.told) == 1


@pytest.mark.parametrize("challenges", [[], [""], ["x" * 513], ["a b"], ["ä"], ["one", "two"]])
async def test_no_more_is_repeated_than_okta_asks(site: Site, challenges: list[str]) -> None:
    headers = [(CHALLENGE, one) for one in challenges]
    answer = await site.ask("GET", OKTA, SECRET, headers=headers)
    assert answer.status == 400
    assert b"xxx" not in answer.body
    assert site.door.told == []


async def test_what_happened_is_told_on_before_it_is_answered(site: Site) -> None:
    assert (await site.ask("POST", OKTA, SECRET, json=hook(suspended())))[::2] == TAKEN
    (told,) = site.door.told
    assert (told.issuer, told.id, told.proves) == ("https://north.example", "1", Claim.DISABLED)


async def test_where_nothing_can_be_written_nothing_is_taken(site: Site) -> None:
    site.door.fails = [StoreBusy("busy")]
    assert (await site.ask("POST", OKTA, SECRET, json=hook(suspended()))).status == 503
    assert (await site.ask("POST", OKTA, SECRET, json=hook(suspended()))).status == 204
    assert len(site.door.told) == 1


async def test_a_door_that_hangs_is_not_waited_for_longer_than_okta_does(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: Any) -> None:
        await asyncio.Event().wait()

    assert SECONDS_MAX[TransmitterKind.OKTA] < 3
    monkeypatch.setitem(SECONDS_MAX, TransmitterKind.OKTA, 0.05)
    monkeypatch.setattr(site.door, "receive", hang)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert (await site.ask("POST", OKTA, SECRET, json=hook(suspended()))).status == 503


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"\xff", b"[" * 10_000, json.dumps(hook(suspended())).encode().ljust(BODY_BYTES_MAX + 1)],
)
async def test_what_cannot_be_read_is_refused_and_not_quoted(site: Site, body: bytes) -> None:
    answer = await site.ask("POST", OKTA, SECRET, data=BytesIO(body))
    assert (answer.status, answer.json["type"]) == (400, "/v1/problems/bad-request")
    assert site.door.told == []


async def test_a_body_may_be_as_long_as_it_may(site: Site) -> None:
    body = json.dumps(hook(suspended())).encode().ljust(BODY_BYTES_MAX)
    assert (await site.ask("POST", OKTA, SECRET, data=BytesIO(body))).status == 204


ANYWHERE = [OKTA, "/v1/signals/nobodys/okta", SCIM, f"{SCIM}/Users/1", "/v1/signals/nobodys/scim/v2/Users"]


@pytest.mark.parametrize("shown", [None, "Basic d3Jvbmc=", "Bearer wrong", "Bearer"])
async def test_whoever_does_not_know_the_secrets_is_answered_alike(site: Site, shown: str | None) -> None:
    answers = [await site.ask("POST", path, shown, json=hook(suspended())) for path in ANYWHERE]
    answers += [await site.ask("GET", path, shown) for path in ANYWHERE]
    told = {(one.status, one.body, *_headers(one)) for one in answers}
    assert len(told) == 1
    assert answers[0][::2] == REFUSED
    assert (site.door.told, site.door.lookups) == ([], 0)


def _headers(answer: Answer) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in answer.headers.items() if name != "Date")


async def test_a_secret_is_good_at_its_own_address_alone(site: Site) -> None:
    assert (await site.ask("POST", "/v1/signals/nobodys/okta", SECRET, json=hook()))[::2] == REFUSED
    assert (await site.ask("GET", f"{SCIM}/Users", SECRET))[::2] == REFUSED
    assert (await site.ask("POST", OKTA, "Bearer north-token", json=hook()))[::2] == REFUSED


async def test_an_address_that_is_ours_takes_no_longer_to_be_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    compare = hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    monkeypatch.setattr(evenly, "BEAT_SECONDS", 0.05)
    clock = asyncio.get_running_loop().time
    for path in (OKTA, "/v1/signals/nobodys/okta"):
        began = clock()
        await site.ask("POST", path, "Basic d3Jvbmc=")
        assert clock() - began >= 0.05
    assert compared == [(32, 32)] * 2


async def test_what_okta_tells_is_limited_by_no_number_of_requests(filled: FilledStore) -> None:
    """What is refused with a 4xx it does not tell again."""
    door = MemoryDoor()
    callers = {(ADDRESS, TransmitterKind.OKTA): caller_showing(SECRET)}
    async with serve_parts(parts_of(filled), receiving=door.receiving(callers)) as served:
        served.limits.requests_max = 1
        for number in range(3):
            headers = {"Authorization": SECRET}
            answer = await served.ask("POST", OKTA, headers=headers, json=hook(suspended(str(number))))
            assert answer.status == 204
            assert "RateLimit" not in answer.headers
        described = (await served.ask("GET", "/v1/openapi.json")).body
    assert len(door.told) == 3
    assert b"/v1/signals" not in described


@pytest.fixture
async def okta(site: Site) -> tuple[Okta, OktaHook]:
    okta = Okta(site.time)
    hook = OktaHook(site.post, site.time, f"{site.url}{OKTA}", SECRET)
    okta.watch = hook.hear
    await hook.verify()
    site.door.told.clear()
    return okta, hook


Org = tuple[Okta, OktaHook]


async def test_a_hook_tells_of_all_that_ends_and_of_nothing_that_does_not(site: Site, okta: Org) -> None:
    org, hook = okta
    anna, ben = org.add("anna@north.example", "Anna S."), org.add("ben@north.example", "Ben")
    site.door.enrol(Known("sub_1", is_active=True, addresses=("anna@north.example",), directory_id=anna.id))
    site.door.enrol(Known("sub_2", is_active=True, addresses=("ben@north.example",)))
    org.unassign(ben.id, ANOTHER)
    org.fail_to_suspend(ben.id)
    await hook.deliver()
    assert {known.is_active for known in site.door.people.values()} == {True}
    org.suspend(anna.id)
    org.unassign(ben.id)
    await hook.deliver()
    assert {known.is_active for known in site.door.people.values()} == {False}
    org.unsuspend(anna.id)
    await hook.deliver()
    assert site.door.told[-1].proves is Claim.RESTORED
    # A deletion is only begun, as far as hooks are told: its clock ends it.
    org.delete(anna.id)
    await hook.deliver()
    assert [one.proves for one in site.door.told[-2:]] == [Claim.DISABLED] * 2
    assert set(site.door.people) == {"sub_1", "sub_2"}
    assert hook.lost == []


async def test_a_hook_that_is_late_or_again_or_backwards_tells_the_same(site: Site, okta: Org) -> None:
    org, hook = okta
    anna = org.add("anna@north.example", "Anna S.")
    org.suspend(anna.id)
    site.time.pass_by(seconds=1)
    org.unsuspend(anna.id)
    hook.backwards = hook.again = True
    await hook.deliver()
    told = list(site.door.told)
    assert [one.proves for one in told[:2]] == [Claim.RESTORED, Claim.DISABLED]
    assert told[0].at - told[1].at == 1000
    (answer,) = await hook.deliver()
    assert answer.status == 204
    assert site.door.told == told


async def test_a_hook_that_is_answered_too_late_tells_once_more(
    site: Site, okta: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    org, hook = okta
    receive = site.door.receive
    late = [4.0, 4.0, 0.0]

    async def slowly(*told: Any) -> None:
        await receive(*told)
        site.time.pass_by(seconds=late.pop(0))

    monkeypatch.setattr(site.door, "receive", slowly)
    org.add("anna@north.example", "Anna S.")
    for _ in range(3):
        await hook.deliver()
    # Told twice and given up, as Okta has it; and taken once.
    assert len(hook.lost) == 2
    assert len(late) == 1
    assert len(site.door.told) == len({one.id for one in site.door.told}) == 2


async def test_a_hook_whose_secret_is_wrong_is_heard_by_nobody(site: Site, okta: Org) -> None:
    org, hook = okta
    hook.secret = "Basic d3Jvbmc="  # noqa: S105  made up
    org.add("anna@north.example", "Anna S.")
    (answer,) = await hook.deliver()
    assert answer.status == 401
    # Refused for good.
    assert len(hook.lost) == 2
    assert await hook.deliver() == []
    assert not (await hook.verify()).is_success
    assert (hook.is_verified, site.door.told) == (False, [])


async def test_a_hook_that_finds_nobody_at_home_is_heard_when_it_comes_again(site: Site, okta: Org) -> None:
    org, hook = okta
    org.add("anna@north.example", "Anna S.")
    site.door.fails = [StoreBusy("busy")]
    assert [answer.status for answer in [*await hook.deliver(), *await hook.deliver()]] == [503, 204]
    assert (len(site.door.told), hook.lost) == (2, [])
