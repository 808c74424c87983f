"""POST /v1/subjects:resolve."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import pytest

from gateway.app.accountability.receipt import Resolutions, receipt_of
from gateway.app.consumers.overview import add_consumer
from gateway.app.persons.subjects import tells_users
from gateway.app.requests.opening import open_request
from gateway.app.tenants import find_tenant
from gateway.booking import TenantId
from gateway.client import FeedClient, FeedRefused
from gateway.clock import Clock
from gateway.minimization.lattice import Booker
from gateway.minimization.purposes import purposes
from gateway.request import RequestKind
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.subject import ENROLLED
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.keys import DataKeyOwner, KeyService
from gateway.web.evenly import BEAT_SECONDS, evenly
from gateway.web.limits import RESOLUTIONS_MAX
from gateway.web.parts import Parts
from tests.fakes.enrolled import ALL, BOOKERS, PEOPLE, RUBEN, USERS, WENDLA, allow, enrol, withdraw
from tests.fakes.installation import REGION, Installation, lose_access, open_installation
from tests.fakes.site import Site, open_site
from tests.gateway.web.served import Answer, Served, serve_parts


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as installation:
        yield installation


NOT_FOUND = (404, "/v1/problems/not-found")


@dataclass
class Bridge:
    """A consumer of a site, and what answers it."""

    site: Site
    served: Served
    token: str

    async def resolve(self, user: str, **other: str) -> Answer:
        question = {"tenant": self.site.tenant, "user": user} | other
        return await self.post(msgspec.json.encode(question))

    async def post(self, body: bytes) -> Answer:
        return await self.served.ask("POST", "/v1/subjects:resolve", self.token, data=body)

    async def pseudonym(self, user: str) -> str | None:
        """None: not there, as whoever never was."""
        answer = await self.resolve(user)
        if answer.status != 200:
            assert problem(answer) == NOT_FOUND
            return None
        told = answer.json
        assert (told["tenant"], told["user"]) == (self.site.tenant, user)
        return str(told["pseudonym"])

    async def counted(self) -> tuple[Resolutions, ...]:
        here = self.site.installation.parts
        overview = await find_tenant(here, self.site.tenant)
        return (await receipt_of(here, overview, None, None)).resolutions


class AskedFor(Keyring):
    """A keyring while whose answer of a subject's key something happens."""

    def __init__(
        self, keys: KeyService, meanwhile: Callable[[], Awaitable[None]], *, region: str, clock: Clock
    ) -> None:
        super().__init__(keys, region=region, clock=clock)
        self._meanwhile = meanwhile

    async def tenant(self, tenant: TenantId, owner: DataKeyOwner) -> TenantKeys:
        if owner.startswith(ENROLLED):
            await self._meanwhile()
        return await super().tenant(tenant, owner)


