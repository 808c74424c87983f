"""Weekly series, served expanded: a master, its occurrences, and its exceptions."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from connectors.sandbox.chance import Chance
from connectors.sandbox.meeting import Meeting, Repetition, Role

WEEK = timedelta(weeks=1)


def expanded(first: Meeting, weeks: int, chance: Chance) -> Iterator[Meeting]:
    """The series that starts with this meeting: its master first, then ``weeks`` instances.

    One instance in sixteen was moved by an hour, and one in sixteen is cancelled.
    """
    start, end = first.start, first.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        raise TypeError("a series of all-day meetings is not made up here")
    last = start + (weeks - 1) * WEEK
    yield replace(first, role=Role.MASTER, repetition=Repetition(start.date(), last.date()))
    for week in range(weeks):
        instance = replace(
            first,
            key=f"{first.key}-{week}",
            series=first.key,
            # Local time: the hour stays the same when the clocks change.
            original=start + week * WEEK,
            start=start + week * WEEK,
            end=end + week * WEEK,
            role=Role.OCCURRENCE,
        )
        yield _exception(instance, chance) if week and chance.once_in(8) else instance


def _exception(instance: Meeting, chance: Chance) -> Meeting:
    if chance.once_in(2):
        return replace(instance, role=Role.EXCEPTION, cancelled=True)
    hour = timedelta(hours=1)
    return replace(instance, role=Role.EXCEPTION, start=instance.start + hour, end=instance.end + hour)
