"""The installation's transparency log: appended to in one transaction with what it proves, never altered."""

from functools import partial
from typing import NamedTuple

from gateway.clock import DAY_MILLISECONDS
from gateway.errors import GatewayError
from gateway.proof.checkpoint import Signer, log_signer
from gateway.proof.merkle import Frontier
from gateway.proof.offline import Refused, open_checkpoint
from gateway.store.handle import Handle
from gateway.store.leaves import LogHead, append, checkpoint_of, leaves_of, newest_log, size_of
from gateway.store.row_lock import lock_installation
from gateway.store.store import Store
from gateway.vault.keys import KeyService
from gateway.vault.secret import SecretKey


class LogDamaged(GatewayError):
    """The log is not what was signed. Nothing is signed on top of it."""


class OpenLog(NamedTuple):
    """Which log goes on, and the key that signs it."""

    number: int
    key: SecretKey

    def signer(self, log: int) -> Signer:
        return self.key.use(lambda seed: log_signer(bytes(seed), log))


async def open_log(store: Store, keys: KeyService) -> OpenLog:
    """The log to append to. Raises KeyUnavailable.

    A store that has fewer leaves than were signed is a restored one: signed on top of them, one size would
    have two heads. It goes on with the next log.
    """
    number = (await store.read(newest_log)).log
    while await _is_behind(store, keys, number):
        number += 1
    return OpenLog(number, await keys.log_key())


async def _is_behind(store: Store, keys: KeyService, log: int) -> bool:
    # In this order: others append meanwhile, and tell afterwards.
    told = await keys.log_size(log)
    return await store.read(partial(size_of, log=log)) < told


class Seen(NamedTuple):
    """A log's tree as a process found it, signed; and when it looked at all leaves, epoch milliseconds."""

    log: int
    tree: Frontier
    looked_at: int


def append_leaf(
    handle: Handle, log: OpenLog, leaf: bytes, seen: Seen | None, now: int
) -> tuple[LogHead, Seen]:
    """Append a leaf and sign the new head. Raises LogDamaged if the log is not what was signed last.

    Of what this process has ``seen`` within a day only what is behind it is read: it was signed so. Returns
    with the new head what is seen by now, without the leaf, which is not committed yet.
    """
    lock_installation(handle)
    newest = newest_log(handle)
    head = newest if newest.log >= log.number else LogHead(log.number, 0)
    signer = log.signer(head.log)
    found = _seen(handle, head, signer, seen, now)
    tree = found.tree.grown([leaf])
    grown = LogHead(head.log, tree.size)
    append(handle, grown, leaf, signer.checkpoint(grown.size, tree.root))
    return grown, found


def check_head(handle: Handle, head: LogHead, signer: Signer, leaves: list[bytes]) -> None:
    """Raises LogDamaged unless the head that was signed at this size is that of these leaves."""
    if not _is_signed(handle, head, signer, Frontier().grown(leaves)):
        raise LogDamaged(
            "The transparency log was altered, or its key is another than signed it. Nothing was added. Put "
            "log.key back into the key directory if it was moved; else keep the database for whoever looks "
            "into it."
        )


def _seen(handle: Handle, head: LogHead, signer: Signer, seen: Seen | None, now: int) -> Seen:
    """The tree of a head that was signed. Raises LogDamaged."""
    if seen is not None and seen.log == head.log and 0 <= now - seen.looked_at < DAY_MILLISECONDS:
        tree = seen.tree.grown(leaves_of(handle, head.log, behind=seen.tree.size))
        if _is_signed(handle, head, signer, tree):
            return seen._replace(tree=tree)
    # Never seen, too long ago, or what was seen is not what stands here.
    leaves = leaves_of(handle, head.log)
    check_head(handle, head, signer, leaves)
    return Seen(head.log, Frontier().grown(leaves), now)


def _is_signed(handle: Handle, head: LogHead, signer: Signer, tree: Frontier) -> bool:
    if head.size == 0:
        return tree.size == 0
    try:
        signed = open_checkpoint(checkpoint_of(handle, head) or "", signer.key)
    except Refused:
        return False
    return tree.size == head.size and signed == (signer.key.name, head.size, tree.root)
