"""Okta's event hooks, read as signals: what happened to whom, and nothing else of anybody."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.signals import okta
from gateway.signals.signal import About, Claim, Name, NameKind, Signal
from gateway.signals.transmitter import Caller, Transmitter, TransmitterKind
from tests.connectors.hostile_json import items, printed
from tests.gateway.signals.fuzzing_scim_okta import fuzz_okta

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PUBLISHED = datetime(2026, 3, 2, 11, 59, 58, 250_000, tzinfo=UTC)
OURS = "0oa-ours"
CALLER = Caller(
    TenantId("north"),
    "trm_1",
    Transmitter(kind=TransmitterKind.OKTA, issuer="https://north.example", application=OURS),
)
IS_NO_APPLICATION = CALLER._replace(transmitter=replace(CALLER.transmitter, application=None))
ANNA = About.person(Name(NameKind.ACCOUNT, "00uAnna"), Name(NameKind.ADDRESS, "anna@north.example"))
USER = {"type": "User", "id": "00uAnna", "alternateId": "Anna@North.example", "displayName": "Anna S."}


def event(event_type: str, *targets: Any, **members: Any) -> dict[str, Any]:
    """As Okta's System Log has it; of all this five members are read."""
    return {
        "uuid": "f790999f",
        "published": PUBLISHED.isoformat().replace("+00:00", "Z"),
        "eventType": event_type,
        "version": "0",
        "severity": "INFO",
        "displayMessage": "Something happened to Anna S.",
        "client": {"ipAddress": "192.0.2.7", "userAgent": {"os": "Unknown"}},
        "actor": {"id": "00uBoss", "type": "User", "alternateId": "boss@north.example", "displayName": "B"},
        "outcome": {"result": "SUCCESS", "reason": None},
        "target": list(targets or [USER]),
    } | members


def body(*events: Any) -> bytes:
    return json.dumps({
        "eventType": "com.okta.event_hook",
        "eventId": "b5a188b9",
        "source": "https://north.example/api/v1/eventHooks/who1",
        "data": {"events": list(events)},
    }).encode()  # fmt: skip


def told(*events: Any, caller: Caller = CALLER) -> list[Signal]:
    heard = okta.heard(body(*events), caller, NOW)
    assert heard is not None
    return list(heard)


def proved(event_type: str, *targets: Any, caller: Caller = CALLER) -> Claim:
    (one,) = told(event(event_type, *targets), caller=caller)
    return one.proves


@pytest.mark.parametrize(
    ("event_type", "proves"),
    [
        ("user.lifecycle.deactivate", Claim.DISABLED),
        ("user.lifecycle.suspend", Claim.DISABLED),
        ("user.lifecycle.delete.initiated", Claim.DISABLED),
        ("user.lifecycle.delete.completed", Claim.DELETED),
        ("user.lifecycle.activate", Claim.RESTORED),
        ("user.lifecycle.reactivate", Claim.RESTORED),
        ("user.lifecycle.unsuspend", Claim.RESTORED),
        ("user.session.clear", Claim.SESSIONS_ENDED),
    ],
)
def test_what_happened_to_a_person(event_type: str, proves: Claim) -> None:
    expected = Signal("https://north.example", "f790999f", ANNA, proves, milliseconds(PUBLISHED))
    assert told(event(event_type)) == [expected]


@pytest.mark.parametrize(
    ("event_type", "proves"),
    [
        ("application.user_membership.remove", Claim.DISABLED),
        ("app.oauth2.as.consent.revoke", Claim.CONSENT_REVOKED),
        ("app.oauth2.as.consent.revoke.implicit.user", Claim.CONSENT_REVOKED),
        ("app.oauth2.as.consent.revoke.user", Claim.CONSENT_REVOKED),
        ("app.oauth2.as.consent.revoke.user.client", Claim.CONSENT_REVOKED),
        ("app.oauth2.as.token.revoke", Claim.CONSENT_REVOKED),
    ],
)
def test_what_happened_in_our_application_and_in_no_other(event_type: str, proves: Claim) -> None:
    ours, other = {"type": "AppInstance", "id": OURS}, {"type": "AppInstance", "id": "0oa-other"}
    assert proved(event_type, USER, ours) is proves
    assert proved(event_type, USER, other) is Claim.UNKNOWN
    assert proved(event_type, USER, ours, caller=IS_NO_APPLICATION) is Claim.UNKNOWN


@pytest.mark.parametrize("event_type", ["user.session.start", "user.lifecycle.create", "made.up", ""])
def test_of_anything_else_nobody_is_named(event_type: str) -> None:
    (one,) = told(event(event_type))
    assert (one.proves, one.about) == (Claim.UNKNOWN, About.person())


