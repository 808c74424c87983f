"""When consumers were last here."""

from datetime import timedelta

from gateway.clock import MINUTE_MILLISECONDS, milliseconds
from gateway.store.consumers import ConsumerRows, mark_used
from gateway.web.uses import Uses
from tests.fakes.filled_store import FilledStore
from tests.gateway.web.served import Served


def test_what_is_news_is_taken_once() -> None:
    uses = Uses()
    uses.note("con_1", 90_000)
    uses.note("con_2", 59_999)
    assert uses.take() == {"con_1": MINUTE_MILLISECONDS, "con_2": 0}
    uses.note("con_1", 90_001)
    assert uses.take() == {}
    uses.note("con_1", 120_000)
    assert uses.take() == {"con_1": 2 * MINUTE_MILLISECONDS}


async def used(filled: FilledStore) -> list[int | None]:
    return [one.used_at for one in await filled.consumers(ConsumerRows.all)]


async def test_who_shows_good_credentials_was_here(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token, revoked = await filled.add_consumer(tenant), await filled.add_consumer(tenant)
    await filled.revoke(revoked)
    for one in (revoked, f"{token}?", token.partition(".")[0]):
        assert (await served.feed(one)).status == 401
    await served.ask("GET", "/v1/reference", token)
    assert served.parts.uses.take() == {}
    for path in ("/v1/feed", "/v1/resources", "/v1/erasures/era_nobody"):
        filled.clock.move(timedelta(minutes=1))
        await served.ask("GET", path, token)
        now = milliseconds(filled.clock())
        assert served.parts.uses.take() == {token.partition(".")[0]: now - now % MINUTE_MILLISECONDS}, path


async def test_it_is_written_down_and_does_not_move_back(filled: FilledStore) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    consumer = token.partition(".")[0]

    async def write(at: int) -> list[int | None]:
        uses = {consumer: at, "con_gone": at}
        await filled.store.administer(lambda rows: mark_used(rows.handle, uses))
        return await used(filled)

    assert [await write(at) for at in (120_000, 60_000, 180_000)] == [[120_000], [120_000], [180_000]]
