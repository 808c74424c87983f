"""Invitees: who of them may connect a calendar, and what is said to whoever may not."""

from connectors.delegation import Link
from connectors.errors import (
    ConnectorError,
    ConsentDeclined,
    CredentialRefused,
    PersonExcluded,
    ScopeTooSmall,
    Throttled,
    Unreachable,
)
from gateway.errors import NotConnected
from gateway.tenant import Persons, Provider, Tenant

#: Why nothing was connected, for the person, by what went wrong.
_SENTENCES: dict[type[ConnectorError], str] = {
    ConsentDeclined: "You did not agree, or may not. Nothing was connected, and nothing was kept.",
    ScopeTooSmall: (
        "Reading your calendar's events was left out of what you allowed, so there is nothing to go by. "
        "Follow the invitation again and leave the boxes ticked, or let it be."
    ),
    PersonExcluded: (
        "Your account may not be connected: it is disabled, or it is a minor's without a parent's consent. "
        "Nothing was connected."
    ),
    Throttled: "Your provider is busy. Follow the invitation again in some minutes.",
    Unreachable: "Your provider did not answer. Follow the invitation again in some minutes.",
    CredentialRefused: (
        "Your provider does not accept this gateway's own registration. That is not your fault: tell whoever "
        "invited you."
    ),
}
_OTHERWISE = (
    "Your provider did not let us read your calendar. Nothing was connected. Tell whoever invited you."
)


def unknown() -> NotConnected:
    """What is said where an invitation, or the way back from a sign-in, leads nowhere."""
    return NotConnected(
        "This invitation has ended, was used before, or was opened again meanwhile. Follow it once more, or "
        "ask whoever sent it for another one. Nothing was connected."
    )


def refused(refusal: ConnectorError) -> NotConnected:
    """What a person is told whom their provider did not let connect."""
    sentence = next((text for kind, text in _SENTENCES.items() if isinstance(refusal, kind)), _OTHERWISE)
    return NotConnected(sentence)


def check_who(tenant: Tenant, link: Link, removal: str) -> None:
    """Raise NotConnected, which says how to take the permission back, unless the tenant lets them connect."""
    persons = tenant.registration.persons or Persons()
    organization = (link.organization or "").casefold()
    if link.is_consumer:
        if persons.consumers:
            return
        raise NotConnected(
            "That is a personal account, and your employer lets accounts of its own organization connect "
            f"only. Sign in with your account at work. Nothing was connected. {removal}"
        )
    own = (
        {tenant.connection.directory} if tenant.connection.provider is Provider.MICROSOFT else persons.domains
    )
    if organization not in {name.casefold() for name in own}:
        raise NotConnected(
            "That account belongs to another organization than the one that invited you. Sign in with your "
            f"account there. Nothing was connected. {removal}"
        )
