"""What each type of event proves, and when it happened."""

from typing import Any

import pytest

from gateway.signals import caep, google_risc, risc, ssf
from gateway.signals.receiver import received
from gateway.signals.signal import CHANNEL, About, Claim, Name, NameKind, Signal
from gateway.signals.subject_identifier import NOBODY
from tests.fakes.security_events import (
    ABSENT,
    AT,
    CAEP,
    EXPECTED,
    EXPECTED_OF_GOOGLE,
    GOOGLE,
    ISSUER,
    NOW,
    OAUTH,
    RISC,
    SSF,
    STREAM,
    event,
    google_event,
    ring,
    signed,
)

ANY: dict[str, Any] = {}
SSE = SSF.replace("/ssf/", "/sse/")

CLAIMS = [
    (f"{CAEP}session-revoked", ANY, Claim.SESSIONS_ENDED),
    (f"{CAEP}token-claims-change", {"claims": {"role": "ro-admin"}}, Claim.ATTRIBUTES_CHANGED),
    (f"{CAEP}credential-change", {"change_type": "create"}, Claim.ATTRIBUTES_CHANGED),
    (f"{CAEP}credential-change", {"change_type": "update"}, Claim.ATTRIBUTES_CHANGED),
    (f"{CAEP}credential-change", {"change_type": "revoke"}, Claim.CREDENTIALS_AT_RISK),
    (f"{CAEP}credential-change", {"change_type": "delete"}, Claim.CREDENTIALS_AT_RISK),
    (f"{CAEP}credential-change", {"change_type": "something new"}, Claim.CREDENTIALS_AT_RISK),
    (f"{CAEP}credential-change", ANY, Claim.CREDENTIALS_AT_RISK),
    (f"{CAEP}assurance-level-change", {"change_direction": "increase"}, Claim.ATTRIBUTES_CHANGED),
    (f"{CAEP}assurance-level-change", {"change_direction": "decrease"}, Claim.ATTRIBUTES_CHANGED),
    (f"{CAEP}device-compliance-change", {"current_status": "not-compliant"}, Claim.ATTRIBUTES_CHANGED),
    (f"{CAEP}session-established", ANY, Claim.UNKNOWN),
    (f"{CAEP}session-presented", ANY, Claim.UNKNOWN),
    (f"{CAEP}risk-level-change", {"current_level": "HIGH"}, Claim.RISK_HIGH),
    (f"{CAEP}risk-level-change", {"current_level": "MEDIUM"}, Claim.RISK_LOWERED),
    (f"{CAEP}risk-level-change", {"current_level": "LOW", "previous_level": "HIGH"}, Claim.RISK_LOWERED),
    (f"{CAEP}risk-level-change", {"current_level": "EXTREME"}, Claim.RISK_HIGH),
    (f"{CAEP}risk-level-change", {"current_level": ["LOW"]}, Claim.RISK_HIGH),
    (f"{RISC}account-credential-change-required", ANY, Claim.CREDENTIALS_AT_RISK),
    (f"{RISC}account-purged", ANY, Claim.DELETED),
    (f"{RISC}account-disabled", {"reason": "hijacking"}, Claim.HIJACKED),
    (f"{RISC}account-disabled", {"reason": "bulk-account"}, Claim.DISABLED),
    (f"{RISC}account-disabled", {"reason": 5}, Claim.DISABLED),
    (f"{RISC}account-disabled", ANY, Claim.DISABLED),
    (f"{RISC}account-enabled", ANY, Claim.RESTORED),
    (f"{RISC}identifier-changed", {"new-value": "ines@new.example"}, Claim.NAME_CHANGED),
    (f"{RISC}credential-compromise", {"credential_type": "password"}, Claim.CREDENTIALS_AT_RISK),
    (f"{RISC}opt-in", ANY, Claim.UNKNOWN),
    (f"{RISC}opt-out-initiated", ANY, Claim.UNKNOWN),
    (f"{RISC}opt-out-cancelled", ANY, Claim.UNKNOWN),
    (f"{RISC}opt-out-effective", ANY, Claim.OPTED_OUT),
    (f"{RISC}recovery-activated", ANY, Claim.ATTRIBUTES_CHANGED),
    (f"{RISC}recovery-information-changed", ANY, Claim.ATTRIBUTES_CHANGED),
    (f"{RISC}sessions-revoked", ANY, Claim.SESSIONS_ENDED),
]
OF_GOOGLE = [
    (f"{OAUTH}tokens-revoked", ANY, Claim.CONSENT_REVOKED),
    (f"{OAUTH}token-revoked", ANY, Claim.CONSENT_REVOKED),
]
UNREAD = {
    "initiating_entity": "policy",
    "reason_admin": {"en": "Ines Quast left"},
    "reason_user": "Ines Quast left",
    "friendly_name": "Ines' phone",
}


def told(uri: str, members: dict[str, Any] | None = None, **changes: object) -> Signal:
    return received(signed(event(uri, members, **changes)), ring(), EXPECTED, NOW)


def of_google(uri: str, members: dict[str, Any] | None = None, **changes: object) -> Signal:
    return received(signed(google_event(uri, members, **changes)), ring(), EXPECTED_OF_GOOGLE, NOW)


@pytest.mark.parametrize(("uri", "members", "claim"), CLAIMS)
def test_what_an_event_proves_it_proves_by_two_shapes(
    uri: str, members: dict[str, Any], claim: Claim
) -> None:
    about = NOBODY if claim is Claim.UNKNOWN else About.person(Name(NameKind.ACCOUNT, "ines-id"))
    assert told(uri, members | UNREAD) == Signal(ISSUER, "event-1", about, claim, AT * 1000)
    assert of_google(uri, members | UNREAD) == Signal(GOOGLE, "event-1", about, claim, AT * 1000)


