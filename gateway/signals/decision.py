"""Decision: what a signal does. One table, from what it proves; nothing in it widens anything. Pure."""

from collections.abc import Collection, Mapping
from enum import IntEnum, StrEnum
from typing import NamedTuple

from gateway.signals.signal import Claim, Extent, NameKind


class Effect(IntEnum):
    """What is done, the least first. From SUSPEND on a clock runs, or is over."""

    IGNORE = 0
    #: The tokens at hand are let go of: whether new ones are to be had, the provider says.
    REFRESH = 1
    #: Other promises to tell are asked for, and all is read anew.
    RECREATE = 2
    DEGRADE = 3
    SUSPEND = 4
    #: A person's key is destroyed, and with it what hangs on them.
    BURN = 5


class Reach(StrEnum):
    """Of a person, what is concerned: what they have granted, or all that is known of them."""

    LINK = "link"
    PERSON = "person"


class Decision(NamedTuple):
    """What is done, to how much of a person; and whether people are to hear of it soon."""

    effect: Effect
    reach: Reach = Reach.PERSON
    alerts: bool = False


DECISIONS: Mapping[Claim, Decision] = {
    Claim.DELETED: Decision(Effect.BURN),
    Claim.DISABLED: Decision(Effect.SUSPEND),
    Claim.HIJACKED: Decision(Effect.SUSPEND),
    Claim.RESTORED: Decision(Effect.IGNORE),
    Claim.CONSENT_REVOKED: Decision(Effect.SUSPEND, Reach.LINK),
    Claim.CREDENTIALS_AT_RISK: Decision(Effect.SUSPEND, Reach.LINK),
    Claim.RISK_HIGH: Decision(Effect.SUSPEND),
    Claim.RISK_LOWERED: Decision(Effect.IGNORE),
    Claim.SESSIONS_ENDED: Decision(Effect.REFRESH, Reach.LINK),
    Claim.ATTRIBUTES_CHANGED: Decision(Effect.REFRESH, Reach.LINK),
    # By what they are found now nobody has told us who may: an admin enrols them anew.
    Claim.NAME_CHANGED: Decision(Effect.IGNORE, alerts=True),
    # That of which it was a name is gone, as the issuer says that decides it.
    Claim.NAME_RECYCLED: Decision(Effect.BURN),
    Claim.OPTED_OUT: Decision(Effect.IGNORE, alerts=True),
    Claim.GRANT_LOST: Decision(Effect.SUSPEND),
    Claim.APPLICATION_BLOCKED: Decision(Effect.SUSPEND, alerts=True),
    Claim.CREDENTIAL_REFUSED: Decision(Effect.IGNORE, alerts=True),
    Claim.ACCESS_DOUBTFUL: Decision(Effect.DEGRADE),
    Claim.WATCH_ENDING: Decision(Effect.REFRESH),
    Claim.WATCH_LOST: Decision(Effect.RECREATE),
    Claim.CHANNEL_WORKS: Decision(Effect.IGNORE),
    Claim.CHANNEL_SILENT: Decision(Effect.IGNORE, alerts=True),
    Claim.UNKNOWN: Decision(Effect.IGNORE),
}

_OF_WATCHES = frozenset({Claim.WATCH_ENDING, Claim.WATCH_LOST})


def decide(
    proves: Claim, extent: Extent, found_by: Collection[NameKind] = (), *, at: int, granted_at: int
) -> Decision:
    """What a signal does to whoever it is about.

    ``found_by``: what found the person; ``granted_at``: when what it would end was given, or anew (epoch
    milliseconds). What would destroy suspends where it is older than that, where it is about more than a
    person, and where an address alone found them, which may be another's by now.
    """
    decided = DECISIONS[proves]
    if extent is Extent.CHANNEL or (extent is Extent.WATCH and proves not in _OF_WATCHES):
        return decided._replace(effect=Effect.IGNORE)
    if decided.effect is not Effect.BURN:
        return decided
    is_named = proves is Claim.NAME_RECYCLED or NameKind.ACCOUNT in found_by
    is_authoritative = extent is Extent.PERSON and is_named and at >= granted_at
    return decided if is_authoritative else decided._replace(effect=Effect.SUSPEND)
