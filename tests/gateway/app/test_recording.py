"""What records say, word by word: they are evidence, and outlive what the words are made of."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from connectors.delegation import Link
from connectors.port import CalendarAddress
from gateway.app.standins import CONTROLLER
from gateway.app.terms.recording import employers_record, persons_record
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.minimization.lattice import Title
from gateway.record import AuthorizationRecord, Mandate
from gateway.store.registry import Terms
from gateway.tenant import Connection, Mode, Provider, Registration, Tenant, Trial
from tests.fakes.installation import Installation

TENANT = Tenant(
    id=TenantId("ten_1"),
    authorization=AuthorizationId("aut_1"),
    connection=Connection(provider=Provider.GOOGLE, directory="C0quay", grant="shared", mode=Mode.SNAPSHOT),
    registration=Registration(name="Quay", policy="occupancy", zone="UTC", basis="f"),
)
MANDATE = Mandate(name="Works Council", address="3 Quay", contact="council@quay.example", reference="M 7")
LINK = Link(
    refresh_token="refresh-ana",  # noqa: S106  made up
    scopes=frozenset({"calendar"}),
    account="ana",
    organization="people.example",
    is_consumer=False,
    calendar=CalendarAddress("ana-of-their-own"),
)
A_MINUTE, TEN_DAYS = timedelta(minutes=1), timedelta(days=10)
DIGESTS = ("policy_version", "notice_version")
READS = "Read the calendars of bookable places and pass on minimized bookings (Art. 28(3)(a) GDPR)."
RESTRICTED = (
    "Whoever asks for restriction, objects or asks for erasure is restricted at once; what they ask for"
)
EVIDENCE = "beyond its end, as evidence (Art. 17(3)(e) GDPR)"
NO_HINT = "None is asked for, and nothing that could hold any is told."
A_HINT = "None is asked for; words of titles that are told may hint at some."

EMPLOYERS = {
    "tenant_name": "Quay",
    "provider": "google",
    "directory": "C0quay",
    "recorded_at": "2026-03-02T12:00:30+00:00",
    "controller": {
        "name": "Quay",
        "address": "2 Example Street, Example City",
        "contact": "privacy@example.com",
        "jurisdiction": "DE",
    },
    "processor": {
        "name": "Example Operations",
        "address": "1 Example Street, Example City",
        "contact": "privacy@operator.example",
        "jurisdiction": "DE",
    },
    "mandate": None,
    "purpose": "To show FlexO when rooms, desks and other bookable places are taken.",
    "basis": "f",
    "national_rule": None,
    "instruction": (
        f"{READS} {RESTRICTED} is carried out at once, unless the controller refused it and said why."
    ),
    "region": "eu",
    "necessity": "Needed: FlexO cannot show what is taken without it.",
    "special_categories": NO_HINT,
    "retention": (
        "bookings from 1 day back to 180 days ahead, until they age out or are cancelled",
        "that a booking was removed, without what it was: 30 days",
        "numbers of what was asked for, seen, kept and withheld: 400 days",
        "all of these no longer than the authorization",
        f"this record, its history and proof of withdrawals: {EVIDENCE}",
        "what stays suspended for 20 days is erased as if it had been withdrawn",
    ),
    "rights": ("15", "16", "17", "18", "19", "21", "77"),
    "schema": "1, after ISO/IEC TS 27560:2023",
    "grant": "shared",
    "account": None,
    "trial": None,
}
HELD = {
    "policy": "occupancy",
    "told": (
        "when it is taken: beginning and end",
        "which place it is",
        "whether the booking is tentative or confirmed",
    ),
    "recipients": (),
    "expires_at": "2026-03-12T12:00:30+00:00",
    "next_policy": None,
}


def terms_of(installation: Installation) -> Terms:
    return Terms(milliseconds(installation.clock() + TEN_DAYS), 20)


def recorded(installation: Installation, **chosen: Any) -> AuthorizationRecord:
    tenant = replace(TENANT, registration=replace(TENANT.registration, **chosen))
    return employers_record(installation.parts, tenant, CONTROLLER, terms_of(installation))


def said(record: AuthorizationRecord) -> dict[str, Any]:
    """All but what holds from then on."""
    told: dict[str, Any] = msgspec.to_builtins(record)
    del told["in_force"]
    return told


def changed(before: AuthorizationRecord, after: AuthorizationRecord) -> dict[str, Any]:
    return {name: value for name, value in said(after).items() if value != said(before)[name]}


def test_an_employers_record_says_what_it_gave(installation: Installation) -> None:
    record = recorded(installation)
    told = said(record)
    withdrawal = told.pop("withdrawal")
    assert told == EMPLOYERS
    assert withdrawal.startswith(
        "The controller tells the processor, who runs 'gateway tenant withdraw'. At "
    )
    assert "C0quay" in withdrawal
    held = msgspec.to_builtins(record.in_force)
    assert {name: value for name, value in held.items() if name not in DIGESTS} == HELD


def test_a_trials_record_says_that_nothing_is_stored_or_told(installation: Installation) -> None:
    title = {"policy": "wordy", "trial": Trial(calendars=("amber@quay.example", "jade@quay.example"))}
    installation.set_policy("wordy", title=Title.VOCABULARY)
    record = recorded(installation, **title)
    assert changed(recorded(installation), record) == {
        "purpose": "To show the controller what FlexO would be told of chosen places' calendars.",
        "instruction": "Read the chosen calendars when somebody looks, and show what would be left "
        "(Art. 28(3)(a) GDPR).",
        "retention": (
            "of events nothing is stored, and nobody is told of them",
            "which calendars were chosen, and how they are reached: until the trial ends",
            f"this record, its history and proof of its end: {EVIDENCE}",
        ),
        "trial": {
            "calendars": 2,
            "begun_at": "2026-03-02T12:00:30+00:00",
            "ends_at": "2026-03-12T12:00:30+00:00",
        },
    }
    assert record.in_force.told == ()


def test_a_persons_record_says_what_they_gave(installation: Installation) -> None:
    controller = replace(CONTROLLER, national_rule="§ 26 BDSG", mandate=MANDATE)
    employers = employers_record(installation.parts, TENANT, controller, terms_of(installation))
    now = replace(employers.in_force, told=())
    installation.clock.move(A_MINUTE)
    record = persons_record(installation.parts, TENANT, employers, now, LINK, "a")
    told = changed(employers, record)
    withdrawal = told.pop("withdrawal")
    assert told == {
        "directory": "people.example",
        "recorded_at": "2026-03-02T12:01:30+00:00",
        "purpose": "To show FlexO when bookable places that the person's own calendar names are taken.",
        "basis": "a",
        "national_rule": None,
        "instruction": "Read the person's own calendar and pass on minimized bookings of bookable places "
        "that it names (Art. 28(3)(a) GDPR).",
        "necessity": "Voluntary: places' own calendars are read without it.",
        "rights": ("15", "16", "17", "18", "19", "7(3)", "20", "77"),
        "grant": "delegated",
        "account": "ana",
    }
    assert withdrawal.startswith(
        "The person tells the controller or the processor, who runs 'gateway link withdraw'; or, without "
        "either: At "
    )
    assert record.mandate == MANDATE
    assert record.in_force == replace(now, told=HELD["told"], expires_at=None)
    alone = persons_record(installation.parts, TENANT, employers, now, replace(LINK, organization=None), "a")
    assert alone.directory == ""


@pytest.mark.parametrize(
    ("basis", "rights"),
    [
        ("b", ("15", "16", "17", "18", "19", "20", "77")),
        ("c", ("15", "16", "17", "18", "19", "77")),
        ("e", ("15", "16", "17", "18", "19", "21", "77")),
    ],
)
def test_rights_follow_the_legal_basis(
    installation: Installation, basis: str, rights: tuple[str, ...]
) -> None:
    assert recorded(installation, basis=basis).rights == rights


def test_after_how_long_requests_are_carried_out_is_an_instruction(installation: Installation) -> None:
    later = (
        f"{RESTRICTED} is carried out after 5 days, unless the controller refuses it by then and says why."
    )
    assert recorded(installation, requests_after_days=5).instruction == f"{READS} {later}"


@pytest.mark.parametrize(
    ("title", "hint"), [(Title.NONE, NO_HINT), (Title.CATEGORY, NO_HINT), (Title.VOCABULARY, A_HINT)]
)
def test_where_words_of_titles_are_told_they_may_hint(
    installation: Installation, title: Title, hint: str
) -> None:
    installation.set_policy("titled", title=title)
    assert recorded(installation, policy="titled").special_categories == hint
