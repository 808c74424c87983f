"""What providers tell, row by row: what it claims, and what is done, by what really comes over the wire.

A row is a sort of news and our duty. Behind all of them stands: what may be so suspends at once, only the end
of one account that its issuer says is final destroys, and nothing that is told gives anything back.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from connectors.accounts import AccountEvent, ApplicationState
from connectors.errors import ConnectorError, Throttled, Unreachable
from connectors.google.account import (
    REMOVAL,
    REMOVED_CLIENT,
    REVOCATION,
    REVOKED_CLIENT,
    entries,
    user,
    users,
)
from connectors.google.refusal import grant_refusal
from connectors.google.refusal import refusal as google_refusal
from connectors.microsoft.account import application_state, user_changes
from connectors.microsoft.refusal import Denial, entra_refusal, graph_refusal
from connectors.transport import Answer
from gateway.app.signals.account_claims import ACCOUNT_CLAIMS, APPLICATION_CLAIMS
from gateway.app.signals.watch_signals import CLAIMS
from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind, State
from gateway.booking import TenantId
from gateway.signals import graph, okta, provisioning
from gateway.signals.decision import Effect, Reach, decide
from gateway.signals.known import Known
from gateway.signals.notification import Told
from gateway.signals.provisioning import Found
from gateway.signals.receiver import received
from gateway.signals.signal import Claim, Extent, NameKind
from gateway.store.registry import Standing
from gateway.sync.contact import TELLING, _claim, after_refusal
from tests.fakes.door import caller_showing
from tests.fakes.security_events import (
    CAEP,
    EXPECTED,
    EXPECTED_OF_GOOGLE,
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

IGNORE, REFRESH, RECREATE, DEGRADE, SUSPEND, BURN = Effect
LINK, PERSON = Reach
#: Long after whatever was granted.
LATER = 10**13


class Done(NamedTuple):
    """What a row comes to."""

    claim: Claim
    effect: Effect
    reach: Reach = PERSON
    alerts: bool = False


#: What is told claims something; or nothing at all.
Tell = Callable[[], Done | None]


def claimed(claim: Claim, extent: Extent = Extent.PERSON) -> Done:
    return Done(claim, *decide(claim, extent, [NameKind.ACCOUNT], at=LATER, granted_at=0))


def told(uri: str, **members: Any) -> Tell:
    """A security event, of somebody whom their id names; of a stream, ours."""

    def tell() -> Done:
        stream = {"subject": {"format": "opaque", "id": STREAM}} if uri.startswith(SSF) else {}
        found = received(signed(event(uri, members, **stream)), ring(), EXPECTED, NOW)
        return claimed(found.proves, found.about.extent)

    return tell


def told_by_google(uri: str, **members: Any) -> Tell:
    def tell() -> Done:
        found = received(signed(google_event(uri, members)), ring(), EXPECTED_OF_GOOGLE, NOW)
        return claimed(found.proves, found.about.extent)

    return tell


def refused(error: ConnectorError, kind: AuthorizationKind = AuthorizationKind.EMPLOYER) -> Tell:
    """A refusal that is met while calendars are read."""

    def tell() -> Done | None:
        if not isinstance(error, TELLING):
            return None
        one = Authorization(tenant=TenantId("ten"), id=AuthorizationId("aut"), kind=kind, state=State.ACTIVE)
        standing = Standing(TenantId("ten"), "eu", 0, one, 0, 0, None)
        after = after_refusal(standing, error, was_read=True, now=LATER).authorization
        effect = SUSPEND if after.state is State.SUSPENDED else DEGRADE
        decided = claimed(_claim(error, after))
        return decided._replace(effect=effect)

    return tell


def by_entra(number: int, kind: AuthorizationKind = AuthorizationKind.EMPLOYER) -> Tell:
    return refused(entra_refusal(Denial(error_codes=(number,))), kind)


def by_google(error: str, sentence: str = "", kind: AuthorizationKind = AuthorizationKind.EMPLOYER) -> Tell:
    body = json.dumps({"error": error, "error_description": sentence}).encode()
    return refused(grant_refusal(Answer(400, body)), kind)


def of_account(event: AccountEvent, **row: Any) -> Tell:
    """A row of Graph's changes of users."""

    def tell() -> Done:
        changes, *_ = user_changes(json.dumps({"value": [{"id": "1"} | row]}).encode())
        assert event in {change.what for change in changes}
        return claimed(ACCOUNT_CLAIMS[event])

    return tell


def of_user(event: AccountEvent, *, is_deleted: bool = False, **row: Any) -> Tell:
    """A row of Google's list of users, or of those who are deleted; what an account is now is told alike."""

    def tell() -> Done:
        row_of = {"id": "1"} | row
        (change,) = users(json.dumps({"users": [row_of]}).encode(), deleted=is_deleted).changes
        assert change.what is event
        assert is_deleted or user(json.dumps(row_of).encode(), "1") == change
        return claimed(ACCOUNT_CLAIMS[event])

    return tell


