"""Changes that were announced, in words: what was said to them, and what follows."""

from gateway.clock import to_minute
from gateway.store.history import Happened
from gateway.withdrawal.answers import Announced


def answer_of(one: Announced) -> str:
    """What was said."""
    if one.answer is None:
        return "none yet" if one.intended.needs_answer else "none needed"
    return f"{one.answer}, to withdraw" if one.withdraws else one.answer


def follows(one: Announced) -> str:
    """What becomes of it, and of the tenant."""
    if one.is_superseded:
        return "it was announced anew, and only that counts"
    if one.awaits is None:
        return "it never applies" if one.is_objected_to else "it is in effect"
    at = to_minute(one.awaits)
    if one.answer is Happened.ACCEPTED:
        return f"it takes effect at {at}"
    if one.withdraws:
        return f"all is suspended at {at} and then erased, a day after that was told at the earliest"
    if one.is_objected_to:
        return f"all is suspended at {at}"
    return f"without an answer all is suspended at {at}"


def change_line(one: Announced) -> str:
    """One change as a sentence."""
    change = one.intended
    begins = to_minute(change.effective_at)
    return f"{change.kind} {change.name} from {begins}, {answer_of(one)}: {follows(one)}"
