"""Transmitter: who tells us of a tenant's people, how, and by what we believe it. Stored sealed."""

import hashlib
import hmac
from enum import StrEnum
from typing import NamedTuple, Self

import msgspec
from msgspec.structs import replace

from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, HOUR_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.signals.push import Push
from gateway.signals.stream import Agreed, Metadata

#: How often a stream is asked to say that it works; seldomer where it wants to, but once a day.
VERIFY_MILLISECONDS = HOUR_MILLISECONDS
VERIFY_MILLISECONDS_MAX = DAY_MILLISECONDS
#: How often a provider is asked what there is.
ASK_MILLISECONDS = 5 * MINUTE_MILLISECONDS


class TransmitterKind(StrEnum):
    """How it tells: by security event tokens, sent to us or fetched; by Okta's event hooks; by SCIM.

    Graph or Google, whichever the tenant's calendars are read from, is asked what became of accounts and our
    application.
    """

    SSF_PUSH = "ssf-push"
    SSF_POLL = "ssf-poll"
    OKTA = "okta"
    SCIM = "scim"
    GRAPH = "graph"
    GOOGLE = "google"

    @property
    def is_stream(self) -> bool:
        """Whether it tells by the Shared Signals Framework."""
        return self in {TransmitterKind.SSF_PUSH, TransmitterKind.SSF_POLL}

    @property
    def comes(self) -> bool:
        """Whether it comes to us by itself, and not only to say that we should ask."""
        return self not in {TransmitterKind.SSF_POLL, TransmitterKind.GRAPH, TransmitterKind.GOOGLE}

    @property
    def is_asked(self) -> bool:
        """Whether it tells only because it is asked what there is, and by no stream."""
        return not (self.comes or self.is_stream)


class Question(msgspec.Struct, frozen=True):
    """What a stream is to repeat, to show that it works. ``asked_at``: epoch milliseconds."""

    state: str
    asked_at: int


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """How far a provider was asked what became of accounts: ``cursor``, and ``since`` when that is known.

    ``rounds``: how often that was written down, so that what is told again bears the id that it had.
    ``application``: how ours stood then, in a word. ``since``: epoch milliseconds.
    """

    cursor: str | None = None
    since: int = 0
    rounds: int = 0
    application: str | None = None

    def __repr__(self) -> str:
        return "<Followed>"


class Transmitter(msgspec.Struct, frozen=True, kw_only=True):
    """One of them.

    ``shown``: SHA-256 of what it shows, beside the address that it knows. ``application``: its own id of what
    it has set up for us, where it tells of others as well. Of a stream: what its transmitter says of itself,
    what was agreed, the ``token`` that we show, what it is to repeat, and when it was agreed on anew
    (``replaced_at``, epoch milliseconds). The addresses are those of the day
    on which it was registered: what it says of itself later leads nowhere else. Of a provider that is asked:
    how far it was, and a mailbox that must stay ``closed`` to us, where the admin named one; and what it says
    in between, where it can (``push``).
    """

    kind: TransmitterKind
    issuer: str
    shown: bytes | None = None
    application: str | None = None
    organization: str | None = None
    metadata: Metadata | None = None
    agreed: Agreed | None = None
    token: str | None = None
    question: Question | None = None
    followed: Followed = Followed()
    closed: str | None = None
    replaced_at: int = 0
    push: Push | None = None

    def __repr__(self) -> str:
        return f"<Transmitter {self.kind}>"

    @classmethod
    def read(cls, record: bytes) -> Self:
        return msgspec.json.decode(record, type=cls)

    @property
    def written(self) -> bytes:
        return msgspec.json.encode(self)

    @property
    def pause(self) -> int | None:
        """How many milliseconds lie between two questions; None: it takes none, and comes when it likes."""
        if self.kind.is_asked:
            return ASK_MILLISECONDS
        if self.agreed is None:
            return None
        return min(max(VERIFY_MILLISECONDS, self.agreed.pause * 1000), VERIFY_MILLISECONDS_MAX)

    def is_shown(self, secret: str | None) -> bool:
        """Whether this is what it shows. Where nothing was agreed, nothing is."""
        hashed = hashlib.sha256((secret or "").encode(errors="surrogateescape")).digest()
        return self.shown is not None and hmac.compare_digest(hashed, self.shown)

    def hearing(self, finder: str | None) -> "Transmitter | None":
        """Once it said that an account, or all there is, is to be looked at; None where that is no news."""
        heard = None if self.push is None else self.push.hearing(finder)
        return None if heard is self.push else replace(self, push=heard)

    def taking(self) -> "Transmitter":
        """As a visit begins; the same where it said nothing since the last one."""
        taken = None if self.push is None else self.push.taking()
        return self if taken is self.push else replace(self, push=taken)

    def forgetting(self) -> "Transmitter":
        """Without the accounts that are to be looked at; the same where there are none."""
        push = None if self.push is None else self.push.forgetting()
        return self if push is self.push else replace(self, push=push)

    def beside(self, present: "Transmitter") -> "Transmitter":
        """With what it said while it was visited."""
        if self.push is None or present.push is None:
            return self
        return replace(self, push=self.push.beside(present.push))

    def asking(self, state: str, now: int) -> "Transmitter":
        """Once it was asked to repeat something."""
        return replace(self, question=Question(state, now))


def hash_of(secret: str) -> bytes:
    """What is kept of what a transmitter shows. It is random enough to need no salt."""
    return hashlib.sha256(secret.encode()).digest()


class Caller(NamedTuple):
    """Who comes with a secret of ours: which transmitter, of which tenant."""

    tenant: TenantId
    id: str
    transmitter: Transmitter

    def __repr__(self) -> str:
        return f"<Caller {self.id}>"

    @property
    def issuer(self) -> str:
        return self.transmitter.issuer

    @property
    def application(self) -> str | None:
        return self.transmitter.application
