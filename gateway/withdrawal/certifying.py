"""What is known of a withdrawal becomes its certificate."""

from collections.abc import Collection, Iterable
from datetime import datetime
from importlib.metadata import version
from typing import NamedTuple

from gateway.clock import moment
from gateway.legal_hold import BASIS, LegalHold
from gateway.proof.certificate import Backups, Certificate, Kept, Recipients, Scope, Statement, Times
from gateway.proof.wording import GIVEN_BACK, HELD, NO_KEY, NOT_VERIFIED, WORDINGS, Wording
from gateway.record import AuthorizationRecord
from gateway.store.acknowledgements import Acknowledgement
from gateway.store.remains import Remains
from gateway.store.withdrawals import WithdrawalRow
from gateway.subject import was_enrolled
from gateway.vault.keys import Custody, KnownBackup

DISTRIBUTION = "calendar-pii-gateway"
#: Of those who have acknowledged, so many by their ids: a certificate is small.
NAMED_MAX = 16


class Findings(NamedTuple):
    """What was found when it was looked at anew: no key in use, and so many rows.

    ``gone_at``: when the last key is lost for good that its service could still give back; None: none is.
    """

    scope: Scope
    gone_at: datetime | None
    rows_left: Remains


class Origin(NamedTuple):
    """How an authorization stood before it was withdrawn, None where a subject withdrew within it.

    ``employer``: its record, where it was that; ``persons``: how many people had granted something of theirs.
    ``holds``: those that may be named, and keep some of what was withdrawn.
    """

    stood: str | None
    employer: AuthorizationRecord | None
    persons: int
    holds: tuple[LegalHold, ...] = ()


class Audience(NamedTuple):
    """Consumers that were told of an erasure, and those of them who acknowledged."""

    told: int
    acknowledgements: tuple[Acknowledgement, ...]


def certificate(
    withdrawal: WithdrawalRow,
    findings: Findings,
    custody: Custody,
    audience: Audience,
    origin: Origin,
    backups: Collection[KnownBackup],
    *,
    now: int,
    salt: str,
) -> Certificate:
    """The certificate of a withdrawal whose steps are done but the last, which ends now (milliseconds)."""
    wording = _wording(withdrawal, findings.scope)
    inaccessible = withdrawal.shredded_at if wording is not NO_KEY else None
    return Certificate(
        salt=salt,
        withdrawal=withdrawal.id,
        scope=findings.scope,
        tenant=withdrawal.tenant,
        authorization=withdrawal.authorization,
        subject=withdrawal.subject,
        withdrawn_from=origin.stood,
        times=_times(withdrawal, now),
        inaccessible_since=None if inaccessible is None else told(moment(inaccessible)),
        irrecoverable_since=None if inaccessible is None else told(last_of(inaccessible, findings.gone_at)),
        statement=statement_of(wording, custody),
        rows_left=findings.rows_left,
        at_provider=tuple(_at_provider(origin)),
        recipients=_recipients(audience),
        backups=backups_of(backups),
        still_opens=(*wording.still_opens, *((HELD,) if origin.holds else ())),
        kept=(*wording.kept, *_held(origin.holds)),
        not_verified=not_verified_of(backups),
        software=software(),
    )


def _wording(withdrawal: WithdrawalRow, scope: Scope) -> Wording:
    objected = withdrawal.subject is not None and not was_enrolled(withdrawal.subject)
    return NO_KEY if objected else WORDINGS[scope]


def _times(withdrawal: WithdrawalRow, now: int) -> Times:
    ended = withdrawal._replace(proved_at=now)
    return Times(**{name: told(moment(getattr(ended, f"{name}_at"))) for name in Times.__struct_fields__})


def software() -> str:
    """What made a certificate."""
    return f"{DISTRIBUTION} {version(DISTRIBUTION)}"


def statement_of(wording: Wording, custody: Custody) -> Statement:
    """What is told of keys."""
    return Statement(
        key_service=custody.service,
        key_generation=f"random, 256 bit, by {custody.made_by}",
        key_wrapping=custody.wrapped_by,
        keys_destroyed=wording.keys_destroyed,
        keys_left=wording.keys_left,
        data_areas=wording.data_areas,
        sanitization=wording.sanitization,
    )


def _at_provider(origin: Origin) -> Iterable[str]:
    if origin.employer is not None:
        form = origin.employer.grant or "of an earlier form"
        yield f"{origin.employer.provider}, grant {form}: pending, only the customer can remove it"
    if origin.persons:
        yield f"grants of people's own calendars ({origin.persons}): {GIVEN_BACK}"


def _recipients(audience: Audience) -> Recipients:
    said = sorted(audience.acknowledgements, key=lambda one: (one.acknowledged_at, one.consumer))
    return Recipients(
        told=audience.told,
        acknowledged=len(said),
        by={one.consumer: told(moment(one.acknowledged_at)) for one in said[:NAMED_MAX]},
    )


def backups_of(known: Collection[KnownBackup]) -> Backups:
    """What is told of registered copies."""
    taken = sorted(one.taken_at for one in known)
    tried = max((one.drilled_at for one in known if one.drilled_at is not None), default=None)
    return Backups(
        registered=len(taken),
        first_taken=told(moment(taken[0])) if taken else None,
        last_taken=told(moment(taken[-1])) if taken else None,
        last_tried=None if tried is None else told(moment(tried)),
    )


def not_verified_of(backups: Collection[KnownBackup]) -> tuple[str, ...]:
    """What nobody has looked into."""
    untried = sum(one.drilled_at is None for one in backups)
    drills = (f"restore drills: {untried} of {len(backups)} copies were never tried",) if untried else ()
    gone = sum(one.destroyed_at is not None for one in backups)
    said = (f"copies: {gone} of {len(backups)} are said to be destroyed",) if gone else ()
    return (*drills, *said, *NOT_VERIFIED)


def _held(holds: Collection[LegalHold]) -> Iterable[Kept]:
    if holds:
        review = min(hold.review for hold in holds)
        yield Kept(
            what=f"legal holds: {len(holds)}; copies of bookings, each under a key of its own",
            basis=BASIS.removesuffix(" GDPR"),
            until=f"each is lifted; no time ends it, and the next review is due on {review}",
        )


def last_of(shredded_at: int, gone_at: datetime | None) -> datetime:
    """When the last key is lost for good."""
    shredded = moment(shredded_at)
    return shredded if gone_at is None else max(shredded, gone_at)


def told(at: datetime) -> str:
    """A time as certificates have it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
