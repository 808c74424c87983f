"""The log as it is handed out: its heads extend each other, and a witness signs them beside it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gateway.app.accountability.certificates import certificate, verdict
from gateway.app.accountability.transparency import (
    NotProved,
    extension,
    log_keys,
    newest_checkpoint,
    shown_key,
    take_cosigned,
)
from gateway.app.service import check_installation
from gateway.app.tenants import withdraw_tenant
from gateway.booking import TenantId
from gateway.errors import ConfigurationError
from gateway.proof.checkpoint import extension_file, log_signer
from gateway.proof.offline import Refused, VerifierKey, open_checkpoint, verify
from gateway.settings import LogSettings
from tests.fakes.installation import Installation, open_installation
from tests.fakes.site import open_site
from tests.fakes.witness import Witness

SEED = bytes(range(32))


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


async def withdraw_one(installation: Installation) -> TenantId:
    site = await open_site(installation)
    await withdraw_tenant(installation.parts, site.tenant)
    return site.tenant


async def watched(installation: Installation, *names: str) -> list[Witness]:
    """Witnesses that the installation's settings name."""
    (key,) = await log_keys(installation.parts)
    found = [Witness(f"witness.example/{name}", key) for name in names]
    log = LogSettings(witnesses=tuple(shown_key(witness.key) for witness in found))
    settings = msgspec.structs.replace(installation.parts.settings, log=log)
    installation.parts = replace(installation.parts, settings=settings)
    return found


async def test_nothing_stands_in_a_new_log(installation: Installation) -> None:
    with pytest.raises(NotProved):
        await newest_checkpoint(installation.parts)
    assert [key.name.rpartition("/")[2] for key in await log_keys(installation.parts)] == ["1"]


async def test_every_head_extends_those_before_it(installation: Installation) -> None:
    (key,) = await log_keys(installation.parts)
    (witness,) = await watched(installation, "w1")
    seen = ""
    for size in range(1, 6):
        await withdraw_one(installation)
        newest = await newest_checkpoint(installation.parts)
        assert open_checkpoint(newest, key)[1] == size
        request = await extension(installation.parts, seen) if seen else extension_file(0, [], newest)
        assert request.endswith(newest)
        witness.add(request, size)
        seen = newest
    assert (await extension(installation.parts, seen)).startswith("old 5\n\n")


async def test_what_a_witness_has_signed_travels_with_certificates(installation: Installation) -> None:
    first = await withdraw_one(installation)
    (key,), (witness, silent) = await log_keys(installation.parts), await watched(installation, "w1", "w2")
    checkpoint = await newest_checkpoint(installation.parts)
    assert await take_cosigned(installation.parts, checkpoint + witness.line(checkpoint, 1)) == [
        "witness.example/w1"
    ]
    second = await withdraw_one(installation)
    proof = (await certificate(installation.parts, first)).encode()
    # The newest head that was witnessed counts, not the newest of all.
    assert verify(proof, key, witness.key).size == 1
    with pytest.raises(Refused):
        verify(proof, key, silent.key)
    alone = (await certificate(installation.parts, second)).encode()
    assert verify(alone, key).size == 2
    with pytest.raises(Refused):
        verify(alone, key, witness.key)
    newest = await newest_checkpoint(installation.parts)
    both = newest + witness.line(newest, 2) + silent.line(newest, 2)
    assert len(await take_cosigned(installation.parts, both)) == 2
    for tenant in (first, second):
        proof = (await certificate(installation.parts, tenant)).encode()
        assert verify(proof, key, witness.key, silent.key).size == 2


async def test_what_is_taken_back_is_looked_at(installation: Installation) -> None:
    await withdraw_one(installation)
    checkpoint, (witness,) = await newest_checkpoint(installation.parts), await watched(installation, "w1")
    stranger = Witness("witness.example/w9", witness.key)
    for line, why in [
        ("", "None of the witnesses"),
        (stranger.line(checkpoint, 1), "None of the witnesses"),
        (witness.line("log\n9\nnothing\n\n", 1), "not signed by witness"),
        ("\u2014 nonsense\n", "cut off or damaged"),
    ]:
        with pytest.raises(NotProved, match=why):
            await take_cosigned(installation.parts, checkpoint + line)
    other = log_signer(SEED, 1).checkpoint(1, SEED)
    with pytest.raises(NotProved, match="no log of this installation"):
        await take_cosigned(installation.parts, other + witness.line(other, 1))
    larger = checkpoint.replace("\n1\n", "\n7\n")
    with pytest.raises(NotProved, match="no checkpoint of that size"):
        await take_cosigned(installation.parts, larger + witness.line(larger, 1))
    assert await newest_checkpoint(installation.parts) == checkpoint


async def test_a_head_that_is_none_of_ours_is_not_extended(installation: Installation) -> None:
    await withdraw_one(installation)
    checkpoint = await newest_checkpoint(installation.parts)
    with pytest.raises(NotProved, match="no log of this installation"):
        await extension(installation.parts, log_signer(SEED, 1).checkpoint(1, SEED))
    with pytest.raises(NotProved, match="was changed since"):
        await extension(installation.parts, checkpoint.replace("\n1\n", "\n2\n"))
    with pytest.raises(NotProved, match="cut off"):
        await extension(installation.parts, checkpoint[:-9])
    ours = (await installation.parts.keys.log_key()).use(bytes)
    _, _, root = open_checkpoint(checkpoint)
    for size, head in ((1, SEED), (7, root)):
        with pytest.raises(NotProved, match="does not extend"):
            await extension(installation.parts, log_signer(ours, 1).checkpoint(size, head))


@pytest.mark.parametrize("wrong", ["witness.example/w1", shown_key(log_signer(SEED, 1).key)])
async def test_a_setting_that_is_no_witness_is_refused(installation: Installation, wrong: str) -> None:
    settings = msgspec.structs.replace(installation.parts.settings, log=LogSettings((wrong,)))
    with pytest.raises(ConfigurationError, match=r"log\.witnesses"):
        await check_installation(replace(installation.parts, settings=settings))


async def test_a_verdict_is_by_the_first_key_that_fits(installation: Installation) -> None:
    tenant = await withdraw_one(installation)
    (key,) = await log_keys(installation.parts)
    proof = (await certificate(installation.parts, tenant)).encode()
    others: list[VerifierKey] = [log_signer(SEED, number).key for number in (1, 2)]
    answer, holds = verdict(proof, [*others, key], [])
    assert (answer.startswith("It holds: number 1 of 1"), holds) == (True, True)
    answer, holds = verdict(proof, others, [])
    assert ("This was not signed by" in answer, holds) == (True, False)
