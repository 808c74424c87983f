"""Recognition: whom of the organizers that a round meets we know, each opened under their own key."""

from dataclasses import replace
from typing import NamedTuple

import msgspec
import structlog

from connectors.port import Page
from gateway.booking import SubjectId
from gateway.drafting import draft
from gateway.errors import KeyUnavailable, Unreadable
from gateway.minimization.subjects import Subject, Subjects, organizers
from gateway.store.bookings import Draft, Recognized
from gateway.store.store import Store
from gateway.subject import Finder, SubjectRecord, label
from gateway.sync.sorting import Sorted
from gateway.sync.tenancy import Tenancy
from gateway.vault.columns import SealedColumn

log = structlog.get_logger()


async def informed(store: Store, tenancy: Tenancy) -> Tenancy:
    """The tenancy with the subjects of today.

    To be asked once a lease is held: whoever withdraws later ends it.
    """
    known = await store.look(tenancy.fence, tenancy.keys, lambda transaction: transaction.subjects.known())
    return replace(tenancy, subjects=known)


class _Opened(NamedTuple):
    """A subject, and what seals their bookings."""

    subject: Subject
    booker: SealedColumn


class Recognition:
    """Who is recognized in one round, as far as its pages name them."""

    def __init__(self, store: Store, tenancy: Tenancy) -> None:
        self._store = store
        self._tenancy = tenancy
        self._find = tenancy.keys.index.prepared(label(Finder.ADDRESS))
        self._known = tenancy.subjects
        self._opened = dict[SubjectId, _Opened | None]()

    @property
    def subjects(self) -> Subjects:
        """Whom an address finds, once the page that names it was met."""
        return Subjects(self._subject, self._is_suppressed if self._known.suppressed else None)

    async def meet(self, page: Page) -> None:
        """Open whoever of a page's organizers is enrolled. Whose key is not to be had is nobody."""
        if not (self._known.enrolled and self._tenancy.recognizes):
            return
        for subject in sorted(organizers(page.items, self._id) - self._opened.keys()):
            self._opened[subject] = await self._open(subject)

    def drafts(self, result: Sorted) -> list[Draft]:
        """What a page came to, as it would be stored."""
        index, series = self._tenancy.keys.index, result.series
        return [
            draft(
                index,
                row,
                put.booking,
                put.levels,
                series.get(row),
                put.uid,
                None if put.subject is None else self._recognized(put.subject),
            )
            for row, put in result.puts.items()
        ]

    def _recognized(self, subject: SubjectId) -> Recognized | None:
        """What seals a booking of this subject's."""
        opened = self._opened.get(subject)
        return None if opened is None else Recognized(opened.subject.id, opened.booker)

    async def _open(self, subject: SubjectId) -> _Opened | None:
        tenancy = self._tenancy
        try:
            keys = await tenancy.open_subject(subject)
            sealed = await self._store.look(
                tenancy.fence, tenancy.keys, lambda transaction: transaction.subjects.record(subject, keys)
            )
        except (KeyUnavailable, Unreadable) as error:
            log.warning("subject_not_opened", tenant=tenancy.tenant.id, code=type(error).__name__)
            return None
        if sealed is None:
            return None
        record = msgspec.json.decode(sealed, type=SubjectRecord)
        return _Opened(Subject(subject, record.pseudonym, record.user), keys.column("bookings", "booker"))

    def _id(self, address: str) -> SubjectId | None:
        return self._known.enrolled.get(self._find(address))

    def _subject(self, address: str) -> Subject | None:
        subject = self._id(address)
        opened = None if subject is None else self._opened.get(subject)
        return None if opened is None else opened.subject

    def _is_suppressed(self, address: str) -> bool:
        return self._find(address) in self._known.suppressed
