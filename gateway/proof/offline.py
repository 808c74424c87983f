"""Verifies a certificate of the gateway by itself: with Python and ``cryptography``, without a gateway.

    python offline.py CERTIFICATE --key VKEY [--witness VKEY]...

The file has a line of JSON, an empty line, and a proof (C2SP tlog-proof) that its hash is in a log (RFC 6962)
whose head the log and each named witness have signed. Exit code 0: it holds; 1: it does not; 2: no such file.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMATS = {f"calendar-gateway/{what}@v1" for what in ("certificate", "lifted-hold", "excluded-place")}
#: Kinds of keys in C2SP signed notes: a log's, and a witness's, who signs the time as well. Both are Ed25519.
LOG, WITNESS = 1, 4

FILE = re.compile(r"(?as)(\{[^\n]*\})\n\nc2sp\.org/tlog-proof@v1\nindex (0|[1-9]\d*)\n((?:[^\n]+\n)*)\n(.*)")
CHECKPOINT = re.compile("(([^\n]+)\n(0|[1-9][0-9]*)\n([^\n]+)\n)\n((?:\u2014 \\S+ \\S+\n)+)")


class Refused(Exception):
    """It does not hold. The sentence says what is wrong."""


class VerifierKey(NamedTuple):
    """Whose signatures are believed. A vkey tells it as NAME+ID+KEY."""

    name: str
    id: bytes
    kind: int
    public: bytes


class Verified(NamedTuple):
    """A certificate that holds, and where it stands in a log of this size."""

    certificate: dict[str, Any]
    position: int
    size: int


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text: str) -> bytes:
    """Raises Refused for all but the one way to write it."""
    with suppress(ValueError):
        raw = base64.b64decode(text)
        if base64.b64encode(raw).decode() == text:
            return raw
    raise Refused("A key, hash or signature is damaged. Take it again from where it came.")


def verifier_key(vkey: str) -> VerifierKey:
    """Raises Refused."""
    name, known, key = (*vkey.strip().split("+", 2), "", "")[:3]
    raw = unbase64(key)
    found = VerifierKey(name, sha256(name.encode(), b"\n", raw)[:4], raw[0] if raw else 0, raw[1:])
    if not name or found.id.hex() != known or found.kind not in {LOG, WITNESS}:
        raise Refused("That is no key of a log or witness, or it was changed. One reads NAME+ID+KEY.")
    return found


def open_checkpoint(note: str, *keys: VerifierKey) -> tuple[str, int, bytes]:
    """A log's name, size and root, if each of these keys has signed them. Raises Refused."""
    parts = CHECKPOINT.fullmatch(note)
    if parts is None:
        raise Refused("The checkpoint is cut off or damaged. Take the file again.")
    signed = [(name, unbase64(encoded)) for _, name, encoded in map(str.split, parts[5].split("\n")[:-1])]
    for key in keys:
        its = [signature[4:] for name, signature in signed if (name, signature[:4]) == (key.name, key.id)]
        if not its or not all(is_good(key, parts[1], signature) for signature in its):
            raise Refused(f"This was not signed by {key.name}, or was changed since. Do not rely on it.")
    return parts[2], int(parts[3]), unbase64(parts[4])


def is_good(key: VerifierKey, text: str, signed: bytes) -> bool:
    time = signed[: 8 * (key.kind == WITNESS)]
    said = f"cosignature/v1\ntime {int.from_bytes(time)}\n" if time else ""
    with suppress(InvalidSignature, ValueError):
        Ed25519PublicKey.from_public_bytes(key.public).verify(signed[len(time) :], (said + text).encode())
        return True
    return False


def root_over(position: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    """The root above a leaf with this path (RFC 9162, section 2.1.3.2), or None: no tree has one there."""
    node, last, root = position, size - 1, leaf
    for step in path:
        is_right = node & 1 or node == last
        root = sha256(b"\1", step, root) if is_right else sha256(b"\1", root, step)
        while is_right and node and not node & 1:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1 if last else -1
    return None if last or position >= size else root


def verify(file: bytes, key: VerifierKey, *witnesses: VerifierKey) -> Verified:
    """What a certificate's file says, if all of it holds. Raises Refused."""
    parts = FILE.fullmatch(file[:65_536].decode(errors="replace"))
    if parts is None:
        raise Refused("This is no certificate: a line of JSON, an empty line, and a proof. Is it whole?")
    position, path = int(parts[2]), [*map(unbase64, parts[3].split("\n")[:-1])]
    origin, size, root = open_checkpoint(parts[4], key, *witnesses)
    if key.kind != LOG or origin != key.name:
        raise Refused("This stands in another log than that of the key. Ask for the key of that one.")
    if root_over(position, size, sha256(b"\0", sha256(parts[1].encode())), path) != root:
        raise Refused("The log does not hold this certificate: one of them was changed. Do not rely on it.")
    verified = Verified(json.loads(parts[1]), position, size)
    if verified.certificate["format"] not in FORMATS:
        raise Refused("The certificate is of a form that is not known here. Take a newer verifier.")
    return verified


def told(verified: Verified, key: VerifierKey) -> str:
    """A verified certificate for people."""
    number, says = verified.position + 1, json.dumps(verified.certificate, indent=2)
    return f"It holds: number {number:,} of {verified.size:,} in the log {key.name}. It says:\n{says}"


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("certificate", type=Path)
    arguments.add_argument("--key", required=True)
    arguments.add_argument("--witness", action="append", default=[])
    given = arguments.parse_args()
    try:
        key, *witnesses = map(verifier_key, (given.key, *given.witness))
        answer, code = told(verify(given.certificate.read_bytes(), key, *witnesses), key), 0
    except Refused as refusal:
        answer, code = str(refusal), 1
    except OSError as error:
        answer, code = f"{given.certificate} cannot be read ({error.strerror}).", 2
    print(answer)  # noqa: T201  it is a program
    return code


if __name__ == "__main__":
    sys.exit(main())