def of_log(event: str, parameter: str, value: str, done: Done) -> Tell:
    """An entry of Google's logs; nothing where it is about another client."""

    def tell() -> Done | None:
        named = {"name": event, "parameters": [{"name": parameter, "value": value}]}
        page = json.dumps({"items": [{"events": [named], "actor": {"profileId": "1"}}]}).encode()
        found, _ = entries(page, event, parameter, {OUR_CLIENT})
        return done if found else None

    return tell


def of_application(**row: Any) -> Tell:
    def tell() -> Done:
        return claimed(APPLICATION_CLAIMS[application_state(json.dumps(row).encode())], Extent.TENANT)

    return tell


def of_watch(name: str) -> Tell:
    def tell() -> Done | None:
        body = json.dumps({"value": [{"clientState": "a.b.c", "lifecycleEvent": name}]}).encode()
        ((_, heard, _),) = graph.heard(body).notifications
        return claimed(CLAIMS[heard], Extent.WATCH) if heard is not Told.CHANGED else None

    return tell


def by_okta(event_type: str) -> Tell:
    def tell() -> Done:
        targets = [{"type": "User", "id": "00u1"}, {"type": "AppInstance", "id": "0oa"}]
        entry = {
            "uuid": "1",
            "eventType": event_type,
            "outcome": {"result": "SUCCESS"},
            "target": targets,
        }
        body = json.dumps({"data": {"events": [entry]}}).encode()
        (found,) = okta.heard(body, caller_showing("", "0oa"), datetime(2026, 3, 2, tzinfo=UTC)) or ()
        return claimed(found.proves)

    return tell


def by_scim(*, active: bool, was_active: bool) -> Tell:
    def tell() -> Done | None:
        found = Found(Known("sub_1", was_active, (), "1"), NameKind.ACCOUNT)
        proves = provisioning.claim(active, found)
        return None if proves is None else claimed(proves)

    return tell


PERSONAL = AuthorizationKind.PERSONAL
DENIED = Answer(403, b'{"error": {"code": "ErrorAccessDenied"}}')
OUR_CLIENT, ANOTHER = "100000000000000000001", "200000000000000000002"
GONE = Done(Claim.GRANT_LOST, SUSPEND)
REVOKED = Done(Claim.CONSENT_REVOKED, SUSPEND, LINK)
DISABLED, RESTORED = Done(Claim.DISABLED, SUSPEND), Done(Claim.RESTORED, IGNORE)
DOUBTFUL = Done(Claim.ACCESS_DOUBTFUL, DEGRADE)
OURS = Done(Claim.CREDENTIAL_REFUSED, DEGRADE, alerts=True)
AT_RISK = Done(Claim.CREDENTIALS_AT_RISK, SUSPEND, LINK)
SESSIONS = Done(Claim.SESSIONS_ENDED, REFRESH, LINK)
CHANGED = Done(Claim.ATTRIBUTES_CHANGED, REFRESH, LINK)
UNKNOWN = Done(Claim.UNKNOWN, IGNORE)
SILENT = Done(Claim.CHANNEL_SILENT, IGNORE, alerts=True)

