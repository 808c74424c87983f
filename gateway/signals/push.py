"""Push: what a tenant's own provider says between two visits, and what is to be looked at for it. Pure.

What it says is a hint: a visit looks, and only what that shows becomes a signal.
"""

import msgspec
from msgspec.structs import replace

#: Of people whom we know; whoever else is hinted at meanwhile is found by the daily listing.
HINTS_MAX = 1000


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """To say something of a topic, at a ``url``. ``resource`` is asked for beside the id to end it.

    ``renew_at``: when another is asked for; ``expires_at``: when it ends. Epoch milliseconds.
    """

    topic: str
    id: str
    resource: str
    url: str
    renew_at: int
    expires_at: int

    def __repr__(self) -> str:
        return f"<Promise {self.topic}>"


class Push(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed: the ``secret`` in the address, the ``token`` that is repeated, the promises so far.

    ``tried_at``: when one was refused last, epoch milliseconds. ``hints`` are accounts to look at, by the
    keyed hash that finds whose it is, and ``called`` is to look at all there is: both are written by whoever
    hears, all else by whoever visits.
    ``reading`` are the accounts that a visit has taken over, until it has looked at them.
    """

    secret: str
    token: str
    promises: tuple[Promise, ...] = ()
    tried_at: int = 0
    hints: tuple[str, ...] = ()
    called: bool = False
    reading: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "<Push>"

    def hearing(self, finder: str | None) -> "Push":
        """Once it was heard that there is something to look at; the same where that is known."""
        if finder is None:
            return self if self.called else replace(self, called=True)
        is_known = finder in self.hints or len(self.hints) >= HINTS_MAX
        return self if is_known else replace(self, hints=(*self.hints, finder))

    def taking(self) -> "Push":
        """As a visit begins: what is heard from now on was heard later. The same where there is nothing."""
        if not self.is_calling:
            return self
        reading = tuple(dict.fromkeys((*self.reading, *self.hints)))
        return replace(self, hints=(), called=False, reading=reading)

    def having_looked(self, accounts: int) -> "Push":
        """Once the first so many accounts were looked at."""
        return replace(self, reading=self.reading[accounts:])

    def putting_off(self) -> "Push":
        """With the first account behind all others, since it cannot be looked at now."""
        return replace(self, reading=(*self.reading[1:], *self.reading[:1]))

    def forgetting(self) -> "Push":
        """Without any account; the same where none is named."""
        return replace(self, hints=(), reading=()) if self.hints or self.reading else self

    def beside(self, heard: "Push") -> "Push":
        """With what was heard meanwhile."""
        return replace(self, hints=heard.hints, called=heard.called)

    @property
    def is_calling(self) -> bool:
        """Whether something was heard that no visit has taken over."""
        return self.called or bool(self.hints)
