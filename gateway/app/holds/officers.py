"""Officers: who confirms, two together, what ends a legal hold or lets it be seen.

They stand beside the keys, each list of them signed by two of the one before: so no store that is put back
makes others of them, and no one person.
"""

from typing import NamedTuple

from gateway.app.parts import Parts
from gateway.errors import ConfigurationError
from gateway.proof.checkpoint import vkey
from gateway.proof.officers import signed_by, split
from gateway.proof.offline import LOG, Refused, VerifierKey, verifier_key
from gateway.proposal import NotConfirmed, Officers, read

#: Fewer could not confirm anything.
OFFICERS_MIN = 2


class Register(NamedTuple):
    """Who are officers now, and how many lists of them there have been."""

    number: int
    officers: tuple[VerifierKey, ...]


async def register(parts: Parts) -> Register:
    """Who may sign. Raises NotConfirmed where what stands beside the keys was altered, KeyUnavailable."""
    standing = Register(0, ())
    for note in await parts.keys.officers():
        standing = following(standing, note.decode(errors="replace"))
    return standing


def following(standing: Register, note: str) -> Register:
    """The register once a signed list is in force. Raises NotConfirmed."""
    proposal = read(split(note)[0])
    if not isinstance(proposal, Officers) or proposal.number != standing.number:
        raise NotConfirmed(
            "That is no list of officers that follows the one in force. Propose it anew with 'gateway hold "
            "officers'."
        )
    officers = officers_of(proposal.officers)
    # The first ones sign all: whoever is named has a key that works.
    known = standing.officers or officers
    needed = proposal.signatures if standing.officers else len(officers)
    signers(note, known, needed)
    return Register(standing.number + 1, officers)


def officers_of(vkeys: tuple[str, ...]) -> tuple[VerifierKey, ...]:
    """Officers by what 'gateway hold key' prints of each. Raises NotConfirmed."""
    try:
        found = tuple(verifier_key(one) for one in vkeys)
    except Refused as refusal:
        raise NotConfirmed(str(refusal)) from None
    people = {one.public for one in found}
    is_of_each = len({one.name for one in found}) == len(people) == len(found)
    if len(found) < OFFICERS_MIN or not is_of_each or any(one.kind != LOG for one in found):
        raise NotConfirmed(
            "A list of officers names two at the least, each once, by a name and a key of their own as "
            "'gateway hold key' prints them. Nothing was done."
        )
    return found


def signers(note: str, known: tuple[VerifierKey, ...], needed: int) -> tuple[str, ...]:
    """The names of officers who have signed, as many as are needed. Raises NotConfirmed."""
    try:
        found = signed_by(note, known)
    except Refused as refusal:
        raise NotConfirmed(str(refusal)) from None
    if len(found) < needed:
        raise NotConfirmed(
            f"{len(found)} of {needed} officers have signed it that have to, so nothing was done. Each signs "
            "with 'gateway hold sign'; 'gateway hold officers' names them."
        )
    return tuple(sorted(one.name for one in found))


async def changed(parts: Parts, add: list[str], remove: list[str]) -> tuple[int, tuple[str, ...]]:
    """The number of the next list, and who is on it. Raises NotConfirmed, ConfigurationError."""
    standing = await register(parts)
    left = [one for one in standing.officers if one.name not in remove]
    if len(left) + len(remove) != len(standing.officers):
        raise ConfigurationError("One of those to be removed is no officer. Nothing was proposed.")
    listed = (*(vkey(one) for one in left), *add)
    officers_of(listed)
    return standing.number, listed


async def put_in_force(parts: Parts, note: str) -> Register:
    """Let a signed list be the one in force. Raises NotConfirmed."""
    following_one = following(await register(parts), note)
    await parts.keys.record_officers(following_one.number - 1, note.encode())
    now = await register(parts)
    if now != following_one:
        raise NotConfirmed("Another list of officers came first. Look at it, and propose yours anew.")
    return now