@pytest.mark.parametrize(("uri", "members", "claim"), OF_GOOGLE)
def test_what_only_google_tells(uri: str, members: dict[str, Any], claim: Claim) -> None:
    assert of_google(uri, members).proves is claim
    assert told(uri, members).proves is Claim.UNKNOWN


def test_the_table_is_whole() -> None:
    types = {*caep.TYPES, *risc.TYPES, *google_risc.TYPES}
    assert types == {uri for uri, _, claim in CLAIMS + OF_GOOGLE if claim is not Claim.UNKNOWN} | {
        f"{RISC}identifier-recycled"
    }
    assert len(ssf.TYPES) == 6


@pytest.mark.parametrize("uri", ["urn:example:new", f"{CAEP}session-revoked/", "", "SESSION-REVOKED"])
def test_an_unknown_type_proves_nothing_of_anybody(uri: str) -> None:
    assert told(uri, {"reason": "hijacking"}) == Signal(ISSUER, "event-1", NOBODY, Claim.UNKNOWN, AT * 1000)


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ({"format": "email", "email": "Ines@Example.org"}, {Name(NameKind.ADDRESS, "ines@example.org")}),
        ({"format": "iss_sub", "iss": ISSUER, "sub": "ines-id"}, set()),
        (
            {
                "format": "aliases",
                "identifiers": [
                    {"format": "opaque", "id": "ines-id"},
                    {"format": "email", "email": "ines@example.org"},
                ],
            },
            {Name(NameKind.ADDRESS, "ines@example.org")},
        ),
        ({"format": "phone", "phone_number": "+12065550123"}, set()),
    ],
)
def test_only_an_address_is_ever_recycled(subject: dict[str, Any], names: set[Name]) -> None:
    """What is told of it destroys: by the id of an account it would be the wrong person's."""
    found = told(f"{RISC}identifier-recycled", subject=subject)
    assert (found.proves, found.about) == (Claim.NAME_RECYCLED, About.person(*names))


STREAM_ID = {"format": "opaque", "id": STREAM}


@pytest.mark.parametrize("base", [SSF, SSE, RISC])
@pytest.mark.parametrize(
    ("name", "members", "claim", "state"),
    [
        ("verification", {"state": "VGhpcw"}, Claim.CHANNEL_WORKS, "VGhpcw"),
        ("verification", {}, Claim.CHANNEL_WORKS, None),
        # What may be no state of ours is none that we did not give.
        ("verification", {"state": 5}, Claim.CHANNEL_WORKS, ""),
        ("verification", {"state": "x" * 513}, Claim.CHANNEL_WORKS, ""),
        ("stream-updated", {"status": "enabled", "state": "x"}, Claim.CHANNEL_WORKS, None),
        ("stream-updated", {"status": "paused"}, Claim.CHANNEL_SILENT, None),
        ("stream-updated", {"status": "disabled", "reason": "Internal error"}, Claim.CHANNEL_SILENT, None),
        ("stream-updated", {"status": "something new"}, Claim.CHANNEL_SILENT, None),
        ("stream-updated", {}, Claim.CHANNEL_SILENT, None),
    ],
)
def test_what_is_told_of_the_stream(
    base: str, name: str, members: dict[str, Any], claim: Claim, state: str | None
) -> None:
    found = told(base + name, members, subject=STREAM_ID)
    assert found == Signal(ISSUER, "event-1", CHANNEL, claim, AT * 1000, state)
    assert of_google(base + name, members, subject=ABSENT) == found._replace(issuer=GOOGLE)


@pytest.mark.parametrize(
    "subject", [{"format": "opaque", "id": "another"}, {"format": "email", "id": STREAM}, {"id": STREAM}, {}]
)
def test_another_stream_of_theirs_proves_nothing_of_ours(subject: dict[str, Any]) -> None:
    found = told(f"{SSF}verification", {"state": "VGhpcw"}, subject=subject)
    assert found == Signal(ISSUER, "event-1", NOBODY, Claim.UNKNOWN, AT * 1000)


REVOKED = f"{CAEP}session-revoked"


@pytest.mark.parametrize(
    ("changes", "members", "at"),
    [
        ({}, {}, AT),
        ({"toe": AT - 60}, {"event_timestamp": AT - 30}, AT - 60),
        ({}, {"event_timestamp": AT - 30}, AT - 30),
        ({}, {"event_timestamp": AT - 0.25}, AT - 0.25),
        ({"toe": "then"}, {"event_timestamp": AT - 30}, AT - 30),
        ({"toe": 0}, {"event_timestamp": None}, AT),
        ({"toe": -5}, {"event_timestamp": [AT - 30]}, AT),
        # Nothing happens after it was told; drafts of CAEP wrote milliseconds.
        ({"toe": AT + 1}, {}, AT),
        ({}, {"event_timestamp": (AT - 30) * 1000}, AT),
        ({}, {"event_timestamp": 10**300}, AT),
        ({"iat": AT - 86_400 * 3650}, {"event_timestamp": AT}, AT - 86_400 * 3650),
    ],
)
def test_when_it_happened(changes: dict[str, Any], members: dict[str, Any], at: float) -> None:
    assert told(REVOKED, members, **changes).at == int(at * 1000)
