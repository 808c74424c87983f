"""Whom an event is about: RFC 9493's formats, those of Shared Signals, and Google's older ones."""

from typing import Any

import pytest

from gateway.signals.receiver import received
from gateway.signals.signal import TENANT, About, Claim, Name, NameKind, Signal
from gateway.signals.subject_identifier import ALIASES_MAX, NOBODY
from tests.fakes.security_events import CAEP, EXPECTED, ISSUER, NOW, RISC, event, ring, signed

Json = dict[str, Any]

PURGED, DISABLED = f"{RISC}account-purged", f"{RISC}account-disabled"
INES = {"format": "iss_sub", "iss": ISSUER, "sub": "ines-id"}
EMAIL = {"format": "email", "email": " Ines.Quast@Example.ORG "}
OURS, THEIRS = {"format": "opaque", "id": "org-1"}, {"format": "opaque", "id": "org-2"}
DEVICE = {"format": "opaque", "id": "laptop-1"}

PERSON = About.person(Name(NameKind.ACCOUNT, "ines-id"))
BY_ADDRESS = About.person(Name(NameKind.ADDRESS, "ines.quast@example.org"))


def told(subject: Json, uri: str = PURGED, critical: set[str] | None = None, **changes: Any) -> Signal:
    expectation = EXPECTED._replace(critical=frozenset(critical or ()), **changes)
    return received(signed(event(uri, subject=subject)), ring(), expectation, NOW)


def about(subject: Json) -> About:
    found = told(subject)
    assert found.proves is Claim.DELETED
    return found.about


SIMPLE: list[tuple[Json, About]] = [
    (INES, PERSON),
    (INES | {"iss": "https://directory.example/"}, PERSON),
    (INES | {"iss": "https://another.example/"}, NOBODY),
    (INES | {"iss": f"{ISSUER}/"}, NOBODY),
    ({"format": "iss_sub", "sub": "ines-id"}, NOBODY),
    ({"format": "opaque", "id": "ines-id"}, PERSON),
    ({"format": "opaque", "id": ""}, NOBODY),
    ({"format": "opaque", "id": 5}, NOBODY),
    ({"format": "opaque", "id": "x" * 512}, About.person(Name(NameKind.ACCOUNT, "x" * 512))),
    ({"format": "opaque", "id": "x" * 513}, NOBODY),
    (EMAIL, BY_ADDRESS),
    ({"format": "email", "email": "  "}, NOBODY),
    ({"format": "account", "uri": "acct:Ines.Quast@example.org"}, BY_ADDRESS),
    ({"format": "account", "uri": "ACCT:ines%2Equast@example.org"}, BY_ADDRESS),
    # RFC 7565: their account at a shop, which is no address of theirs.
    ({"format": "account", "uri": "acct:ines.quast%40example.org@shop.example"}, NOBODY),
    ({"format": "account", "uri": "mailto:ines.quast@example.org"}, NOBODY),
    ({"format": "account", "uri": "acct:ines"}, NOBODY),
    ({"format": "account"}, NOBODY),
    ({"format": "phone_number", "phone_number": "+12065550123"}, NOBODY),
    ({"format": "did", "url": "did:example:123456"}, NOBODY),
    ({"format": "uri", "uri": "acct:ines.quast@example.org"}, NOBODY),
    ({"format": "jwt_id", "iss": ISSUER, "jti": "ines-id"}, NOBODY),
    ({"format": "saml_assertion_id", "issuer": ISSUER, "assertion_id": "ines-id"}, NOBODY),
    ({"format": "ip-addresses", "ip-addresses": ["10.29.37.75"]}, NOBODY),
    ({"format": "catalog_item", "catalog_id": "c0384", "id": "ines-id"}, NOBODY),
    ({"format": None, "id": "ines-id"}, NOBODY),
    ({"format": ["opaque"], "id": "ines-id"}, NOBODY),
    ({"id": "ines-id"}, NOBODY),
    ({}, NOBODY),
    # Before RFC 9493.
    ({"subject_type": "iss-sub", "iss": ISSUER, "sub": "ines-id"}, PERSON),
    ({"subject_type": "iss_sub", "iss": ISSUER, "sub": "ines-id"}, PERSON),
    ({"subject_type": "email", "email": "ines.quast@example.org"}, BY_ADDRESS),
    (
        {"subject_type": "id_token_claims", "iss": ISSUER, "sub": "ines-id", "email": EMAIL["email"]},
        About.person(*PERSON.names, *BY_ADDRESS.names),
    ),
    ({"subject_type": "id_token_claims", "sub": "ines-id", "email": EMAIL["email"]}, BY_ADDRESS),
    ({"subject_type": "oauth_token", "token_type": "refresh_token", "token": "1//0"}, NOBODY),
]


