"""Okta's event hooks: entries of its System Log. Of each, five members are read. Pure.

developer.okta.com/docs/concepts/event-hooks, /docs/reference/api/event-types.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.json import Decoder

from gateway.clock import Moment, milliseconds
from gateway.signals.names import account, address
from gateway.signals.signal import About, Claim, Name, Signal
from gateway.signals.transmitter import Caller

#: More than Okta puts into one body. Of more none is believed: what is taken is taken whole.
EVENTS_MAX = 1000

_OF_PERSONS: Mapping[str, Claim] = {
    "user.lifecycle.deactivate": Claim.DISABLED,
    "user.lifecycle.suspend": Claim.DISABLED,
    # Only begun, and the one of the two that hooks are sent.
    "user.lifecycle.delete.initiated": Claim.DISABLED,
    "user.lifecycle.delete.completed": Claim.DELETED,
    "user.lifecycle.activate": Claim.RESTORED,
    "user.lifecycle.reactivate": Claim.RESTORED,
    "user.lifecycle.unsuspend": Claim.RESTORED,
    "user.session.clear": Claim.SESSIONS_ENDED,
}
#: Of one of the organization's many applications. No more assigned to ours is as good as disabled.
_OF_APPLICATIONS: Mapping[str, Claim] = {
    "application.user_membership.remove": Claim.DISABLED,
    "app.oauth2.as.consent.revoke": Claim.CONSENT_REVOKED,
    "app.oauth2.as.consent.revoke.implicit.user": Claim.CONSENT_REVOKED,
    "app.oauth2.as.consent.revoke.user": Claim.CONSENT_REVOKED,
    "app.oauth2.as.consent.revoke.user.client": Claim.CONSENT_REVOKED,
    "app.oauth2.as.token.revoke": Claim.CONSENT_REVOKED,
}
_TOLD = {*_OF_PERSONS, *_OF_APPLICATIONS}
_SUCCESS = "SUCCESS"
_UUID_LENGTH_MAX = 128
_NOBODY = About.person()


class _Data(msgspec.Struct):
    events: list[msgspec.Raw]


class _Envelope(msgspec.Struct):
    data: _Data


class _Outcome(msgspec.Struct):
    result: str


class _Target(msgspec.Struct, rename="camel"):
    type: str
    id: str
    alternate_id: str | None = None


class _Event(msgspec.Struct, rename="camel"):
    """All that is read of an entry: who did it, from where and with what never becomes an object."""

    uuid: str
    event_type: str
    outcome: _Outcome
    published: msgspec.Raw = msgspec.Raw()
    target: msgspec.Raw = msgspec.Raw()


_ENVELOPE, _EVENT, _TARGET = Decoder(_Envelope), Decoder(_Event), Decoder(_Target)
_TARGETS, _TIME = Decoder(list[msgspec.Raw]), Decoder(Moment)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def heard(body: bytes, caller: Caller, now: datetime) -> Sequence[Signal] | None:
    """What a body tells, entries left out that cannot be read or did not succeed; None if it is no hook's.

    What bears no time, or one to come, happened ``now``.
    """
    try:
        events = _ENVELOPE.decode(body).data.events
    except _UNREADABLE:
        return None
    if len(events) > EVENTS_MAX:
        return None
    return [signal for event in events for signal in _signals(event, caller, now)]


def _signals(item: msgspec.Raw, caller: Caller, now: datetime) -> Iterator[Signal]:
    try:
        event = _EVENT.decode(item)
    except _UNREADABLE:
        return
    if event.outcome.result != _SUCCESS or not 0 < len(event.uuid) <= _UUID_LENGTH_MAX:
        return
    at = min(_published(event.published, now), milliseconds(now))
    targets = [] if event.event_type not in _TOLD else _targets(event.target)
    proves = _OF_PERSONS.get(event.event_type) or _of_application(event.event_type, targets, caller)
    if proves is Claim.UNKNOWN:
        yield Signal(caller.issuer, event.uuid, _NOBODY, proves, at)
        return
    for number, names in enumerate(_persons(targets)):
        # Okta tells of one person; of two, neither is to pass for a repetition of the other.
        name = event.uuid if number == 0 else f"{event.uuid}.{number}"
        yield Signal(caller.issuer, name, About.person(*names), proves, at)


def _of_application(event_type: str, targets: Sequence[_Target], caller: Caller) -> Claim:
    is_ours = caller.application is not None and any(one.id == caller.application for one in targets)
    return _OF_APPLICATIONS.get(event_type, Claim.UNKNOWN) if is_ours else Claim.UNKNOWN


def _persons(targets: Sequence[_Target]) -> list[set[Name]]:
    """By what each person is named. One is named twice where their account in an application is told of."""
    users = [_names(one) for one in targets if one.type == "User"]
    members = [_names(one) for one in targets if one.type == "AppUser"]
    if len(users) <= 1 and len(members) <= 1:
        users = [set().union(*users, *members)]
    return [names for names in users or members if names]


def _names(target: _Target) -> set[Name]:
    return {name for name in (account(target.id), address(target.alternate_id)) if name is not None}


def _targets(part: msgspec.Raw) -> list[_Target]:
    try:
        items = _TARGETS.decode(part)
    except _UNREADABLE:
        return []
    return [target for item in items if (target := _target(item)) is not None]


def _target(item: msgspec.Raw) -> _Target | None:
    try:
        return _TARGET.decode(item)
    except _UNREADABLE:
        return None


def _published(part: msgspec.Raw, now: datetime) -> int:
    try:
        return milliseconds(_TIME.decode(part))
    except _UNREADABLE:
        return milliseconds(now)
