"""Acknowledgements of consumers that have registered a key, and what everybody is told of an erasure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import msgspec
import pytest

from gateway.acknowledgement import LENGTH_MAX
from gateway.booking import SubjectId, TenantId
from gateway.client import Deletion, FeedClient, FeedRefused
from gateway.entry import EntryKind
from gateway.store.acknowledgements import SIGNED, Signed, acknowledgements_of, signatures_of
from tests.fakes.filled_store import NOON, FilledStore
from tests.fakes.signing import Signer, said
from tests.gateway.web.served import Answer, Served

JOSE = {"Content-Type": "application/jose"}


@dataclass
class Scene:
    """A tenant that was erased, and a consumer that has to sign."""

    filled: FilledStore
    served: Served
    tenant: TenantId
    token: str
    signer: Signer
    erasure: str

    async def post(self, signed: str | bytes | None, erasure: str | None = None) -> Answer:
        path = f"/v1/erasures/{erasure or self.erasure}/acknowledgement"
        return await self.served.ask("POST", path, self.token, data=signed, headers=JOSE)

    async def stored(self) -> dict[str, Signed]:
        """What is kept of this erasure, by consumer."""
        column = await self.filled.keyring.evidence(self.tenant, *SIGNED)
        found = partial(signatures_of, tenant=self.tenant, erasure=self.erasure, column=column)
        return dict(await self.filled.store.read(found))

    async def consumers(self) -> list[str]:
        """Who has acknowledged, signed or not."""
        found = partial(acknowledgements_of, tenant=self.tenant, erasure=self.erasure)
        return [one.consumer for one in await self.filled.store.read(found)]


@pytest.fixture
async def scene(filled: FilledStore, served: Served) -> Scene:
    signer, tenant = Signer(), await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant, public_key=signer.public)
    return Scene(filled, served, tenant, token, signer, await filled.withdraw(tenant))


async def test_what_was_signed_is_kept_sealed_with_its_key(scene: Scene) -> None:
    signed = scene.signer.jws(scene.erasure)
    answer = await scene.post(signed)
    assert (answer.status, answer.body) == (204, b"")
    assert await scene.stored() == {scene.token.partition(".")[0]: Signed(signed, scene.signer.public)}


async def test_both_names_of_the_algorithm_are_one(scene: Scene) -> None:
    payload = msgspec.json.encode(said(scene.erasure))
    assert (await scene.post(scene.signer.over_as_named_before(payload))).status == 204


async def test_the_first_one_stands(scene: Scene) -> None:
    first = scene.signer.jws(scene.erasure)
    for signed in (first, first, scene.signer.jws(scene.erasure, copies_until=NOON + timedelta(days=30))):
        assert (await scene.post(signed)).status == 204
    assert [one.jws for one in (await scene.stored()).values()] == [first]


def _cut(text: str) -> str:
    head, body, tail = text.split(".")
    return ".".join((head, body, tail[:-2]))


Bad = Callable[[Signer, str], str | bytes | None]
BAD: dict[str, Bad] = {
    "nothing": lambda _signer, _erasure: None,
    "no jws": lambda _signer, _erasure: b"\xff" * 40,
    "empty parts": lambda _signer, _erasure: "..",
    "another's key": lambda _signer, erasure: Signer().jws(erasure),
    "another erasure": lambda signer, _erasure: signer.jws("era_another"),
    "another scope": lambda signer, erasure: signer.jws(erasure, scope="subject"),
    "received only": lambda signer, erasure: signer.jws(erasure, result="received"),
    "one more member": lambda signer, erasure: signer.jws(erasure, by="somebody"),
    "a member less": lambda signer, _erasure: signer.over(b"{}"),
    "no time zone": lambda signer, erasure: signer.jws(erasure, executed_at=NOON.replace(tzinfo=None)),
    "to be done": lambda signer, erasure: signer.jws(erasure, executed_at=NOON + timedelta(minutes=6)),
    "done before it was told": lambda signer, erasure: signer.jws(
        erasure, executed_at=NOON - timedelta(minutes=7)
    ),
    "copies until before": lambda signer, erasure: signer.jws(
        erasure, copies_until=NOON - timedelta(seconds=1)
    ),
    "another type": lambda signer, erasure: signer.jws(erasure, header={"typ": "JWT"}),
    "a header more": lambda signer, erasure: signer.jws(erasure, header={"kid": "somebody"}),
    "unsigned": lambda signer, erasure: signer.unsigned(erasure),
    "by symmetry": lambda signer, erasure: signer.by_symmetry(erasure),
    "a signature cut short": lambda signer, erasure: _cut(signer.jws(erasure)),
    "too long": lambda signer, erasure: signer.over(msgspec.json.encode(said(erasure)) + b" " * LENGTH_MAX),
    "nested without end": lambda signer, _erasure: signer.over(b"[" * 1400),
}


async def test_all_else_is_refused_alike_and_stores_nothing(scene: Scene, subtests: pytest.Subtests) -> None:
    answers = set()
    for name, bad in BAD.items():
        with subtests.test(name):
            answer = await scene.post(bad(scene.signer, scene.erasure))
            assert (answer.status, answer.json["type"]) == (422, "/v1/problems/acknowledgement-refused")
            answers.add(answer.body)
    assert len(answers) == 1
    assert await scene.consumers() == []


async def test_a_signature_of_an_erasure_says_nothing_of_the_next(scene: Scene) -> None:
    other = await scene.filled.add_tenant("quarry")
    await scene.filled.rescope(scene.token, scene.tenant, other)
    second = await scene.filled.withdraw(other)
    assert (await scene.post(scene.signer.jws(scene.erasure), second)).status == 422
    assert (await scene.post(scene.signer.jws(second), second)).status == 204


async def test_who_has_a_key_cannot_say_it_by_token(scene: Scene) -> None:
    path = f"/v1/erasures/{scene.erasure}/acknowledgement"
    assert (await scene.served.ask("POST", path, scene.token)).status == 422
    assert await scene.consumers() == []


async def test_who_has_none_is_told_that_a_signature_counts_for_nothing(scene: Scene) -> None:
    token = await scene.filled.add_consumer(scene.tenant)
    path = f"/v1/erasures/{scene.erasure}/acknowledgement"
    signed = scene.signer.jws(scene.erasure)
    assert (await scene.served.ask("POST", path, token, data=signed, headers=JOSE)).status == 422
    assert (await scene.served.ask("POST", path, token)).status == 204


async def test_a_subjects_erasure_has_a_scope_of_its_own(filled: FilledStore, served: Served) -> None:
    signer, tenant = Signer(), await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant, public_key=signer.public)
    await filled.store.administer(
        lambda registry: registry.announce(tenant, EntryKind.SUBJECT_ERASED, "era_subject")
    )
    scene = Scene(filled, served, tenant, token, signer, "era_subject")
    assert (await scene.post(signer.jws("era_subject"))).status == 422
    assert (await scene.post(signer.jws("era_subject", scope="subject"))).status == 204
    assert SubjectId("era_subject") not in (await served.ask("GET", "/v1/erasures/era_subject")).body.decode()


async def test_without_the_evidence_key_it_waits_and_stores_nothing(scene: Scene) -> None:
    await scene.filled.keys.destroy_evidence(scene.tenant)
    scene.filled.keyring.drop(scene.tenant)
    assert (await scene.post(scene.signer.jws(scene.erasure))).status == 503
    assert await scene.consumers() == []


async def erasure(scene: Scene) -> dict[str, object]:
    answer = await scene.served.ask("GET", f"/v1/erasures/{scene.erasure}", scene.token)
    assert answer.status == 200
    return answer.json


async def test_a_consumer_sees_how_it_stands(scene: Scene) -> None:
    minute = NOON.replace(second=0)
    told = await erasure(scene)
    assert datetime.fromisoformat(str(told.pop("told_at"))) == minute
    assert datetime.fromisoformat(str(told.pop("due_at"))) == minute + timedelta(hours=72)
    assert told == {
        "erasure": scene.erasure,
        "tenant": scene.tenant,
        "scope": "tenant",
        "state": "waiting",
        "acknowledged_at": None,
        "signed": False,
        "needs_signature": True,
    }
    scene.filled.clock.move(timedelta(hours=72))
    assert (await erasure(scene))["state"] == "overdue"
    await scene.post(scene.signer.jws(scene.erasure))
    told = await erasure(scene)
    assert (told["state"], told["signed"]) == ("acknowledged", True)
    assert datetime.fromisoformat(str(told["acknowledged_at"])) == NOON + timedelta(hours=72)


async def test_nobody_else_sees_it(scene: Scene) -> None:
    stranger = await scene.filled.add_consumer(TenantId("ten_nobody"))
    path = f"/v1/erasures/{scene.erasure}"
    assert (await scene.served.ask("GET", path, stranger)).status == 404
    assert (await scene.served.ask("GET", path)).status == 401
    assert (await scene.served.ask("GET", "/v1/erasures/era_another", scene.token)).status == 404


async def test_the_client_signs_what_the_gateway_takes(scene: Scene) -> None:
    client = FeedClient(scene.served.client, str(scene.served.client._base_url), scene.token)
    with pytest.raises(FeedRefused, match="Nothing was recorded"):
        await client.acknowledge(scene.erasure)
    until = NOON + timedelta(days=90)
    await client.acknowledge(scene.erasure, Deletion(scene.signer.pem, "tenant", NOON, until))
    assert len(await scene.stored()) == 1
