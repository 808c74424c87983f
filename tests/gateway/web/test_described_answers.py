"""What answers is what the description says: asked by a program that reads it, well and badly, at random."""

import asyncio
import sys
from pathlib import Path

from gateway.web.operations import OPERATIONS
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Served

HOOKS = "tests.gateway.web.schemathesis_hooks"
#: The same ones at every run.
BOUNDS = ("--max-examples=8", "--generation-deterministic")

#: A cursor is opaque, and an interval has an end behind its beginning: a schema cannot say so.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "400", "404", "410", "422"]

[parameters]
"path.resource" = "north"
"path.erasure" = "{erasure}"
"query.wait" = 0
"""


async def test_nothing_undocumented_is_answered(filled: FilledStore, served: Served, tmp_path: Path) -> None:
    tenant, gone = await filled.add_tenant("harbour"), await filled.add_tenant("quarry")
    for room in ("north", "south"):
        await filled.put_resource(tenant, a_resource(room))
        await filled.put(tenant, *(a_booking(f"{room}-{number}", room) for number in range(3)))
    token = await filled.add_consumer(tenant, gone)
    served.limits.requests_max = sys.maxsize
    (tmp_path / "schemathesis.toml").write_text(CONFIG.format(erasure=await filled.withdraw(gone)))
    asking = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("st"),
        "--config-file",
        tmp_path / "schemathesis.toml",
        "run",
        f"{served.client._base_url}/v1/openapi.json",
        f"--header=Authorization: Bearer {token}",
        "--checks=all",
        *BOUNDS,
        "--no-color",
        env={"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(Path.cwd())},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asking.communicate()
    assert asking.returncode == 0, told.decode()
    assert f"{len(OPERATIONS)} selected / {len(OPERATIONS)} total".encode() in told
