"""Checkpoints of a log, signed by it and its witnesses, and the proofs that end in one: as C2SP has them."""

import base64
from collections.abc import Collection, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.proof.offline import LOG, Refused, VerifierKey, open_checkpoint, sha256, unbase64


class Signer:
    """Signs notes under a name (C2SP signed-note, Ed25519). ``seed``: the key's 32 bytes."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self.key = VerifierKey(name, sha256(name.encode(), b"\n", bytes([LOG]), public)[:4], LOG, public)

    def signed(self, text: str) -> str:
        """The note of a text that ends with its line."""
        signature = self.key.id + self._private.sign(text.encode())
        return f"{text}\n\u2014 {self.key.name} {_base64(signature)}\n"

    def checkpoint(self, size: int, root: bytes) -> str:
        """The signed head of the log that bears the signer's name (C2SP tlog-checkpoint)."""
        return self.signed(f"{self.key.name}\n{size}\n{_base64(root)}\n")


def log_signer(seed: bytes, number: int) -> Signer:
    """Signs an installation's log of that number. Its name is its own alone: it follows from the key."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return Signer(f"calendar-gateway/{sha256(public)[:8].hex()}/{number}", seed)


def vkey(key: VerifierKey) -> str:
    """A key as it is handed to whoever verifies."""
    return f"{key.name}+{key.id.hex()}+{_base64(bytes([key.kind]) + key.public)}"


def cosigned(checkpoint: str, returned: str, witnesses: Collection[VerifierKey]) -> str:
    """A checkpoint with what witnesses have signed below it since; the newest of each counts.

    ``returned``: the same checkpoint with their lines. Lines of others are left out. Raises Refused where it
    is another checkpoint, where no witness has signed it, and where one's signature does not hold.
    """
    text, lines = _parts(checkpoint)
    if open_checkpoint(returned) != open_checkpoint(checkpoint):
        raise Refused("That is not the checkpoint of this log at that size. Hand the witness this log's own.")
    added = {key: [line for line in _parts(returned)[1] if _is_by(line, key)] for key in witnesses}
    signed = {key: found for key, found in added.items() if found}
    if not signed:
        raise Refused("None of the witnesses in log.witnesses has signed it. Nothing was stored.")
    open_checkpoint(returned, *signed)
    kept = [line for line in lines if not any(_is_by(line, key) for key in signed)]
    return "\n".join([text, "", *kept, *(found[-1] for found in signed.values()), ""])


def certificate_file(certificate: bytes, position: int, path: Sequence[bytes], checkpoint: str) -> str:
    """A certificate, and the proof of where it stands (C2SP tlog-proof)."""
    proof = "".join(f"{_base64(step)}\n" for step in path)
    head = f"{certificate.decode()}\n\nc2sp.org/tlog-proof@v1\nindex {position}\n"
    return f"{head}{proof}\n{checkpoint}"


def extension_file(old_size: int, path: Sequence[bytes], checkpoint: str) -> str:
    """That a checkpoint extends an older one, as a witness takes it (C2SP tlog-witness, add-checkpoint)."""
    return "\n".join([f"old {old_size}", *map(_base64, path), "", checkpoint])


def _parts(checkpoint: str) -> tuple[str, list[str]]:
    text, _, lines = checkpoint.partition("\n\n")
    return text, lines.split("\n")[:-1]


def _is_by(line: str, key: VerifierKey) -> bool:
    """By name and id alone: whether it holds is another question."""
    _, name, encoded = line.split(" ")
    return name == key.name and unbase64(encoded)[:4] == key.id


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
