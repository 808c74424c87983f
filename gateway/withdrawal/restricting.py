"""Restricting: what a step of a request does, in its own transaction, to what is told of whoever asks.

It is what a withdrawal does, but that nothing of theirs is destroyed: so it can be lifted.
"""

from collections.abc import Collection

from gateway.booking import SubjectId
from gateway.request import SubjectRequest
from gateway.store.transaction import Transaction
from gateway.vault.index import Index
from gateway.withdrawal.subject_steps import hide

#: Whom nobody is: as much is done for whoever is not enrolled as for whoever is.
_NOBODY = SubjectId("")


def advance(
    transaction: Transaction, index: Index, request: SubjectRequest, found_by: Collection[str] = ()
) -> None:
    """Write what a request has become, a new one by whom it is found; restrict by it, or lift what it did.

    What else is stored obeys the rules of now once it is narrowed.
    """
    before = transaction.requests.find(request.id)
    transaction.requests.put(request, found_by)
    was_restricting = before is not None and before.restricts
    if request.restricts and not was_restricting:
        for subject in asking(transaction, request) or [_NOBODY]:
            transaction.subjects.conceal(subject)
            hide(transaction, index, subject)
    if was_restricting and not request.restricts:
        read_anew(transaction)


def asking(transaction: Transaction, request: SubjectRequest) -> list[SubjectId]:
    """Who of the enrolled asks."""
    enrolled = transaction.subjects.registered().enrolled
    found_by = transaction.requests.found_by(request.id)
    return sorted({enrolled[one] for one in found_by if one in enrolled})


def read_anew(transaction: Transaction) -> None:
    """Let all be read from its source: what is known of it now decides what is told."""
    transaction.calendars.read_anew()
    transaction.directory.restart()
