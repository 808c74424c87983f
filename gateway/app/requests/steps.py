"""What officers do with requests of people: carry them out, refuse, extend or close them."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.app.accountability.exporting import export_request
from gateway.app.cascades import drive, open_cascade
from gateway.app.parts import Parts
from gateway.app.requests.opening import load_request, open_choice, open_requests, take_step
from gateway.errors import ConfigurationError
from gateway.request import EXECUTED, HANDED_OUT, By, RequestKind, RequestState, SubjectRequest
from gateway.store.registry import Standing
from gateway.store.transaction import Transaction
from gateway.store.unlock import open_keys
from gateway.withdrawal.giving_back import Revoke
from gateway.withdrawal.request_deadlines import MONTHS_EXTENDED, end_of, last_day
from gateway.withdrawal.restricting import advance, read_anew

REASON_CHARACTERS_MAX = 2_000

#: What a request becomes by a step, at a time (epoch milliseconds).
Step = Callable[[SubjectRequest, int], SubjectRequest]


async def extend_request(parts: Parts, standing: Standing, request: str, reason: str) -> SubjectRequest:
    """Let it be answered two months later, once. Raises ConfigurationError, UnknownName."""
    zone, told = ZoneInfo((await open_choice(parts, standing))[1].zone), _reason(reason)

    def extend(before: SubjectRequest, now: int) -> SubjectRequest:
        return before.extend(now, end_of(last_day(before.received, MONTHS_EXTENDED), zone), told)

    return await _step(parts, standing, request, extend)


async def refuse_request(parts: Parts, standing: Standing, request: str, ground: str) -> SubjectRequest:
    """End it for a ground: what it restricted is told again. Raises ConfigurationError, UnknownName."""
    told = _reason(ground)
    return await _step(parts, standing, request, lambda before, now: before.refuse(now, told))


async def close_request(parts: Parts, standing: Standing, request: str) -> SubjectRequest:
    """End what the person took back, or a restriction of whose end they were told. Raises as ``refuse``."""
    return await _step(parts, standing, request, SubjectRequest.close)


async def carry_out(
    parts: Parts, standing: Standing, revoke: Revoke, request: str, target: Path | None = None
) -> SubjectRequest:
    """Do what was asked. ``target``: where what is kept of them is written, a file that is not there yet.

    An objection or an erasure is a withdrawal, whose steps are driven as far as they go. Raises
    ConfigurationError, UnknownName, KeyUnavailable.
    """
    before = await load_request(parts, standing, request)
    before.carry_out(before.opened_at)
    if (before.kind in HANDED_OUT) == (target is None):
        raise ConfigurationError(
            "What is kept of somebody is written into a file where they ask for it, and only then: give "
            "--target for access and portability, and leave it out otherwise. Nothing was done."
        )
    if target is not None:
        await export_request(parts, standing, target, request)
    if before.kind in EXECUTED:
        await _withdraw(parts, standing, revoke, request)
        return await load_request(parts, standing, request)
    return await _step(parts, standing, request, SubjectRequest.carry_out)


async def _withdraw(parts: Parts, standing: Standing, revoke: Revoke, request: str) -> None:
    cascade = open_cascade(parts, revoke)
    for lease in await open_requests(parts, cascade).execute(request, standing, By.OFFICER):
        await drive(parts, cascade, lease)


async def _step(parts: Parts, standing: Standing, request: str, step: Step) -> SubjectRequest:
    keys = await open_keys(parts.keyring, standing)

    def write(transaction: Transaction) -> SubjectRequest:
        after = step(transaction.requests.load(request), transaction.now)
        advance(transaction, keys.index, after)
        if after.kind is RequestKind.RECTIFICATION and after.state is RequestState.CARRIED_OUT:
            read_anew(transaction)
        return after

    return await take_step(parts, standing, write)


def _reason(text: str) -> str:
    """Raises ConfigurationError."""
    told = text.strip()
    if not told or len(told) > REASON_CHARACTERS_MAX:
        raise ConfigurationError(
            f"Say why, in {REASON_CHARACTERS_MAX:,} characters at most: the person has to be told. "
            "Nothing was changed."
        )
    return told
