"""What people asked about their data, for people: kinds, states, counts and days, and nobody's name."""

from collections import Counter
from collections.abc import Iterable, Iterator

from gateway.app.requests.texts import TAKEN_BY
from gateway.clock import to_second
from gateway.request import RequestState, SubjectRequest
from gateway.store.asked import RequestRow
from gateway.withdrawal.request_deadlines import answer_by


def counted(requests: Iterable[SubjectRequest | RequestRow]) -> Iterator[str]:
    """How many there are, by what was asked and where it stands."""
    for (kind, state), number in sorted(Counter((one.kind, one.state) for one in requests).items()):
        yield f"{kind}, {_words(state)}: {number:,}"


def became(request: SubjectRequest) -> str:
    """What became of one, and by whom."""
    steps = (f"{to_second(one.at)} {_words(one.state)} by {TAKEN_BY[one.by]}" for one in request.steps)
    return f"{request.kind}, received {request.received}, due {answer_by(request)}: {'; '.join(steps)}"


def stands(row: RequestRow) -> str:
    """Where one stands. Needs no key."""
    since = "" if row.ended_at is None else f" since {to_second(row.ended_at)}"
    return f"{row.kind}, opened {to_second(row.opened_at)}: {_words(row.state)}{since}"


def _words(state: RequestState) -> str:
    return state.replace("_", " ")
