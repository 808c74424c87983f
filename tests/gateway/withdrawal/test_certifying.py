"""What a certificate says, worked out from what is known of a withdrawal; and nothing that is not."""

from datetime import UTC, date, datetime

import pytest

from gateway.booking import SubjectId, TenantId
from gateway.clock import moment
from gateway.legal_hold import LegalHold, Subset
from gateway.proof.certificate import Certificate, Scope
from gateway.proof.wording import GIVEN_BACK, HELD, NO_KEY, NOT_VERIFIED, WORDINGS
from gateway.store.acknowledgements import Acknowledgement
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.keys import Custody, KnownBackup
from gateway.withdrawal.certifying import NAMED_MAX, Audience, Findings, Origin, certificate

#: Of a withdrawal whose steps took a second each.
FENCED = 1_772_000_000_000
STEPS = ("fenced", "dropped", "shredded", "erased", "notified", "verified")
NOW = FENCED + 6_000
NOBODY, NOTHING = Audience(0, ()), Origin(None, None, 0)


def row(subject: SubjectId | None = None) -> WithdrawalRow:
    times = {f"{name}_at": FENCED + 1_000 * number for number, name in enumerate(STEPS)}
    return WithdrawalRow(TenantId("ten_1"), "era_1", "aut_1", subject, **times)


def certified(
    scope: Scope = Scope.TENANT,
    *,
    withdrawal: WithdrawalRow | None = None,
    gone_at: datetime | None = None,
    audience: Audience = NOBODY,
    origin: Origin = NOTHING,
    backups: tuple[KnownBackup, ...] = (),
) -> Certificate:
    findings = Findings(scope, gone_at, {"bookings": 0})
    custody = Custody("key directory", "the operating system", "AES-256-KW")
    return certificate(
        withdrawal or row(), findings, custody, audience, origin, backups, now=NOW, salt="salt"
    )


def told(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_each_step_has_its_time_and_the_last_is_now() -> None:
    said = certified()
    assert [getattr(said.times, name) for name in (*STEPS, "proved")] == [
        told(FENCED + 1_000 * number) for number in range(7)
    ]
    assert (said.withdrawal, said.tenant, said.authorization, said.subject) == (
        "era_1",
        "ten_1",
        "aut_1",
        None,
    )
    assert (said.salt, said.withdrawn_from, said.rows_left) == ("salt", None, {"bookings": 0})
    assert said.software.startswith("calendar-pii-gateway ")


@pytest.mark.parametrize(("later", "irrecoverable"), [(None, 0), (-1, 0), (0, 0), (1_000, 1_000)])
def test_what_a_service_could_still_give_back_is_irrecoverable_later(
    later: int | None, irrecoverable: int
) -> None:
    shredded = FENCED + 2_000
    said = certified(gone_at=None if later is None else moment(shredded + later))
    assert said.inaccessible_since == told(shredded)
    assert said.irrecoverable_since == told(shredded + irrecoverable)


@pytest.mark.parametrize(
    ("scope", "subject", "wording"),
    [
        (Scope.TENANT, None, WORDINGS[Scope.TENANT]),
        (Scope.PERSON, None, WORDINGS[Scope.PERSON]),
        (Scope.SUBJECT, SubjectId("sub_1"), WORDINGS[Scope.SUBJECT]),
        (Scope.SUBJECT, SubjectId("obj_1"), NO_KEY),
    ],
)
def test_it_speaks_of_no_key_where_there_was_none(
    scope: Scope, subject: SubjectId | None, wording: object
) -> None:
    said = certified(scope, withdrawal=row(subject))
    assert wording in {*WORDINGS.values(), NO_KEY}
    is_keyless = wording is NO_KEY
    assert (said.inaccessible_since is None, said.irrecoverable_since is None) == (is_keyless, is_keyless)
    expected = NO_KEY if is_keyless else WORDINGS[scope]
    assert (said.statement.keys_destroyed, said.statement.keys_left) == (
        expected.keys_destroyed,
        expected.keys_left,
    )
    assert (said.statement.key_service, said.statement.key_wrapping) == ("key directory", "AES-256-KW")
    assert said.statement.key_generation == "random, 256 bit, by the operating system"
    assert (said.kept, said.still_opens) == (expected.kept, expected.still_opens)


def test_who_acknowledged_first_is_named_and_all_are_counted() -> None:
    words = [
        Acknowledgement(f"con_{99 - one}", NOW + one // 2, is_signed=False) for one in range(NAMED_MAX + 1)
    ]
    said = certified(audience=Audience(40, tuple(reversed(words)))).recipients
    assert (said.told, said.acknowledged) == (40, 17)
    # Of two at once the one whose id is less.
    first = sorted(words, key=lambda one: (one.acknowledged_at, one.consumer))[:16]
    assert list(said.by) == [one.consumer for one in first]
    assert said.by["con_98"] == told(NOW)


def test_copies_are_told_with_what_became_of_them() -> None:
    tried, untried = KnownBackup(FENCED + 1_000, FENCED + 5_000), KnownBackup(FENCED)
    gone = KnownBackup(FENCED + 2_000, FENCED + 4_000, FENCED + 6_000)
    said = certified(backups=(tried, untried, gone))
    assert (said.backups.registered, said.backups.first_taken, said.backups.last_taken) == (
        3,
        told(FENCED),
        told(FENCED + 2_000),
    )
    assert said.backups.last_tried == told(FENCED + 5_000)
    assert said.not_verified == (
        "restore drills: 1 of 3 copies were never tried",
        "copies: 1 of 3 are said to be destroyed",
        *NOT_VERIFIED,
    )
    assert certified(backups=(tried,)).not_verified == NOT_VERIFIED
    none = certified().backups
    assert (none.registered, none.first_taken, none.last_taken, none.last_tried) == (0, None, None, None)


def test_what_people_granted_and_what_is_held_is_told() -> None:
    holds = tuple(
        LegalHold(reference=f"case {day}", review=date(2026, 5, day), sealed=False, subset=Subset())
        for day in (9, 3)
    )
    said = certified(origin=Origin("active", None, 2, holds))
    assert said.withdrawn_from == "active"
    assert said.at_provider == (f"grants of people's own calendars (2): {GIVEN_BACK}",)
    assert said.still_opens == (*WORDINGS[Scope.TENANT].still_opens, HELD)
    *_, held = said.kept
    assert held.what.startswith("legal holds: 2;")
    assert held.until.endswith("the next review is due on 2026-05-03")
    assert certified().at_provider == ()
