"""A log of made-up certificates, and the files that prove them."""

import json
from dataclasses import dataclass, field

from gateway.proof.checkpoint import Signer, certificate_file, log_signer
from gateway.proof.merkle import inclusion, leaf_hash, root
from gateway.proof.offline import sha256

FORMAT = "calendar-gateway/certificate@v1"
SEED = sha256(b"an installation of the tests")


@dataclass
class Log:
    """``lines``: certificates, in the order in which they were appended."""

    signer: Signer = field(default_factory=lambda: log_signer(SEED, 1))
    lines: list[bytes] = field(default_factory=list)

    def append(self, **members: object) -> None:
        self.lines.append(json.dumps({"format": FORMAT, **members}, separators=(",", ":")).encode())

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(sha256(line)) for line in self.lines]

    def checkpoint(self, size: int | None = None) -> str:
        leaves = self.leaves[:size]
        return self.signer.checkpoint(len(leaves), root(leaves))

    def file(self, position: int, checkpoint: str | None = None) -> bytes:
        path = inclusion(self.leaves, position)
        return certificate_file(
            self.lines[position], position, path, checkpoint or self.checkpoint()
        ).encode()


def a_log(size: int) -> Log:
    log = Log()
    for number in range(size):
        log.append(withdrawal=f"era_{number}")
    return log
