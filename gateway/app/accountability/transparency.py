"""The transparency log as an admin hands it out: its keys and heads, and that one extends another."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from gateway.app.parts import Parts
from gateway.errors import ConfigurationError, GatewayError
from gateway.proof.checkpoint import cosigned, extension_file, vkey
from gateway.proof.merkle import consistency, root
from gateway.proof.offline import WITNESS, Refused, VerifierKey, open_checkpoint, verifier_key
from gateway.store.handle import Handle
from gateway.store.leaves import LogHead, checkpoint_of, cosign, leaves_of, newest_log, size_of
from gateway.store.row_lock import lock_installation
from gateway.withdrawal.log import OpenLog, check_head

Result = TypeVar("Result")


class NotProved(GatewayError):
    """There is no proof yet, or what was shown does not hold. The sentence says which."""


async def installed_log(parts: Parts) -> OpenLog:
    """The newest log, and the key that signs all of the installation's. Raises KeyUnavailable."""
    newest = await parts.store.read(newest_log)
    return OpenLog(newest.log, await parts.keys.log_key())


async def log_keys(parts: Parts) -> list[VerifierKey]:
    """What verifies the installation's logs, the newest first."""
    log = await installed_log(parts)
    return [log.signer(number).key for number in range(log.number, 0, -1)]


async def newest_checkpoint(parts: Parts) -> str:
    """The newest signed head. Raises NotProved while nothing stands in the log."""
    return await parts.store.read(lambda handle: _checkpoint(handle, newest_log(handle)))


async def extension(parts: Parts, older: str) -> str:
    """The newest head of a log, and that it extends an older one. Raises NotProved, LogDamaged."""
    return await parts.store.read(partial(_extension, older, await installed_log(parts)))


async def take_cosigned(parts: Parts, returned: str) -> list[str]:
    """Keep what witnesses have added to a head, and tell who they are. Raises NotProved."""
    take, known = partial(_take_cosigned, returned, await installed_log(parts)), witnesses(parts)
    return await parts.store.administer(lambda registry: take(known, registry.handle))


def witnesses(parts: Parts) -> list[VerifierKey]:
    """Who may sign the log's heads beside it. Raises ConfigurationError."""
    try:
        found = [verifier_key(one) for one in parts.settings.log.witnesses]
    except Refused as refusal:
        raise ConfigurationError(f"log.witnesses cannot be used. {refusal}") from None
    if any(one.kind != WITNESS for one in found):
        raise ConfigurationError(
            "log.witnesses names a key that signs logs. A witness has one of its own kind (C2SP "
            "tlog-cosignature, Ed25519): ask it for that."
        )
    return found


def shown_key(key: VerifierKey) -> str:
    """A key as it is handed out."""
    return vkey(key)


def told(work: Callable[[], Result]) -> Result:
    """What was refused is told to people. Raises NotProved."""
    try:
        return work()
    except Refused as refusal:
        raise NotProved(str(refusal)) from None


def _extension(older: str, log: OpenLog, handle: Handle) -> str:
    origin, _, _ = told(lambda: open_checkpoint(older))
    head = _head_of(handle, log, origin)
    signer, leaves = log.signer(head.log), leaves_of(handle, head.log)
    _, size, old_root = told(lambda: open_checkpoint(older, signer.key))
    check_head(handle, head, signer, leaves)
    if size > head.size or root(leaves[:size]) != old_root:
        raise NotProved(
            "The log does not extend that checkpoint, though its key has signed it. Keep both: they show "
            "that the log was altered, or that its database was restored."
        )
    return extension_file(size, consistency(leaves, size), _checkpoint(handle, head))


def _take_cosigned(returned: str, log: OpenLog, known: list[VerifierKey], handle: Handle) -> list[str]:
    lock_installation(handle)
    origin, size, _ = told(lambda: open_checkpoint(returned))
    head = _head_of(handle, log, origin)._replace(size=size)
    merged = told(lambda: cosigned(_checkpoint(handle, head), returned, known))
    names = [one.name for one in known if f"\n\u2014 {one.name} " in merged]
    cosign(handle, head, merged, len(names))
    return names


def _head_of(handle: Handle, log: OpenLog, origin: str) -> LogHead:
    """The log of that name as it stands. Raises NotProved."""
    for number in range(log.number, 0, -1):
        if log.signer(number).key.name == origin:
            return LogHead(number, size_of(handle, number))
    raise NotProved("That checkpoint is of no log of this installation. 'gateway log key' names its own.")


def _checkpoint(handle: Handle, head: LogHead) -> str:
    found = checkpoint_of(handle, head)
    if found is None:
        raise NotProved(
            "The log has no checkpoint of that size: withdrawals are proved one by one, each adds 1."
        )
    return found
