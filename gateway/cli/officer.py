"""``gateway hold key`` and ``sign``: what officers do, on machines of their own. Opens no installation."""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import Parameter

from gateway.app.new_file import new_file
from gateway.cli.configured import console, read_file
from gateway.cli.standard_input import one_told
from gateway.errors import ConfigurationError
from gateway.proof.checkpoint import vkey
from gateway.proof.officers import countersigned, new_officer, officer, split
from gateway.proof.offline import Refused
from gateway.proposal import read

Made = TypeVar("Made")


async def key(
    file: Annotated[Path, Parameter(help="A file that is not there yet; keep it to yourself.")],
    name: Annotated[str, Parameter(help="Your name as an officer, without spaces.")],
) -> None:
    """Make an officer's key, closed by a passphrase that is asked for; prints what verifies it."""
    content, made = _accepted(lambda: new_officer(name, passphrase("A passphrase for the new key: ")))
    with new_file(file, "No key was made.") as opened:
        opened.write(content.encode())
    console().out(vkey(made), highlight=False)


async def sign(
    proposal: Annotated[Path, Parameter(help="The proposal; your signature is added to it.")],
    key: Annotated[Path, Parameter(help="Your key, as 'gateway hold key' made it.")],
) -> None:
    """Show what a proposal says, and sign it with the passphrase of your key."""
    note = read_text(proposal)
    text = split(note)[0]
    read(text)
    console().out(text, end="", highlight=False)
    signer = _accepted(lambda: officer(read_text(key), passphrase("To sign that, your passphrase: ")))
    try:
        proposal.write_text(countersigned(note, signer), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{proposal} cannot be written ({error.strerror}). Nothing was signed."
        ) from None
    console().print(f"Signed by {signer.key.name}.")


def passphrase(prompt: str) -> str:
    """Asked for at a terminal, without showing it; else the one line of the standard input."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else one_told("-")


def read_text(file: Path) -> str:
    """What stands in a file that officers hand on. Raises ConfigurationError."""
    try:
        return read_file(file).decode()
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file} is no text. Nothing was done.") from None


def _accepted(work: Callable[[], Made]) -> Made:
    """Raises ConfigurationError for what is refused."""
    try:
        return work()
    except Refused as refusal:
        raise ConfigurationError(str(refusal)) from None


def write_proposal(file: Path, text: str) -> None:
    """Write what officers are to sign into a file that is not there yet. Raises ConfigurationError."""
    with new_file(file, "Nothing was proposed.") as opened:
        opened.write(text.encode())
    console().print(f"Proposed, for a week. Each officer: 'gateway hold sign {file} KEY'.", soft_wrap=True)
