"""Signal: what an identity provider tells of its own accord about authorization. It only tightens. Pure."""

from enum import StrEnum
from typing import NamedTuple


class Claim(StrEnum):
    """What a signal proves, if its issuer is believed; of a person unless it says otherwise."""

    #: The account is gone for good, and its issuer is who decides that.
    DELETED = "deleted"
    #: It cannot be used: disabled, suspended, no more assigned, or deleted so that it can come back.
    DISABLED = "disabled"
    HIJACKED = "hijacked"
    #: It can be used again. That is no consent.
    RESTORED = "restored"
    #: What they had granted to us was taken back, or a token of theirs ended.
    CONSENT_REVOKED = "consent_revoked"
    CREDENTIALS_AT_RISK = "credentials_at_risk"
    RISK_HIGH = "risk_high"
    RISK_LOWERED = "risk_lowered"
    SESSIONS_ENDED = "sessions_ended"
    #: Claims, assurance or a device are not what they were.
    ATTRIBUTES_CHANGED = "attributes_changed"
    #: They are found by another name from now on.
    NAME_CHANGED = "name_changed"
    #: A name of theirs is another person's by now.
    NAME_RECYCLED = "name_recycled"
    #: Nothing will be told of them any more.
    OPTED_OUT = "opted_out"
    #: The organization's grant is gone, reduced or blocked by it.
    GRANT_LOST = "grant_lost"
    #: The provider has blocked our application, wherever it is used.
    APPLICATION_BLOCKED = "application_blocked"
    #: Our own credential is bad; nothing is said about any organization.
    CREDENTIAL_REFUSED = "credential_refused"
    #: The organization cannot be read, for a reason that nobody is certain of.
    ACCESS_DOUBTFUL = "access_doubtful"
    #: A promise to tell ends, or it may be that the permission does.
    WATCH_ENDING = "watch_ending"
    #: Nothing is told any more, or some of it was lost.
    WATCH_LOST = "watch_lost"
    #: The issuer's channel works: it has answered, or said so.
    CHANNEL_WORKS = "channel_works"
    #: It tells nothing until further notice.
    CHANNEL_SILENT = "channel_silent"
    #: We do not know what is told.
    UNKNOWN = "unknown"


class NameKind(StrEnum):
    """By what somebody is named. An account's id is never given to another; an address may be."""

    ACCOUNT = "account"
    ADDRESS = "address"
    #: What was granted: the hash of a refresh token, or of its beginning, as Google has it.
    GRANT = "grant"


class Name(NamedTuple):
    """One name of somebody, as their issuer has it; addresses are folded. Never logged, never stored."""

    kind: NameKind
    value: str

    def __repr__(self) -> str:
        return f"<Name {self.kind}>"


class Extent(StrEnum):
    """What a signal is about."""

    PERSON = "person"
    #: All of the organization.
    TENANT = "tenant"
    #: What tells us of signals.
    CHANNEL = "channel"
    #: What tells us of the changes of a calendar.
    WATCH = "watch"


class About(NamedTuple):
    """Whom a signal is about. ``names`` are those of one person; empty for anything else."""

    extent: Extent
    names: frozenset[Name] = frozenset()

    @classmethod
    def person(cls, *names: Name) -> "About":
        return cls(Extent.PERSON, frozenset(names))


TENANT = About(Extent.TENANT)
CHANNEL = About(Extent.CHANNEL)
WATCH = About(Extent.WATCH)


class Signal(NamedTuple):
    """One thing that is told. ``issuer`` and ``id`` name it: who repeats it tells nothing new.

    ``at``: when it happened, as its issuer has it, epoch milliseconds. ``state``: what is echoed to us of a
    question of ours, where it answers one.
    """

    issuer: str
    id: str
    about: About
    proves: Claim
    at: int
    state: str | None = None
