"""Risk Incident Sharing and Coordination 1.0: what its events prove. What a name became is not read."""

from collections.abc import Mapping

from gateway.signals.event_type import EventType, always
from gateway.signals.members import Members, text
from gateway.signals.signal import Claim

BASE = "https://schemas.openid.net/secevent/risc/event-type/"


def _account_disabled(event: Members) -> Claim:
    return Claim.HIJACKED if text(event, "reason") == "hijacking" else Claim.DISABLED


#: That somebody opted in, means to opt out or thought better of it changes nothing: signals come.
TYPES: Mapping[str, EventType] = {
    f"{BASE}account-credential-change-required": always(Claim.CREDENTIALS_AT_RISK),
    f"{BASE}account-purged": always(Claim.DELETED),
    f"{BASE}account-disabled": EventType(_account_disabled),
    f"{BASE}account-enabled": always(Claim.RESTORED),
    f"{BASE}identifier-changed": always(Claim.NAME_CHANGED),
    f"{BASE}identifier-recycled": always(Claim.NAME_RECYCLED),
    f"{BASE}credential-compromise": always(Claim.CREDENTIALS_AT_RISK),
    f"{BASE}opt-out-effective": always(Claim.OPTED_OUT),
    f"{BASE}recovery-activated": always(Claim.ATTRIBUTES_CHANGED),
    f"{BASE}recovery-information-changed": always(Claim.ATTRIBUTES_CHANGED),
    f"{BASE}sessions-revoked": always(Claim.SESSIONS_ENDED),
}
