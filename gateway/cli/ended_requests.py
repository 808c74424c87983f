"""What a controller is told of people's requests, before it withdraws and after."""

from collections.abc import Iterable

from gateway.app.parts import Parts
from gateway.app.requests.opening import list_requests, load_request
from gateway.app.requests.texts import LOST, STOPPED, UNENDED, WAITING
from gateway.errors import KeyUnavailable, Unreadable
from gateway.request import RESTRICTING, By, SubjectRequest
from gateway.store.registry import Standing
from gateway.withdrawal.request_deadlines import answer_by


async def waiting_requests(parts: Parts, standing: Standing) -> list[str]:
    """What would end unanswered. Needs no key."""
    waiting = [row for row in await list_requests(parts, standing.tenant) if row.is_open]
    lost = sum(row.kind not in RESTRICTING for row in waiting)
    return [WAITING.format(waiting=len(waiting), lost=lost)] if waiting else []


async def ended_requests(parts: Parts, standing: Standing) -> list[str]:
    """What became of those that ended with a tenant, and whom to tell; nothing where evidence is closed."""
    rows = await list_requests(parts, standing.tenant)
    unended = sum(row.is_open or row.restricts for row in rows)
    if unended:
        return [UNENDED.format(count=unended)]
    try:
        found = [await load_request(parts, standing, row.id) for row in rows]
    except (KeyUnavailable, Unreadable):
        return []
    ended = [one for one in found if one.steps[-1].by is By.WITHDRAWAL]
    stopped = [one for one in ended if one.kind in RESTRICTING]
    return [*_told(STOPPED, stopped), *_told(LOST, [one for one in ended if one not in stopped])]


def _told(text: str, some: Iterable[SubjectRequest]) -> list[str]:
    days = sorted(map(answer_by, some))
    return [text.format(count=len(days), day=days[0])] if days else []