def problem(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"]


@asynccontextmanager
async def bridge_at(
    installation: Installation,
    *,
    policy: str = BOOKERS,
    basis: str = "b",
    purpose: str = "hot-desking",
    meanwhile: Callable[[Site], Awaitable[None]] | None = None,
) -> AsyncIterator[Bridge]:
    allow(installation)
    site = await open_site(installation, policy=policy, basis=basis)
    here = installation.parts
    _, token = await add_consumer(here, "backend", [site.tenant], purpose=purpose)

    async def obey_fence(standing: Standing) -> None:
        here.keyring.drop(standing.tenant)

    async def while_asked() -> None:
        if meanwhile is not None:
            await meanwhile(site)

    parts = Parts(
        here.store,
        AskedFor(here.keys, while_asked, region=REGION, clock=here.clock),
        Pulse(here.store, obey_fence),
        here.metrics,
        here.clock,
        purposes(here.rules.policies),
        tells_users=partial(tells_users, here),
    )
    async with serve_parts(parts) as served:
        yield Bridge(site, served, token)


async def test_an_enrolled_user_has_a_pseudonym_until_they_withdraw(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        assert await bridge.pseudonym(USERS[WENDLA]) is None
        await enrol(bridge.site, WENDLA)
        first = await bridge.pseudonym(USERS[WENDLA])
        assert first is not None
        assert await bridge.pseudonym(USERS[WENDLA]) == first
        assert await bridge.pseudonym(USERS[RUBEN]) is None
        await withdraw(bridge.site, user=USERS[WENDLA])
        assert await bridge.pseudonym(USERS[WENDLA]) is None
        await enrol(bridge.site, WENDLA)
        assert await bridge.pseudonym(USERS[WENDLA]) not in {first, None}


async def test_the_client_asks(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        await enrol(bridge.site, WENDLA)
        client = FeedClient(bridge.served.client, str(bridge.served.client._base_url), bridge.token)
        assert await client.resolve(bridge.site.tenant, "nobody") is None
        told = await client.resolve(bridge.site.tenant, USERS[WENDLA])
        assert told == await bridge.pseudonym(USERS[WENDLA])
        with pytest.raises(FeedRefused):
            await client.resolve(bridge.site.tenant, "")


async def test_nobody_is_found_by_an_address(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        await enrol(bridge.site, WENDLA)
        assert await bridge.pseudonym(WENDLA) is None


async def test_who_asks_that_nothing_be_told_of_them_is_nobody(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        await enrol(bridge.site, WENDLA)
        standing = await installation.standing(bridge.site.tenant)
        await open_request(installation.parts, standing, RequestKind.RESTRICTION, addresses=[WENDLA])
        assert await bridge.pseudonym(USERS[WENDLA]) is None


async def test_who_asks_it_while_they_are_looked_up_is_nobody(installation: Installation) -> None:
    async def restrict(site: Site) -> None:
        standing = await installation.standing(site.tenant)
        await open_request(installation.parts, standing, RequestKind.RESTRICTION, addresses=[WENDLA])

    async with bridge_at(installation, meanwhile=restrict) as bridge:
        await enrol(bridge.site, WENDLA)
        assert await bridge.pseudonym(USERS[WENDLA]) is None


async def test_who_withdraws_while_they_are_looked_up_is_nobody(installation: Installation) -> None:
    async def leave(site: Site) -> None:
        await withdraw(site, user=USERS[WENDLA])

    async with bridge_at(installation, meanwhile=leave) as bridge:
        await enrol(bridge.site, WENDLA)
        assert await bridge.pseudonym(USERS[WENDLA]) is None


async def test_a_tenant_of_a_store_that_was_put_back_is_not_answered_of(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        await enrol(bridge.site, WENDLA)
        own = (await installation.standing(bridge.site.tenant)).authorization
        await installation.parts.keys.raise_epoch(own.tenant, own.id, own.epoch + 1)
        answers = [await bridge.resolve(user) for user in (USERS[WENDLA], "nobody")]
        assert [problem(one) for one in answers] == [(503, "/v1/problems/unavailable")] * 2


async def test_who_is_there_takes_as_long_as_who_is_not(installation: Installation) -> None:
    loop = asyncio.get_running_loop()
    async with bridge_at(installation) as bridge:
        await enrol(bridge.site, WENDLA)
        began = loop.time()
        for user in (USERS[WENDLA], "nobody"):
            await bridge.pseudonym(user)
        assert loop.time() - began >= 2 * BEAT_SECONDS


@pytest.mark.parametrize(("policy", "basis"), [(BOOKERS, "f"), (PEOPLE, "b")], ids=["basis", "policy"])
async def test_where_user_ids_are_not_told_nobody_is_there(
    installation: Installation, policy: str, basis: str
) -> None:
    async with bridge_at(installation, policy=policy, basis=basis) as bridge:
        await enrol(bridge.site, WENDLA)
        assert await bridge.pseudonym(USERS[WENDLA]) is None
        assert await bridge.counted() == ()


@pytest.mark.parametrize("purpose", ["occupancy", PEOPLE, "pseudonyms"])
async def test_another_purpose_is_told_nothing(installation: Installation, purpose: str) -> None:
    installation.set_policy("pseudonyms", booker=Booker.PSEUDONYM)
    async with bridge_at(installation, policy=ALL, purpose=purpose) as bridge:
        await enrol(bridge.site, WENDLA)
        for user in (USERS[WENDLA], "nobody"):
            assert problem(await bridge.resolve(user)) == (403, "/v1/problems/not-for-this-purpose")
        assert await bridge.counted() == ()


async def test_another_tenant_is_not_there(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        other = await open_site(installation, policy=BOOKERS, basis="b")
        await enrol(other, WENDLA)
        for tenant in (other.tenant, "ten_nobody"):
            assert problem(await bridge.resolve(USERS[WENDLA], tenant=tenant)) == NOT_FOUND


async def test_a_suspended_tenant_is_not_there(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        await enrol(bridge.site, WENDLA)
        tenancy = await installation.tenancy(bridge.site.tenant)
        await lose_access(installation.store, tenancy)
        assert await bridge.pseudonym(USERS[WENDLA]) is None


async def test_each_question_is_counted_for_the_tenant_to_see(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        await enrol(bridge.site, WENDLA)
        for user in (USERS[WENDLA], "nobody", USERS[WENDLA]):
            await bridge.pseudonym(user)
        consumer = bridge.token.partition(".")[0]
        assert await bridge.counted() == (Resolutions(consumer, asked=3, told=2),)


async def test_only_so_many_may_be_asked_for(installation: Installation) -> None:
    async with bridge_at(installation) as bridge:
        asked = [bridge.post(b"{}") for _ in range(RESOLUTIONS_MAX)]
        assert {answer.status for answer in await asyncio.gather(*asked)} == {400}
        refused = await bridge.resolve(USERS[WENDLA])
        assert problem(refused) == (429, "/v1/problems/too-many-requests")
        assert int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"tenant": "ten_1"}',
        b'{"tenant": "ten_1", "user": ""}',
        b'{"tenant": "ten_1", "user": "u", "address": "a@b.example"}',
        b'{"tenant": "ten_1", "user": "' + b"u" * 201 + b'"}',
        b'{"tenant": "ten_1", "user": "u"}' + b" " * 5000,
        b"\xff",
        b'{"tenant": "ten_1", "user": "\xff"}',
        b'{"tenant": "ten_1", "user": "\\ud800"}',
        b'{"tenant": "ten_1", "user": ' + b"[" * 4000,
    ],
)
async def test_what_is_no_question_is_refused(installation: Installation, body: bytes) -> None:
    async with bridge_at(installation) as bridge:
        assert problem(await bridge.post(body)) == (400, "/v1/problems/bad-request")


async def test_an_answer_waits_for_the_beat() -> None:
    loop = asyncio.get_running_loop()

    async def found() -> str:
        return "found"

    async def broken() -> str:
        raise TimeoutError

    began = loop.time()
    assert await evenly(found()) == "found"
    with pytest.raises(TimeoutError):
        await evenly(broken())
    assert loop.time() - began >= 2 * BEAT_SECONDS
