"""A token is one region's: where another is served, it is nobody's."""

from dataclasses import replace

from gateway.vault.keyring import Keyring
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import parts_of, serve, serve_parts
from tests.gateway.web.test_requests import assert_problem


async def test_a_token_reads_nothing_where_another_region_is_served(filled: FilledStore) -> None:
    """Not even beside the same store and keys: what it is kept in is sealed to its region."""
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    token = await filled.add_consumer(tenant)
    async with serve(filled) as served:
        assert await served.types(token)
    elsewhere = Keyring(filled.keys, region="us", clock=filled.clock)
    async with serve_parts(replace(parts_of(filled), keyring=elsewhere)) as served:
        assert_problem(await served.feed(token), 503, "unavailable")
