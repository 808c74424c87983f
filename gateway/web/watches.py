"""What providers tell of their own watches: in a word, for whoever has it stand among the signals."""

from gateway.booking import TenantId
from gateway.signals.notification import Told

#: What is told of a watch, beside that a calendar has changed.
_OF_WATCHES = frozenset({Told.ENDING, Told.ENDED})


class Watches:
    """Of each tenant, each sort once, however often it is told, and of however many calendars."""

    def __init__(self) -> None:
        self._told = set[tuple[TenantId, Told]]()

    def note(self, tenant: TenantId, told: Told) -> None:
        if told in _OF_WATCHES:
            self._told.add((tenant, told))

    def take(self) -> frozenset[tuple[TenantId, Told]]:
        """What was told since it was last taken."""
        told, self._told = frozenset(self._told), set()
        return told
