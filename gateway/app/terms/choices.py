"""What an admin chose for a tenant, looked at before anything is recorded."""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.app.parts import Parts
from gateway.app.providers.grants import form_of
from gateway.booking import ResourceKind
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.errors import ConfigurationError
from gateway.minimization.policy import activated
from gateway.store.registry import Terms
from gateway.tenant import Connection, Mailbox, Mode, Persons, Places, Provider, Registration, Trial

#: Longer than that, what nobody may read any more is kept for nothing.
ERASE_AFTER_DAYS_MAX = 90

OBJECTION_DAYS_MAX = 90

TRIAL_DAYS_MAX = 7
TRIAL_CALENDARS_MAX = 10
#: Longer than that no request that restricts waits for the controller.
REQUESTS_AFTER_DAYS_MAX = 14

#: How Entra names a directory: by its id, or by one of its domains.
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DIRECTORY = re.compile(
    rf"[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}|({_LABEL}\.)+{_LABEL}", re.IGNORECASE
)


_DOMAIN = re.compile(rf"({_LABEL}\.)+{_LABEL}", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def check_onboarding(parts: Parts, connection: Connection, registration: Registration) -> None:
    activated(parts.rules.policies, registration.policy)
    parts.rules.legal.ceiling(registration.basis)
    if getattr(parts.settings.providers, connection.provider) is None:
        raise ConfigurationError(
            f"The configuration has no section [providers.{connection.provider}], so that tenant could not "
            "be read. Add it, then try again; nothing was recorded."
        )
    form_of(connection.provider, connection.grant)
    _check_names(connection, registration)
    _check_zones([registration.zone])
    _check_objection(registration)
    check_places(registration.places)
    if registration.persons is not None:
        _check_persons(parts, connection, registration.persons)
    if not 0 <= registration.requests_after_days <= REQUESTS_AFTER_DAYS_MAX:
        raise ConfigurationError(
            f"What a person asks for is carried out at once, or after {REQUESTS_AFTER_DAYS_MAX} days at most "
            "unless the controller gives a reason. Choose a number of days between; nothing was recorded."
        )


def check_connection(connection: Connection) -> None:
    """Raises UnknownName for a grant that there is none of, ConfigurationError for what it does not need."""
    form = form_of(connection.provider, connection.grant)
    if bool(connection.read_as) != form.is_delegated:
        raise ConfigurationError(
            "Under a delegated --grant (Google), and there alone, --read-as says as whom our key acts. "
            "Nothing was changed."
        )


def check_terms(parts: Parts, terms: Terms, trial: Trial | None = None) -> None:
    """Raises ConfigurationError for an end that is past, or a suspension that could last too long."""
    if terms.expires_at is not None and terms.expires_at <= milliseconds(parts.clock()):
        raise ConfigurationError(
            "The day until which it is given is past. Name a later one, or none: then it holds until it is "
            "withdrawn. Nothing was recorded."
        )
    if trial is not None:
        _check_trial(parts, trial, terms)
    if not 1 <= terms.erase_after_days <= ERASE_AFTER_DAYS_MAX:
        raise ConfigurationError(
            f"A suspension lasts a day at least and {ERASE_AFTER_DAYS_MAX} at most; then all is erased. "
            "Choose a number of days between; nothing was recorded."
        )


def _check_trial(parts: Parts, trial: Trial, terms: Terms) -> None:
    latest = milliseconds(parts.clock()) + TRIAL_DAYS_MAX * DAY_MILLISECONDS
    if terms.expires_at is None or terms.expires_at > latest:
        raise ConfigurationError(
            f"A trial lasts {TRIAL_DAYS_MAX} days at most, and has an end of its own: leave --until out. "
            "Nothing was recorded."
        )
    addresses = [address.strip().casefold() for address in trial.calendars]
    if not 0 < len({*addresses}) == len(addresses) <= TRIAL_CALENDARS_MAX or not all(addresses):
        raise ConfigurationError(
            f"A trial looks at 1 to {TRIAL_CALENDARS_MAX} calendars of places. Name each once, by its "
            "address (--calendar); nothing was recorded."
        )


def _check_objection(registration: Registration) -> None:
    if not 1 <= registration.objection_days <= OBJECTION_DAYS_MAX:
        raise ConfigurationError(
            f"A tenant may object for a day at least and {OBJECTION_DAYS_MAX} at most (--object-within). "
            "Choose a number of days between; nothing was recorded."
        )


def _check_persons(parts: Parts, connection: Connection, persons: Persons) -> None:
    """Raises ConfigurationError where nobody could connect, or copies would be told twice."""
    google, is_google = parts.settings.providers.google, connection.provider is Provider.GOOGLE
    if connection.mode is Mode.DELTA:
        raise ConfigurationError(
            "In delta mode Graph does not tell which copies are of one event, so that what people's "
            "calendars tell would be told twice. Choose --mode snapshot, or no --persons; nothing was "
            "recorded."
        )
    if persons.domains and not is_google:
        raise ConfigurationError(
            "At Microsoft the members of the directory may connect, whatever their domain. Leave "
            "--person-domain out; nothing was recorded."
        )
    if not is_google and _GUID.fullmatch(connection.directory) is None:
        raise ConfigurationError(
            "Entra tells the id of a person's directory and not its domains: give the directory's id, so "
            "that it is known whose people may connect; nothing was recorded."
        )
    if is_google and not (persons.domains or persons.consumers):
        raise ConfigurationError(
            "Google tells of which domain an account is, and not of which customer: nobody could connect. "
            "Name the domains (--person-domain); nothing was recorded."
        )
    if any(_DOMAIN.fullmatch(domain) is None for domain in persons.domains):
        raise ConfigurationError(
            "A --person-domain is no domain name. Give it as example.com; nothing was recorded."
        )
    if is_google and google is not None and google.client_file is None:
        raise ConfigurationError(
            "The configuration has no client_file in [providers.google], with which people would connect. "
            "Put the JSON of a web client there, then try again; nothing was recorded."
        )


def _check_names(connection: Connection, registration: Registration) -> None:
    if not registration.name.strip():
        raise ConfigurationError(
            "A tenant needs a name, by which people will know it. Give it one; nothing was recorded."
        )
    if not connection.directory.strip() or (
        connection.read_as is not None and not connection.read_as.strip()
    ):
        raise ConfigurationError(
            "The directory, customer or account to read as is empty. Give what the provider calls it; "
            "nothing was recorded."
        )
    if connection.provider is Provider.MICROSOFT and DIRECTORY.fullmatch(connection.directory) is None:
        raise ConfigurationError(
            "That is no directory of Microsoft's. Give its id (8-4-4-4-12 hexadecimal digits) or one of its "
            "domain names; nothing was recorded."
        )


def _check_zones(zones: Iterable[str]) -> None:
    for zone in zones:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ConfigurationError(
                "That time zone is unknown. Use an IANA name such as Europe/Berlin; nothing was recorded."
            ) from None


def check_places(places: Places) -> None:
    """Raises ConfigurationError where what is said of places contradicts itself."""
    _check_zones(places.site_zones.values())
    if places.cleared & places.personal:
        raise ConfigurationError(
            "A place stands under both 'cleared' and 'personal': it is nobody's own, or somebody's. Leave it "
            "in one of them; nothing was recorded."
        )
    if len({mailbox.id for mailbox in places.unlisted}) < len(places.unlisted):
        raise ConfigurationError(
            "One and the same id stands twice under 'unlisted'. Give each mailbox its own; nothing was "
            "recorded."
        )
    if any(_is_odd(mailbox) for mailbox in places.unlisted):
        raise ConfigurationError(
            "A mailbox under 'unlisted' has no id, an address without '@', or is a whole site. Describe each "
            "by the mailbox's own address; nothing was recorded."
        )
    for name, refs in {"external_refs": places.external_refs, "site_refs": places.site_refs}.items():
        if len({*refs.values()}) < len(refs):
            raise ConfigurationError(
                f"One and the same id of FlexO's stands twice under '{name}'. Give each its own; "
                "nothing was recorded."
            )


def _is_odd(mailbox: Mailbox) -> bool:
    local, at, domain = mailbox.address.partition("@")
    is_address = bool(local and at and domain) and not any(map(str.isspace, mailbox.address))
    return not mailbox.id or not is_address or mailbox.kind is ResourceKind.SITE