@pytest.mark.parametrize(("identifier", "expected"), SIMPLE)
def test_simple_identifiers(identifier: Json, expected: About) -> None:
    assert about(identifier) == expected
    assert about({"format": "complex", "user": identifier}) == expected
    assert about({"format": "aliases", "identifiers": [None, 5, identifier]}) == expected


def test_aliases_are_names_of_one_person() -> None:
    both = {"format": "aliases", "identifiers": [INES, EMAIL, {"format": "did", "url": "did:example:1"}]}
    assert about(both) == About.person(*PERSON.names, *BY_ADDRESS.names)
    assert about({"format": "aliases", "identifiers": [both]}) == NOBODY
    assert about({"format": "aliases", "identifiers": [{"format": "complex", "user": INES}]}) == NOBODY
    many = [{"format": "opaque", "id": f"{number}"} for number in range(ALIASES_MAX + 1)]
    assert len(about({"format": "aliases", "identifiers": many}).names) == ALIASES_MAX
    odds: list[Any] = [None, {}, "ines-id", []]
    for odd in odds:
        assert about({"format": "aliases", "identifiers": odd}) == NOBODY


#: What is told, and what becomes of it: of accounts that were disabled.
COMPLEX: list[tuple[Json, About, Claim]] = [
    ({"user": INES}, PERSON, Claim.DISABLED),
    ({"user": INES, "tenant": OURS}, PERSON, Claim.DISABLED),
    ({"user": INES, "device": DEVICE, "session": DEVICE, "group": DEVICE}, PERSON, Claim.DISABLED),
    ({"user": {"format": "new"}, "tenant": OURS}, NOBODY, Claim.DISABLED),
    ({"user": None, "tenant": OURS}, NOBODY, Claim.DISABLED),
    ({"user": {"format": "complex", "user": INES}}, NOBODY, Claim.DISABLED),
    # Who is not named is anybody.
    ({"tenant": OURS}, TENANT, Claim.DISABLED),
    ({"tenant": {"format": "iss_sub", "iss": ISSUER, "sub": "org-1"}}, TENANT, Claim.DISABLED),
    ({"tenant": {"format": "aliases", "identifiers": [THEIRS, OURS]}}, TENANT, Claim.DISABLED),
    ({"org_unit": DEVICE}, TENANT, Claim.DISABLED),
    ({"group": DEVICE, "tenant": OURS}, TENANT, Claim.DISABLED),
    # But nobody is suspended for a thing that may be anybody's.
    ({"device": DEVICE}, TENANT, Claim.ATTRIBUTES_CHANGED),
    ({"device": DEVICE, "tenant": OURS}, TENANT, Claim.ATTRIBUTES_CHANGED),
    ({"session": DEVICE, "group": DEVICE}, TENANT, Claim.ATTRIBUTES_CHANGED),
    ({"application": DEVICE}, TENANT, Claim.ATTRIBUTES_CHANGED),
    # Of nobody that we would know.
    ({}, NOBODY, Claim.DISABLED),
    ({"vehicle": DEVICE}, NOBODY, Claim.DISABLED),
    # Not of ours.
    ({"tenant": THEIRS}, NOBODY, Claim.UNKNOWN),
    ({"user": INES, "tenant": THEIRS}, NOBODY, Claim.UNKNOWN),
    ({"user": INES, "tenant": {"format": "new", "id": "org-1"}}, NOBODY, Claim.UNKNOWN),
    ({"user": INES, "tenant": {"format": "email", "email": "org-1"}}, NOBODY, Claim.UNKNOWN),
    ({"user": INES, "tenant": {"format": "iss_sub", "iss": "x", "sub": "org-1"}}, NOBODY, Claim.UNKNOWN),
    ({"user": INES, "tenant": None}, NOBODY, Claim.UNKNOWN),
    ({"device": DEVICE, "tenant": THEIRS}, NOBODY, Claim.UNKNOWN),
]


