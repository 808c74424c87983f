"""Intended changes: what an operator tells a tenant of before it takes effect, and the tenant's answer.

Art. 28(2) GDPR asks it of other processors; here it holds for whatever else a tenant has relied on.
"""

from enum import StrEnum
from typing import NewType

import msgspec

from gateway.tenant import Agreed

ChangeId = NewType("ChangeId", str)


class Kind(StrEnum):
    """What is to change."""

    #: A version of the policy that the tenant lives by.
    POLICY = "policy"
    #: A version of our privacy policy, or of the notice for employees and visitors.
    TEXT = "text"
    #: Another legal entity operates this gateway.
    CONTROL = "control"
    #: A sub-processor joins in, or replaces another.
    PROCESSOR = "processor"
    #: A consumer who was not told so far.
    RECIPIENT = "recipient"

    @property
    def spares_who_objects(self) -> bool:
        """Whether a tenant that objects can go on without it."""
        return self not in {Kind.CONTROL, Kind.PROCESSOR}


class Intended(msgspec.Struct, frozen=True, kw_only=True, tag="intended"):
    """What was announced to a tenant. ``name`` is a policy, an entity, or where a text stands.

    Times are in epoch milliseconds. ``needs_answer`` is False for what tells no more: it holds at once.
    ``agreed`` is what is agreed to by accepting a policy.
    """

    id: ChangeId
    kind: Kind
    name: str
    what: str
    object_by: int
    effective_at: int
    needs_answer: bool
    agreed: Agreed | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True, tag="said"):
    """What was said of a change. ``withdraws``: the tenant withdraws on the day on which it takes effect."""

    change: ChangeId
    withdraws: bool = False


def in_a_line(text: str) -> str:
    """A text without line breaks and other spaces that nobody sees: it stands in lists and tables."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
