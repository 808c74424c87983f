"""Receiver: a security event token in, the one signal in it out, or a refusal. Pure.

Shared Signals Framework 1.0 with CAEP and RISC, and Google's older shape of RISC, told apart by the issuer.
"""

from collections.abc import Mapping

from gateway.signals import caep, google_risc, risc, ssf
from gateway.signals.decision import DECISIONS, Effect
from gateway.signals.event_type import EventType
from gateway.signals.expectation import Expectation
from gateway.signals.google_risc import google_subject
from gateway.signals.key_ring import KeyRing
from gateway.signals.members import Members, inner, members, seconds
from gateway.signals.refusal import RefusalCode, SetRefused
from gateway.signals.security_event import SecurityEvent, verified
from gateway.signals.signal import CHANNEL, About, Claim, NameKind, Signal
from gateway.signals.subject_identifier import NOBODY, Subject, subject

_TYPES = {**caep.TYPES, **risc.TYPES, **ssf.TYPES}
_GOOGLE_TYPES = {**_TYPES, **google_risc.TYPES}


def received(token: bytes, keys: KeyRing, expectation: Expectation, now: int) -> Signal:
    """What a token tells (``now`` in epoch milliseconds). Raises SetRefused.

    It proves nothing (UNKNOWN) where we do not know its type, another organization is named, or something in
    it had to be understood and was not. It is about nobody where we cannot read who is named.
    """
    told = verified(token, keys, expectation, now)
    type_, event = _only_event(told, _GOOGLE_TYPES if expectation.is_google else _TYPES)
    nothing = Signal(expectation.issuer, told.id, NOBODY, Claim.UNKNOWN, _happened_at(told, event))
    if type_ is None:
        return nothing
    proves = type_.proves(event)
    if type_.is_of_channel:
        is_ours = ssf.is_ours(told.subject, expectation)
        state = ssf.state(event) if type_ is ssf.VERIFICATION else None
        return nothing._replace(about=CHANNEL, proves=proves, state=state) if is_ours else nothing
    found = _subject(told, event, expectation)
    if found is None:
        return nothing
    return nothing._replace(about=_about(found, proves), proves=_proves(found, proves))


def _only_event(told: SecurityEvent, types: Mapping[str, EventType]) -> tuple[EventType | None, Members]:
    """The one event, of a type that may be given by several of its names; None where we know none of it."""
    type_, *others = map(types.get, told.events)
    written, *copies = told.events.values()
    is_one = all(other is type_ is not None for other in others)
    event = members(written)
    if event is None or not is_one or any(bytes(copy) != bytes(written) for copy in copies):
        raise SetRefused(RefusalCode.INVALID_REQUEST, "its events have to hold one event, a JSON object.")
    return type_, event


def _happened_at(told: SecurityEvent, event: Members) -> int:
    """When it happened, in epoch milliseconds: not after it was told.

    CAEP's drafts had event_timestamp in milliseconds: those are taken for a time to come, and so not taken.
    """
    happened_at = told.happened_at or seconds(event, "event_timestamp") or told.told_at
    return int(min(happened_at, told.told_at) * 1000)


def _subject(told: SecurityEvent, event: Members, expectation: Expectation) -> Subject | None:
    """Beside sub_id, a subject in the event is a copy for older receivers."""
    identifier = (inner(event, "subject") or {}) if told.subject is None else told.subject
    return (google_subject if expectation.is_google else subject)(identifier, expectation)


def _about(found: Subject, proves: Claim) -> About:
    """Of names, only an address is ever given to another person."""
    if proves is not Claim.NAME_RECYCLED:
        return found.about
    addresses = frozenset(name for name in found.about.names if name.kind is NameKind.ADDRESS)
    return found.about._replace(names=addresses)


def _proves(found: Subject, proves: Claim) -> Claim:
    """Whose a device or a session is we cannot find out, and nobody in an organization is suspended for one.

    What was granted to any of them is looked at anew instead.
    """
    is_hard = DECISIONS[proves].effect > Effect.REFRESH
    return Claim.ATTRIBUTES_CHANGED if found.is_thing and is_hard else proves
