"""Continuous Access Evaluation Profile 1.0: what its events prove.

Why something was done (reason_admin, reason_user) is free text about people, and is not read.
"""

from collections.abc import Mapping

from gateway.signals.event_type import EventType, always
from gateway.signals.members import Members, text
from gateway.signals.signal import Claim

BASE = "https://schemas.openid.net/secevent/caep/event-type/"

#: Of a credential, what puts no other at risk. A change that we do not know may.
_HARMLESS = frozenset({"create", "update"})
#: A level that we do not know counts as high.
_BELOW_HIGH = frozenset({"LOW", "MEDIUM"})


def _credential_change(event: Members) -> Claim:
    is_harmless = text(event, "change_type") in _HARMLESS
    return Claim.ATTRIBUTES_CHANGED if is_harmless else Claim.CREDENTIALS_AT_RISK


def _risk_level_change(event: Members) -> Claim:
    return Claim.RISK_LOWERED if text(event, "current_level") in _BELOW_HIGH else Claim.RISK_HIGH


#: That a session began or went on (session-established, session-presented) says nothing about authorization.
TYPES: Mapping[str, EventType] = {
    f"{BASE}session-revoked": always(Claim.SESSIONS_ENDED),
    f"{BASE}token-claims-change": always(Claim.ATTRIBUTES_CHANGED),
    f"{BASE}credential-change": EventType(_credential_change),
    f"{BASE}assurance-level-change": always(Claim.ATTRIBUTES_CHANGED),
    f"{BASE}device-compliance-change": always(Claim.ATTRIBUTES_CHANGED),
    f"{BASE}risk-level-change": EventType(_risk_level_change),
}
