"""What is recorded of an authorization as it is given."""

import msgspec
from msgspec.structs import replace

from connectors.delegation import Link
from gateway.app.accountability.notice import told_of
from gateway.app.parts import Parts
from gateway.app.providers.grants import REMOVALS, form_of
from gateway.app.rules import disclosure_of
from gateway.app.terms.in_force import in_force, in_words
from gateway.errors import ConfigurationError
from gateway.minimization.lattice import Disclosure, Title, meet
from gateway.record import AuthorizationRecord, Controller, InForce, Party, TrialTerms
from gateway.store.forgetting import RECEIPTS_KEPT_DAYS, REMOVALS_KEPT_DAYS
from gateway.store.registry import Terms
from gateway.sync.schedule import DAYS_AHEAD, DAYS_BEHIND
from gateway.tenant import Tenant, Trial

PURPOSE = "To show FlexO when rooms, desks and other bookable places are taken."
STATISTICS_PURPOSE = "To tell FlexO in numbers of whole months how these places are used."
PERSONS_PURPOSE = "To show FlexO when bookable places that the person's own calendar names are taken."
INSTRUCTION = "Read the calendars of bookable places and pass on minimized bookings (Art. 28(3)(a) GDPR)."
#: The standing instruction: after how long what people ask for is carried out.
AT_ONCE = "is carried out at once, unless the controller refused it and said why"
AFTER_DAYS = "is carried out after {days} days, unless the controller refuses it by then and says why"
REQUESTS = (
    "Whoever asks for restriction, objects or asks for erasure is restricted at once; what they ask for {}."
)

TRIALS_PURPOSE = "To show the controller what FlexO would be told of chosen places' calendars."
TRIALS_INSTRUCTION = (
    "Read the chosen calendars when somebody looks, and show what would be left (Art. 28(3)(a) GDPR)."
)
TRIALS_RETENTION = (
    "of events nothing is stored, and nobody is told of them",
    "which calendars were chosen, and how they are reached: until the trial ends",
    "this record, its history and proof of its end: beyond its end, as evidence (Art. 17(3)(e) GDPR)",
)

PERSONS_INSTRUCTION = (
    "Read the person's own calendar and pass on minimized bookings of bookable places that it names "
    "(Art. 28(3)(a) GDPR)."
)

NECESSARY = "Needed: FlexO cannot show what is taken without it."
VOLUNTARY = "Voluntary: places' own calendars are read without it."
NONE_ASKED = "None is asked for, and nothing that could hold any is told."
TITLES_MAY_TELL = "None is asked for; words of titles that are told may hint at some."

RETENTION = (
    f"bookings from {DAYS_BEHIND} day back to {DAYS_AHEAD} days ahead, until they age out or are cancelled",
    f"that a booking was removed, without what it was: {REMOVALS_KEPT_DAYS} days",
    f"numbers of what was asked for, seen, kept and withheld: {RECEIPTS_KEPT_DAYS} days",
    "all of these no longer than the authorization",
    "this record, its history and proof of withdrawals: beyond its end, as evidence (Art. 17(3)(e) GDPR)",
)

#: Articles of the GDPR that hold on every legal basis, and those that hold on some.
RIGHTS = ("15", "16", "17", "18", "19")
COMPLAINT = "77"
RIGHTS_BY_BASIS = {"a": ("7(3)", "20"), "b": ("20",), "e": ("21",), "f": ("21",)}


def employers_record(
    parts: Parts, tenant: Tenant, controller: Controller, terms: Terms
) -> AuthorizationRecord:
    """What is recorded of an employer who is onboarded now."""
    recorded = _employers(parts, tenant, controller, terms)
    trial = tenant.registration.trial
    return recorded if trial is None else _of_trial(recorded, trial, terms)


def _of_trial(recorded: AuthorizationRecord, trial: Trial, terms: Terms) -> AuthorizationRecord:
    """What is recorded of a trial: nothing is told of it, and nothing of events is stored."""
    ends_at = in_words(terms.expires_at) or recorded.recorded_at
    return replace(
        recorded,
        purpose=TRIALS_PURPOSE,
        instruction=TRIALS_INSTRUCTION,
        special_categories=NONE_ASKED,
        retention=TRIALS_RETENTION,
        trial=TrialTerms(calendars=len(trial.calendars), begun_at=recorded.recorded_at, ends_at=ends_at),
    )