#: What is told, our duty as far as it is not the effect's own name, and what it comes to. Not here: what SCIM
#: deletes (``test_scim.py``), silence (``test_streams.py``), notifications that show no secret of ours
#: (``test_notifications.py``), and 401s, which a fresh token answers (``test_transport.py``).
ROWS: list[tuple[str, Tell, Done | None]] = [
    ("AADSTS700016: our application is not usable there", by_entra(700016), GONE),
    ("AADSTS700011", by_entra(700011), GONE),
    ("AADSTS7000112: it is disabled there", by_entra(7000112), GONE),
    ("AADSTS70001", by_entra(70001), GONE),
    ("accountEnabled=false of it", of_application(accountEnabled=False), GONE),
    (
        "disabledByMicrosoftStatus: stop, and people hear of it",
        of_application(accountEnabled=True, disabledByMicrosoftStatus="DisabledDueToViolation"),
        Done(Claim.APPLICATION_BLOCKED, SUSPEND, alerts=True),
    ),
    # Of that calendar alone: it grows stale, and its tenant stands.
    ("Graph 403 with a fresh token", refused(graph_refusal(DENIED, by_cursor=False)), None),
    ("AADSTS65001: a person's consent is gone", by_entra(65001, PERSONAL), REVOKED),
    ("AADSTS65001: the organization's", by_entra(65001), GONE),
    ("AADSTS50173: a person's grants are revoked", by_entra(50173, PERSONAL), REVOKED),
    ("AADSTS50057: they are disabled", by_entra(50057, PERSONAL), REVOKED),
    ("accountEnabled=false", of_account(AccountEvent.DISABLED, accountEnabled=False), DISABLED),
    ("AADSTS50034: they are not there", by_entra(50034, PERSONAL), REVOKED),
    (
        "@removed, deleted",
        of_account(AccountEvent.DELETED, **{"@removed": {"reason": "deleted"}}),
        Done(Claim.DELETED, BURN),
    ),
    # It can come back for 30 days, which is how long the clock runs.
    (
        "@removed, changed",
        of_account(AccountEvent.SOFT_DELETED, **{"@removed": {"reason": "changed"}}),
        DISABLED,
    ),
    ("AADSTS54000: a minor", by_entra(54000, PERSONAL), REVOKED),
    # Whoever has mistaken an age mends it before the clock ends.
    (
        "a minor without consent",
        of_account(AccountEvent.MINOR, ageGroup="minor", consentProvidedForMinor="denied"),
        DISABLED,
    ),
    ("AADSTS70008: to sign in again is no withdrawal", by_entra(70008, PERSONAL), DOUBTFUL),
    ("AADSTS700082", by_entra(700082, PERSONAL), DOUBTFUL),
    ("AADSTS50076: so is a second factor", by_entra(50076, PERSONAL), DOUBTFUL),
    ("AADSTS90002: no such organization here", by_entra(90002), GONE),
    ("AADSTS7000215: our own credential", by_entra(7000215), OURS),
    ("AADSTS7000222", by_entra(7000222), OURS),
    ("AADSTS700027", by_entra(700027), OURS),
    ("Google: Invalid JWT Signature", by_google("invalid_grant", "Invalid JWT Signature."), OURS),
    (
        "reauthorizationRequired: its channel is renewed and its calendar read",
        of_watch("reauthorizationRequired"),
        Done(Claim.WATCH_ENDING, REFRESH),
    ),
    (
        "subscriptionRemoved: another is opened, and its calendar read",
        of_watch("subscriptionRemoved"),
        Done(Claim.WATCH_LOST, RECREATE),
    ),
    ("missed: its calendar is read", of_watch("missed"), None),
    ("410", refused(graph_refusal(Answer(410, b""), by_cursor=True)), None),
    ("Google 410", refused(google_refusal(Answer(410, b""), by_cursor=True)), None),
    ("404", refused(graph_refusal(Answer(404, b""), by_cursor=False)), None),
    ("AADSTS90055: load", by_entra(90055), None),
    ("AADSTS90033: a fault of theirs", by_entra(90033), None),
    ("429", refused(Throttled("graph_throttled", 1.0)), None),
    ("503", refused(Unreachable("server_error")), None),
    ("AADSTS, of which we know nothing", by_entra(1), DOUBTFUL),
    ("Google: unauthorized_client", by_google("unauthorized_client"), GONE),
    ("Google: access_denied", by_google("access_denied"), GONE),
    ("Google: admin_policy_enforced", by_google("admin_policy_enforced"), GONE),
    (
        "Google: the user that we read as is gone",
        by_google("invalid_grant", "Not a valid email or user ID."),
        GONE,
    ),
    ("Google: expired or revoked", by_google("invalid_grant", "expired or revoked", PERSONAL), REVOKED),
    (
        "Google's users: deleted",
        of_user(AccountEvent.DELETED, is_deleted=True),
        Done(Claim.DELETED, BURN),
    ),
    ("Google's users: suspended", of_user(AccountEvent.DISABLED, suspended=True), DISABLED),
    ("Google's users: archived", of_user(AccountEvent.DISABLED, suspended=False, archived=True), DISABLED),
    (
        "Google's users: undeleted, and in no list",
        lambda: claimed(ACCOUNT_CLAIMS[AccountEvent.ENABLED]),
        RESTORED,
    ),
    ("REMOVE_API_CLIENT_ACCESS of ours", of_log(REMOVAL, REMOVED_CLIENT, OUR_CLIENT, GONE), GONE),
    ("REMOVE_API_CLIENT_ACCESS of another", of_log(REMOVAL, REMOVED_CLIENT, ANOTHER, GONE), None),
    ("token revoke of ours", of_log(REVOCATION, REVOKED_CLIENT, OUR_CLIENT, REVOKED), REVOKED),
    ("token revoke of another", of_log(REVOCATION, REVOKED_CLIENT, ANOTHER, REVOKED), None),
    (
        "RISC account-disabled, hijacking",
        told(f"{RISC}account-disabled", reason="hijacking"),
        Done(Claim.HIJACKED, SUSPEND),
    ),
    ("RISC account-disabled, bulk-account", told(f"{RISC}account-disabled", reason="bulk-account"), DISABLED),
    ("RISC account-disabled", told(f"{RISC}account-disabled"), DISABLED),
    ("RISC account-purged", told(f"{RISC}account-purged"), Done(Claim.DELETED, BURN)),
    ("RISC account-enabled", told(f"{RISC}account-enabled"), RESTORED),
    ("Google tokens-revoked", told_by_google(f"{OAUTH}tokens-revoked"), REVOKED),
    ("Google token-revoked", told_by_google(f"{OAUTH}token-revoked"), REVOKED),
    ("RISC sessions-revoked", told(f"{RISC}sessions-revoked"), SESSIONS),
    ("CAEP session-revoked", told(f"{CAEP}session-revoked"), SESSIONS),
    # By what they are found now, an admin enrols them anew.
    (
        "RISC identifier-changed",
        told(f"{RISC}identifier-changed"),
        Done(Claim.NAME_CHANGED, IGNORE, alerts=True),
    ),
    ("RISC identifier-recycled", told(f"{RISC}identifier-recycled"), Done(Claim.NAME_RECYCLED, BURN)),
    ("RISC credential-compromise", told(f"{RISC}credential-compromise"), AT_RISK),
    ("RISC account-credential-change-required", told(f"{RISC}account-credential-change-required"), AT_RISK),
    ("CAEP credential-change, revoke", told(f"{CAEP}credential-change", change_type="revoke"), AT_RISK),
    ("CAEP credential-change, delete", told(f"{CAEP}credential-change", change_type="delete"), AT_RISK),
    ("CAEP credential-change, create", told(f"{CAEP}credential-change", change_type="create"), CHANGED),
    ("RISC opt-out-effective", told(f"{RISC}opt-out-effective"), Done(Claim.OPTED_OUT, IGNORE, alerts=True)),
    (
        "CAEP risk-level-change, HIGH",
        told(f"{CAEP}risk-level-change", current_level="HIGH"),
        Done(Claim.RISK_HIGH, SUSPEND),
    ),
    (
        "CAEP risk-level-change, LOW: an admin resumes, nobody else",
        told(f"{CAEP}risk-level-change", current_level="LOW"),
        Done(Claim.RISK_LOWERED, IGNORE),
    ),
    ("CAEP token-claims-change", told(f"{CAEP}token-claims-change"), CHANGED),
    ("CAEP assurance-level-change", told(f"{CAEP}assurance-level-change"), CHANGED),
    ("CAEP device-compliance-change", told(f"{CAEP}device-compliance-change"), CHANGED),
    ("SSF stream-updated, paused", told(f"{SSF}stream-updated", status="paused"), SILENT),
    ("SSF stream-updated, disabled", told(f"{SSF}stream-updated", status="disabled"), SILENT),
    ("SCIM active=false", by_scim(active=False, was_active=True), DISABLED),
    ("SCIM active=true: consent is asked for", by_scim(active=True, was_active=False), RESTORED),
    ("SCIM active=true of who is", by_scim(active=True, was_active=True), None),
    ("Okta user.lifecycle.deactivate", by_okta("user.lifecycle.deactivate"), DISABLED),
    ("Okta user.lifecycle.suspend", by_okta("user.lifecycle.suspend"), DISABLED),
    ("SSF verification", told(f"{SSF}verification"), Done(Claim.CHANNEL_WORKS, IGNORE)),
    # Of these there is no duty.
    ("CAEP session-established", told(f"{CAEP}session-established"), UNKNOWN),
    ("CAEP session-presented", told(f"{CAEP}session-presented"), UNKNOWN),
    ("RISC opt-in", told(f"{RISC}opt-in"), UNKNOWN),
    ("RISC opt-out-initiated", told(f"{RISC}opt-out-initiated"), UNKNOWN),
    ("RISC opt-out-cancelled", told(f"{RISC}opt-out-cancelled"), UNKNOWN),
    ("RISC recovery-activated", told(f"{RISC}recovery-activated"), CHANGED),
    ("RISC recovery-information-changed", told(f"{RISC}recovery-information-changed"), CHANGED),
]


@pytest.mark.parametrize(("tell", "done"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_is_told_comes_to_its_duty(tell: Tell, done: Done | None) -> None:
    assert tell() == done


def test_every_claim_stands_in_a_row() -> None:
    assert {done.claim for _, _, done in ROWS if done is not None} == {*Claim}


def test_how_an_application_stands_claims_what_it_is() -> None:
    assert {APPLICATION_CLAIMS.get(state) for state in ApplicationState} == {
        *(None, Claim.GRANT_LOST, Claim.APPLICATION_BLOCKED)
    }