@pytest.mark.parametrize(("members", "expected", "claim"), COMPLEX)
def test_complex_subjects(members: Json, expected: About, claim: Claim) -> None:
    found = told({"format": "complex", **members}, DISABLED)
    assert (found.about, found.proves) == (expected, claim)


def test_an_organization_that_is_a_guid_is_the_same_in_any_case() -> None:
    guid = "0fd4f6f4-23a0-4c5f-9b4b-4b6a1b6bd3c1"
    for ours, theirs in ((guid.upper(), guid), (guid, guid.upper()), ("Org-1", "org-1")):
        tenant = {"format": "opaque", "id": theirs}
        is_ours = told({"format": "complex", "tenant": tenant}, tenant=ours).about == TENANT
        assert is_ours == (ours.lower() == guid)


def test_where_an_issuer_has_one_organization_it_has_no_name_for_it() -> None:
    for tenant in (OURS, THEIRS, None):
        assert told({"format": "complex", "tenant": tenant}, tenant=None).about == TENANT


@pytest.mark.parametrize(
    ("uri", "claim"),
    [
        (f"{CAEP}session-revoked", Claim.SESSIONS_ENDED),
        (f"{CAEP}device-compliance-change", Claim.ATTRIBUTES_CHANGED),
        (f"{CAEP}risk-level-change", Claim.ATTRIBUTES_CHANGED),
        (f"{CAEP}credential-change", Claim.ATTRIBUTES_CHANGED),
        (f"{RISC}account-enabled", Claim.RESTORED),
        (f"{RISC}opt-out-effective", Claim.OPTED_OUT),
    ],
)
def test_what_is_told_of_a_thing(uri: str, claim: Claim) -> None:
    found = told({"format": "complex", "device": DEVICE, "tenant": OURS}, uri)
    assert (found.about, found.proves) == (TENANT, claim)


@pytest.mark.parametrize(
    ("members", "critical", "is_taken"),
    [
        ({"user": INES, "tenant": OURS}, {"user", "tenant"}, True),
        ({"user": INES}, {"device", "vehicle"}, True),
        ({"user": INES, "device": DEVICE}, {"user"}, True),
        ({"user": INES, "device": DEVICE}, {"device"}, False),
        ({"user": INES, "device": None}, {"device"}, False),
        ({"tenant": OURS, "group": DEVICE}, {"group"}, False),
        ({"user": INES, "vehicle": DEVICE}, {"vehicle"}, False),
        ({"user": {"format": "phone_number", "phone_number": "+1"}}, {"user"}, False),
        ({"user": INES, "tenant": {"format": "new"}}, {"tenant"}, False),
    ],
)
def test_what_has_to_be_understood_and_is_not_is_dropped(
    members: Json,
    critical: set[str],
    is_taken: bool,  # noqa: FBT001  a column of the table
) -> None:
    found = told({"format": "complex", **members}, critical=critical)
    assert (found.proves is Claim.DELETED) is is_taken
    assert is_taken or found.about == NOBODY


def test_a_copy_in_the_event_is_not_looked_at() -> None:
    claims = event(PURGED, {"subject": {"format": "opaque", "id": "another"}}, subject=INES)
    assert received(signed(claims), ring(), EXPECTED, NOW).about == PERSON
    claims["sub_id"] = {}
    assert received(signed(claims), ring(), EXPECTED, NOW).about == NOBODY
