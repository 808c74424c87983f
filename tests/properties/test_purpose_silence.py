"""Purposes: what a consumer reads follows from what its purpose shows, and from nothing else.

Two histories that agree once narrowed are read as the same bytes, and what was read comes to what stands.
"""

from hypothesis import HealthCheck, given, settings

from tests.fakes.filled_store import FilledStore
from tests.properties.purpose_readers import play
from tests.properties.purpose_twins import Tale, tales


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tales)
async def test_histories_that_look_alike_for_a_purpose_are_read_alike(
    filled: FilledStore, tale: Tale
) -> None:
    await play(filled, tale)