@pytest.mark.parametrize("outcome", [*({"result": one} for one in ("FAILURE", "SKIPPED", "success")), None])
def test_what_did_not_succeed_did_not_happen(outcome: Any) -> None:
    assert told(event("user.lifecycle.suspend", outcome=outcome)) == []


def test_an_account_in_our_application_is_the_same_persons() -> None:
    member = {"type": "AppUser", "id": "0ua1", "alternateId": "a.s@north.example"}
    (one,) = told(
        event("application.user_membership.remove", USER, member, {"type": "AppInstance", "id": OURS})
    )
    more = {Name(NameKind.ACCOUNT, "0ua1"), Name(NameKind.ADDRESS, "a.s@north.example")}
    assert one.about.names == ANNA.names | more


def test_two_persons_are_never_taken_for_one() -> None:
    ben = {"type": "User", "id": "00uBen", "alternateId": "ben@north.example"}
    first, second = told(event("user.lifecycle.suspend", USER, ben, {"type": "AppUser", "id": "0ua1"}))
    assert (first.about, first.id) == (ANNA, "f790999f")
    assert {name.value for name in second.about.names} == {"00uBen", "ben@north.example"}
    assert second.id != first.id


def test_whoever_did_it_is_not_whom_it_was_done_to() -> None:
    assert told(event("user.lifecycle.suspend", {"type": "UserGroup", "id": "00g1"})) == []


def test_a_batch_may_mix_good_and_bad() -> None:
    suspended = event("user.lifecycle.suspend", uuid="1")
    odd = [None, 5, {}, event("user.lifecycle.suspend", uuid=""), event("user.lifecycle.suspend", uuid=7)]
    odd += [event("user.lifecycle.suspend", target=target) for target in (None, 5, [5], [{"type": "User"}])]
    assert [one.id for one in told(*odd, suspended, event("user.session.clear", uuid="2"))] == ["1", "2"]


@pytest.mark.parametrize("published", [None, 5, "", "soon", "2026-03-02T11:00:00", "2999-01-01T00:00:00Z"])
def test_what_bears_no_time_or_one_to_come_happened_now(published: Any) -> None:
    (one,) = told(event("user.lifecycle.suspend", published=published))
    assert one.at == milliseconds(NOW)


def test_what_is_told_late_happened_when_it_did() -> None:
    then = NOW - timedelta(days=30)
    (one,) = told(event("user.lifecycle.suspend", published=then.isoformat()))
    assert one.at == milliseconds(then)


def test_of_too_many_none_is_taken_for_told() -> None:
    many = [event("user.lifecycle.suspend", uuid=str(number)) for number in range(okta.EVENTS_MAX + 1)]
    assert len(told(*many[1:])) == okta.EVENTS_MAX
    assert okta.heard(body(*many), CALLER, NOW) is None


@pytest.mark.parametrize(
    "sent",
    [b"", b"{}", b"[]", b'{"data": 5}', b'{"data": {}}', b"\xff", b"[" * 10_000, b'{"data":{"events":5}}'],
)
def test_a_body_that_is_no_hooks_is_none(sent: bytes) -> None:
    assert okta.heard(sent, CALLER, NOW) is None


def test_of_an_entry_five_members_are_read_and_of_a_target_three() -> None:
    assert okta._Event.__struct_encode_fields__ == ("uuid", "eventType", "outcome", "published", "target")
    assert okta._Target.__struct_encode_fields__ == ("type", "id", "alternateId")
    assert okta._Outcome.__struct_encode_fields__ == ("result",)
    assert "Anna" not in repr(told(event("user.lifecycle.suspend")))


MEMBERS = ["uuid", "eventType", "outcome", "published", "target", "type", "id", "alternateId", "result"]


# Shapes; bytes by the thousand come in tests/fuzzing.
@settings(max_examples=25)
@given(st.lists(items(MEMBERS)), st.booleans(), st.binary())
def test_whatever_is_sent_nothing_is_raised(events: list[Any], ascii_only: bool, raw: bytes) -> None:  # noqa: FBT001  drawn
    fuzz_okta(printed({"data": {"events": events}}, ascii_only=ascii_only))
    fuzz_okta(raw)


def test_a_name_of_blanks_is_none() -> None:
    (one,) = told(event("user.lifecycle.suspend", {**USER, "alternateId": "  "}))
    assert {name.kind for name in one.about.names} == {NameKind.ACCOUNT}