def _employers(parts: Parts, tenant: Tenant, controller: Controller, terms: Terms) -> AuthorizationRecord:
    choice, connection = tenant.registration, tenant.connection
    party = party_of(parts, choice.name, controller)
    form = form_of(connection.provider, connection.grant)
    return AuthorizationRecord(
        tenant_name=choice.name,
        provider=connection.provider,
        directory=connection.directory,
        recorded_at=_now(parts),
        controller=party,
        processor=parts.settings.operator,
        mandate=controller.mandate,
        purpose=PURPOSE,
        basis=choice.basis,
        national_rule=controller.national_rule,
        instruction=f"{INSTRUCTION} {_standing_instruction(choice.requests_after_days)}",
        region=parts.settings.region,
        necessity=NECESSARY,
        special_categories=_special_categories(disclosure_of(parts.rules, tenant)),
        retention=(
            *RETENTION,
            f"what stays suspended for {terms.erase_after_days} days is erased as if it had been withdrawn",
        ),
        withdrawal=(
            "The controller tells the processor, who runs 'gateway tenant withdraw'. "
            f"{form.removal.format(directory=connection.directory)}"
        ),
        rights=_rights(choice.basis),
        in_force=in_force(
            parts.rules,
            tenant,
            controller=party,
            region=parts.settings.region,
            recipients=(),
            expires_at=terms.expires_at,
        ),
        grant=connection.grant,
    )


def persons_record(
    parts: Parts, tenant: Tenant, employers: AuthorizationRecord, now: InForce, link: Link, basis: str
) -> AuthorizationRecord:
    """What is recorded of a person who connects their own calendar now, within what their employer's is."""
    consent = parts.rules.legal.ceiling(basis, personal=True)
    shown = meet(disclosure_of(parts.rules, tenant), consent)
    return replace(
        employers,
        directory=link.organization or "",
        account=link.account,
        recorded_at=_now(parts),
        processor=parts.settings.operator,
        purpose=PERSONS_PURPOSE,
        basis=basis,
        national_rule=None,
        instruction=PERSONS_INSTRUCTION,
        necessity=VOLUNTARY,
        special_categories=_special_categories(shown),
        withdrawal=(
            "The person tells the controller or the processor, who runs 'gateway link withdraw'; or, without "
            f"either: {REMOVALS[tenant.connection.provider]}"
        ),
        rights=_rights(basis),
        in_force=replace(now, told=tuple(told_of(shown)), expires_at=None),
        grant="delegated",
    )


def party_of(parts: Parts, name: str, controller: Controller) -> Party:
    """The tenant as a party."""
    return Party(
        name=name,
        address=controller.address,
        contact=controller.contact,
        jurisdiction=controller.jurisdiction or parts.settings.operator.jurisdiction,
    )


def check_controller(controller: Controller) -> None:
    """Raises ConfigurationError where what is said of a controller says nothing."""
    try:
        msgspec.convert(msgspec.to_builtins(controller), Controller)
    except msgspec.ValidationError:
        raise ConfigurationError(
            "The tenant's --address, --contact or --national-rule is empty, or its --jurisdiction is no "
            "country's two capital letters (ISO 3166-1), such as DE. Give what the record of its "
            "authorization needs; nothing was recorded."
        ) from None


def _standing_instruction(days: int) -> str:
    return REQUESTS.format(AFTER_DAYS.format(days=days) if days else AT_ONCE)


def _special_categories(shown: Disclosure) -> str:
    return TITLES_MAY_TELL if shown.title > Title.CATEGORY else NONE_ASKED


def _rights(basis: str) -> tuple[str, ...]:
    return (*RIGHTS, *RIGHTS_BY_BASIS.get(basis, ()), COMPLAINT)


def _now(parts: Parts) -> str:
    return parts.clock().isoformat(timespec="seconds")
