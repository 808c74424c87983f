"""What is true of a withdrawal that was proved: one certificate, which holds, in a log that is whole."""

from typing import Any

from sqlalchemy import func, select

from gateway.app.accountability.certificates import certificate
from gateway.app.accountability.transparency import log_keys
from gateway.booking import TenantId
from gateway.proof.certificate import BYTES_MAX
from gateway.proof.offline import Verified, verify
from gateway.store.leaves import newest_log
from gateway.store.tables import certificates, leaves
from tests.fakes.installation import Installation


async def proof_of(installation: Installation, tenant: TenantId, withdrawal: str | None = None) -> Verified:
    """What the certificate of a withdrawal, or of the newest, says to whoever verifies it."""
    file = await certificate(installation.parts, tenant, withdrawal)
    key, *_ = await log_keys(installation.parts)
    assert len(file.partition("\n")[0].encode()) <= BYTES_MAX
    return verify(file.encode(), key)


async def rows_of_proofs(installation: Installation) -> tuple[int, int]:
    """How many certificates there are, and how many leaves."""
    counts = [select(func.count()).select_from(table) for table in (certificates, leaves)]
    first, second = await installation.store.read(
        lambda handle: [handle.execute(count).scalar_one() for count in counts]
    )
    return first, second


async def assert_proved(installation: Installation, tenant: TenantId) -> dict[str, Any]:
    """A tenant's newest withdrawal was proved once, and last of all; what its certificate says."""
    verified, head = await proof_of(installation, tenant), await installation.store.read(newest_log)
    assert (verified.position, verified.size) == (head.size - 1, head.size)
    assert await rows_of_proofs(installation) == (head.size, head.size)
    assert await installation.parts.keys.log_size(head.log) == head.size
    assert set(verified.certificate["rows_left"].values()) == {0}
    return verified.certificate
