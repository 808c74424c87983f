"""A witness of a log: signs each checkpoint that extends the one it saw last, as C2SP witnesses do."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.proof.checkpoint import vkey
from gateway.proof.merkle import is_extension
from gateway.proof.offline import WITNESS, VerifierKey, open_checkpoint, sha256


class Witness:
    """Knows one log, and the largest of its heads that it has signed."""

    def __init__(self, name: str, log: VerifierKey) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(sha256(name.encode()))
        public = self._private.public_key().public_bytes_raw()
        self.key = VerifierKey(name, sha256(name.encode(), b"\n\4", public)[:4], WITNESS, public)
        self._log = log
        self.seen = 0, sha256()

    @property
    def vkey(self) -> str:
        """Its key, as an operator writes it into the settings."""
        return vkey(self.key)

    def add(self, request: str, time: int) -> str:
        """Take ``old SIZE``, a proof and a checkpoint; give the checkpoint back with a line of its own."""
        head, _, checkpoint = request.partition("\n\n")
        old, *path = head.split("\n")
        _, size, root = open_checkpoint(checkpoint, self._log)
        assert old == f"old {self.seen[0]}"
        assert is_extension(self.seen, (size, root), [base64.b64decode(step) for step in path])
        self.seen = size, root
        return checkpoint + self.line(checkpoint, time)

    def line(self, checkpoint: str, time: int) -> str:
        """Its signature on a checkpoint, whatever that is."""
        text, _, _ = checkpoint.partition("\n\n")
        signature = self._private.sign(f"cosignature/v1\ntime {time}\n{text}\n".encode())
        encoded = base64.b64encode(self.key.id + time.to_bytes(8) + signature).decode()
        return f"\u2014 {self.key.name} {encoded}\n"
