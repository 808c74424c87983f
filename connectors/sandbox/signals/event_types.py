"""What a transmitter tells: the types of CAEP 1.0, RISC 1.0 and the framework's own, in their final shape.

A type is named ``caep/session-revoked``; its members are those of its specification, made up.
"""

from collections.abc import Mapping

from connectors.sandbox.calendar import Event

_BASE = "https://schemas.openid.net/secevent"

_CAEP: Mapping[str, Event] = {
    "session-revoked": {},
    "token-claims-change": {"claims": {"role": "ro-admin"}},
    "credential-change": {
        "credential_type": "fido2-roaming",
        "change_type": "revoke",
        "friendly_name": "The blue key",
        "fido2_aaguid": "accced6a-63f5-490a-9eea-e59bc1896cfc",
    },
    "assurance-level-change": {
        "namespace": "NIST-AAL",
        "current_level": "nist-aal1",
        "previous_level": "nist-aal2",
        "change_direction": "decrease",
    },
    "device-compliance-change": {"previous_status": "compliant", "current_status": "not-compliant"},
    "session-established": {"fp_ua": "abb0b6e7da81a42233f8f2b1a8ddb1b9", "acr": "AAL2", "amr": ["otp"]},
    "session-presented": {"fp_ua": "abb0b6e7da81a42233f8f2b1a8ddb1b9", "ext_id": "12345"},
    "risk-level-change": {
        "principal": "USER",
        "current_level": "HIGH",
        "previous_level": "LOW",
        "risk_reason": "PASSWORD_FOUND_IN_DATA_BREACH",
    },
}

#: What all of CAEP may tell; of the reasons, free text about people.
_CAEP_COMMON: Event = {
    "initiating_entity": "policy",
    "reason_admin": {"en": "Somebody left the house"},
    "reason_user": {"en": "Ask your administrator"},
}

_RISC: Mapping[str, Event] = {
    "account-credential-change-required": {},
    "account-purged": {},
    "account-disabled": {"reason": "bulk-account"},
    "account-enabled": {},
    "identifier-changed": {"new-value": "another@posthorn.example"},
    "identifier-recycled": {},
    "credential-compromise": {"credential_type": "password"},
    "opt-in": {},
    "opt-out-initiated": {},
    "opt-out-cancelled": {},
    "opt-out-effective": {},
    "recovery-activated": {},
    "recovery-information-changed": {},
    "sessions-revoked": {},
}

#: What happens to people, or to what is theirs.
EVENT_TYPES: Mapping[str, Event] = {f"caep/{name}": _CAEP_COMMON | told for name, told in _CAEP.items()} | {
    f"risc/{name}": told for name, told in _RISC.items()
}

VERIFICATION, STREAM_UPDATED = "ssf/verification", "ssf/stream-updated"


def uri(name: str) -> str:
    """The URI of a type."""
    profile, _, event = name.partition("/")
    return f"{_BASE}/{profile}/event-type/{event}"


#: All that a receiver may ask for; what is told of the stream itself is told unasked.
SUPPORTED = tuple(map(uri, EVENT_TYPES))
