"""Mark: how far a consumer has read one tenant's log."""

import msgspec

from gateway.entry import ABOUT_TENANT, Entry, EntryKind

#: What is news only to who was told of it.
REMOVALS = frozenset({EntryKind.BOOKING_REMOVED, EntryKind.RESOURCE_REMOVED, EntryKind.SUBJECT_ERASED})


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """Three positions in the log.

    ``position``: the last entry read. ``start``: where the log ended when reading began from nothing; the
    log is compacted, so what was removed up to there has never been told. ``notice``: the last entry about
    the tenant as a whole that was told ahead of its turn, while nothing else might be.
    """

    position: int
    start: int
    notice: int

    @classmethod
    def beginning(cls, head: int) -> "Mark":
        """Nothing read yet of a log that ends at ``head``."""
        return cls(0, head, 0)

    @classmethod
    def at(cls, head: int) -> "Mark":
        """All that a log tells up to ``head`` is known, or stands in what is handed out with this."""
        return cls(head, head, head)

    @property
    def heard(self) -> int:
        """The last entry about the tenant as a whole that was told, or whose turn has passed."""
        return max(self.position, self.notice)

    def is_behind(self, horizon: int) -> bool:
        """Whether a removal that should be told may be among those forgotten, up to ``horizon``."""
        return max(self.position, self.start) < horizon

    def is_ahead_of(self, head: int) -> bool:
        """Whether it was made on a log that reached further: the store is an older copy of itself."""
        return self.heard > head

    def tells(self, entry: Entry) -> bool:
        """Whether an entry that is read in its turn is news."""
        if entry.kind in ABOUT_TENANT:
            return entry.position > self.notice
        return entry.kind not in REMOVALS or entry.position > self.start

    def read(self, entry: Entry) -> "Mark":
        """After reading an entry in its turn."""
        return msgspec.structs.replace(self, position=entry.position)

    def notified(self, entry: Entry) -> "Mark":
        """After telling an entry ahead of its turn. Behind an erasure nothing is left to be read."""
        erased = entry.kind is EntryKind.TENANT_ERASED
        position = entry.position if erased else self.position
        return msgspec.structs.replace(self, position=position, notice=entry.position)
