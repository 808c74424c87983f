"""What the counters say of the wire, beside what the stand-ins say of the same."""

from itertools import product
from pathlib import Path

import pytest

from connectors.meter import Outcome
from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider as Whose
from gateway.app.providers.metering import meters
from gateway.app.service import NotRead
from gateway.metrics import Metrics
from gateway.tenant import Mode, Provider
from tests.gateway.app.scene import WAYS, copied, counted, grown, scene


def test_an_attempt_is_counted_by_provider_and_outcome_and_nothing_else() -> None:
    metrics = Metrics()
    for provider in Provider:
        for outcome in Outcome:
            tell = meters(metrics)(provider)
            tell(outcome, bytearray(b"Anna"), 1.5)
            tell(outcome, bytearray(), 0)
    series = set(product(Provider, Outcome))
    assert counted(metrics, "gateway_provider_attempts") == dict.fromkeys(series, 2)
    assert counted(metrics, "gateway_provider_bytes") == dict.fromkeys(series, 4)
    assert counted(metrics, "gateway_provider_wait_seconds") == dict.fromkeys(series, 1.5)
    assert b"Anna" not in metrics.exposition()


@pytest.mark.parametrize(("provider", "mode"), WAYS)
async def test_counters_tell_what_the_provider_says_it_answered(
    tmp_path: Path, identity: Identity, provider: Whose, mode: Mode
) -> None:
    async with scene(tmp_path, identity, provider, mode) as here:
        key = (provider.value, "ok")
        await here.sync()
        assert here.counted("gateway_provider_attempts") == {key: here.requests}
        before, sent = copied(here.ledger), here.counted("gateway_provider_bytes")[key]
        await here.sync()
        assert here.counted("gateway_provider_attempts") == {key: here.requests}
        # The directory is not read again, so all that came was events, which the ledger counts.
        size, _, _ = grown(before, here.ledger)
        assert here.counted("gateway_provider_bytes")[key] - sent == size > 0


async def test_counters_tell_throttling_and_refusals_as_often_as_they_were_met(
    tmp_path: Path, identity: Identity
) -> None:
    async with scene(tmp_path, identity, Whose.MICROSOFT, Mode.SNAPSHOT) as here:
        await here.sync()
        before = here.counted("gateway_provider_attempts")["microsoft", "ok"]
        here.sandbox.faults.refuse("graph.view", 429, times=2, headers={"Retry-After": "86400"})
        here.sandbox.faults.refuse("graph.view", 404, times=1)
        asked = here.requests
        with pytest.raises(NotRead):
            await here.sync()
        attempts = here.counted("gateway_provider_attempts")
        assert (attempts["microsoft", "throttled"], attempts["microsoft", "refused"]) == (2, 1)
        assert sum(attempts.values()) - before == here.requests - asked
        assert {outcome for _, outcome in attempts} == {"ok", "throttled", "refused"}
