"""What happened to an authorization, and what held from then on, as JSON-LD in terms of DPV."""

from gateway.app.accountability.account import Account, Happening
from gateway.app.accountability.account_text import RECIPIENT, until
from gateway.app.accountability.linked_terms import CONTROLLER, PERSON, PROCESSOR, Node, ref
from gateway.authorization import State, SuspensionReason
from gateway.clock import moment
from gateway.intended import Intended
from gateway.record import InForce, Recipient
from gateway.store.history import Happened

#: What happens because whoever gave it chose so.
BY_CHOICE = frozenset(
    {
        *(Happened.AMENDED, Happened.RENEWED, Happened.ACCEPTED, Happened.OBJECTED),
        *(Happened.DISCONNECTED, Happened.RECONNECTED),
    }
)

#: What a state of a person's authorization is as consent, and one of an employer's as activity.
CONSENT = {
    State.PENDING: "dpv:ConsentRequested",
    State.TRIAL: "dpv:ConsentGiven",
    State.ACTIVE: "dpv:ConsentGiven",
    State.DEGRADED: "dpv:ConsentGiven",
    State.SUSPENDED: "dpv:ConsentStatusInvalidForProcessing",
    State.WITHDRAWN: "dpv:ConsentWithdrawn",
    State.ERASED: "dpv:ConsentStatusInvalidForProcessing",
}
ACTIVITY = {
    State.PENDING: "dpv:ActivityProposed",
    State.TRIAL: "dpv:ActivityOngoing",
    State.ACTIVE: "dpv:ActivityOngoing",
    State.DEGRADED: "dpv:ActivityOngoing",
    State.SUSPENDED: "dpv:ActivityHalted",
    State.WITHDRAWN: "dpv:ActivityCompleted",
    State.ERASED: "dpv:ActivityCompleted",
}


def event(account: Account, one: Happening) -> Node:
    """One thing that happened: as what, when, by whom, and for how long it holds."""
    row = one.row
    return {
        "@type": _status(account, one),
        "dpv:isIndicatedAtTime": moment(row.at).isoformat(timespec="milliseconds"),
        "dpv:isIndicatedBy": ref(_who(account, one)),
        "dpv:hasDuration": _duration(one.held),
        "dct:description": " ".join(filter(None, (row.what, one.state, row.reason))),
        **({} if one.change is None else {"dpv:hasNotice": _notice(one.change)}),
        **(held_data(one.held, personal=account.is_personal) if one.is_news else {}),
    }


def _notice(change: Intended) -> Node:
    """What was announced, from when, and until when it could be objected to."""
    times = {"dct:available": change.effective_at, "dct:valid": change.object_by}
    return {
        "@type": "dpv:Notice",
        "dct:identifier": change.id,
        "dct:title": f"{change.kind} {change.name}",
        "dct:description": change.what,
        **{term: moment(at).isoformat(timespec="seconds") for term, at in times.items()},
    }


def _status(account: Account, one: Happening) -> str:
    if not account.is_personal:
        return ACTIVITY[one.state]
    if _is_renewed(one):
        return "dpv:RenewedConsentGiven"
    if one.state is State.SUSPENDED and one.row.reason == SuspensionReason.EXPIRED:
        return "dpv:ConsentExpired"
    if one.state is State.WITHDRAWN and one.is_from_suspension:
        # By a clock, or by whoever administers: not known to be the person.
        return "dpv:ConsentRevoked"
    return CONSENT[one.state]


def _is_renewed(one: Happening) -> bool:
    """Whether a person has connected again: to regain contact moves no fence."""
    if not one.is_own or one.before is None:
        return False
    return one.state is State.ACTIVE and one.row.epoch > one.before.epoch


def _who(account: Account, one: Happening) -> str:
    """Who did it, as far as history tells; else the processor, who saw it."""
    giver = PERSON if account.is_personal and one.is_own else CONTROLLER
    is_given = one.before is None or one.row.what in BY_CHOICE or (account.is_personal and _is_renewed(one))
    is_ended = one.state is State.WITHDRAWN and not one.is_from_suspension
    return giver if is_given or is_ended else PROCESSOR


def _duration(held: InForce) -> Node:
    if held.expires_at is None:
        return {"@type": "dpv:UntilEventDuration", "rdf:value": until(held)}
    return {"@type": "dpv:UntilTimeDuration", "rdf:value": held.expires_at}


def held_data(held: InForce, *, personal: bool) -> Node:
    """What held from some moment on."""
    return {
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice" if personal else "dpv:PrivacyNotice",
            "dct:identifier": held.notice_version,
            "dct:language": "en",
        },
        "dpv:hasPolicy": {
            "@type": "dpv:DataProcessingPolicy",
            "dct:title": held.policy,
            "dct:identifier": held.policy_version,
        },
        "dpv:hasRecipient": [
            {"@type": "dpv:Recipient", "dpv:hasName": RECIPIENT},
            *(_recipient(one) for one in held.recipients),
        ],
    }


def _recipient(one: Recipient) -> Node:
    return {
        "@type": "dpv:Recipient",
        "dpv:hasName": one.name,
        "dct:description": one.in_words,
        "dpv:hasLocation": {"@type": "dpv:Location", "dct:title": one.residence.region},
    }
