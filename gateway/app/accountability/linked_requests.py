"""What people asked about their data, and what became of it, as JSON-LD in terms of DPV. Nobody is named."""

from gateway.app.accountability.account import Account
from gateway.app.accountability.linked_terms import Node
from gateway.app.requests.texts import TAKEN_BY
from gateway.clock import moment
from gateway.request import RequestKind, RequestState, RequestStep, SubjectRequest
from gateway.withdrawal.request_deadlines import answer_by

RIGHTS = {
    RequestKind.ACCESS: "eu-gdpr:A15",
    RequestKind.PORTABILITY: "eu-gdpr:A20",
    RequestKind.RECTIFICATION: "eu-gdpr:A16",
    RequestKind.RESTRICTION: "eu-gdpr:A18",
    RequestKind.OBJECTION: "eu-gdpr:A21",
    RequestKind.ERASURE: "eu-gdpr:A17",
}
STATUS = {
    RequestState.OPENED: "dpv:RequestInitiated",
    RequestState.EXTENDED: "dpv:RequestActionDelayed",
    RequestState.CARRIED_OUT: "dpv:RequestFulfilled",
    RequestState.REFUSED: "dpv:RequestRejected",
}
#: A request that was closed, by whether it had been carried out: a restriction that ends was.
CLOSED = {True: "dpv:RequestFulfilled", False: "dpv:RequestUnfulfilled"}


def requests_data(account: Account) -> Node:
    """Every request, with its steps; nothing where nobody asked."""
    if not account.requests:
        return {}
    return {"dpv:hasRecordOfActivity": [_record(one) for one in account.requests]}


def _record(request: SubjectRequest) -> Node:
    return {
        "@type": "dpv:RightExerciseRecord",
        "dct:identifier": request.id,
        "dct:created": request.received.isoformat(),
        "dct:valid": answer_by(request).isoformat(),
        "dpv:hasRight": {"@type": RIGHTS[request.kind]},
        "dpv:hasStatus": [_step(request, one) for one in request.steps],
    }


def _step(request: SubjectRequest, step: RequestStep) -> Node:
    was_carried_out = any(one.state is RequestState.CARRIED_OUT for one in request.steps)
    return {
        "@type": STATUS.get(step.state, CLOSED[was_carried_out]),
        "dpv:isIndicatedAtTime": moment(step.at).isoformat(timespec="milliseconds"),
        "dct:description": f"{step.state.replace('_', ' ')} by {TAKEN_BY[step.by]}",
    }
