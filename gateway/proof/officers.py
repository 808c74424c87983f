"""Officers: whoever signs a proposal beside another. Their keys never come to the gateway."""

import re
from collections.abc import Collection

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from gateway.proof.checkpoint import Signer
from gateway.proof.offline import LOG, Refused, VerifierKey, is_good, unbase64

PASSPHRASE_MIN = 12
NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")
SIGNED = re.compile("(.*\n)\n((?:\u2014 \\S+ \\S+\n)+)", re.DOTALL)


def new_officer(name: str, passphrase: str) -> tuple[str, VerifierKey]:
    """A file that holds a new key, closed by a passphrase; and what verifies its signatures.

    Raises Refused for a name with spaces, or too short a passphrase.
    """
    if NAME.fullmatch(name) is None:
        raise Refused("An officer's name has letters, digits, '.', '_' and '-' only, at most 40.")
    if len(passphrase) < PASSPHRASE_MIN:
        raise Refused(f"The passphrase is too short: take {PASSPHRASE_MIN} characters at the least.")
    private = Ed25519PrivateKey.generate()
    closed = BestAvailableEncryption(passphrase.encode())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, closed).decode()
    return f"{name}\n{pem}", Signer(name, private.private_bytes_raw()).key


def officer(file: str, passphrase: str) -> Signer:
    """What signs as an officer. Raises Refused."""
    name, _, pem = file.partition("\n")
    try:
        private = load_pem_private_key(pem.encode(), passphrase.encode())
    except (ValueError, TypeError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise Refused("That key does not open: another passphrase, or no file of 'gateway hold key'.")
    return Signer(name, private.private_bytes_raw())


def countersigned(note: str, signer: Signer) -> str:
    """A text, or one that others have signed, with one more signature."""
    text, lines = split(note)
    return f"{text}\n{lines}{signer.signed(text)[len(text) + 1 :]}"


def split(note: str) -> tuple[str, str]:
    """A text, and the lines of who has signed it."""
    found = SIGNED.fullmatch(note)
    return (note, "") if found is None else (found[1], found[2])


def signed_by(note: str, known: Collection[VerifierKey]) -> set[VerifierKey]:
    """Which of these have signed a text. Others' lines count for nothing. Raises Refused for a false one."""
    text, lines = split(note)
    found = set[VerifierKey]()
    for _, name, encoded in map(str.split, lines.split("\n")[:-1]):
        raw = unbase64(encoded)
        for key in known:
            if (key.name, key.id) == (name, raw[:4]):
                if key.kind != LOG or not is_good(key, text, raw[4:]):
                    raise Refused(f"This was not signed by {name}, or was changed since. Nothing was done.")
                found.add(key)
    return found
