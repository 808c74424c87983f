"""People: how many come, never who."""

from connectors.raw import RawEvent, Response
from gateway.booking import Bucket
from gateway.minimization.lattice import People

SMALL_GROUP_MAX = 5

# Looking a member up in an Enum class costs more than the rest of a line.
_NOBODY, _EXACT, _DECLINED = People.NONE, People.EXACT, Response.DECLINED


def head_count(event: RawEvent, level: People) -> Bucket | int | None:
    """Each attendee row once, without resources and declined; None where the provider left any out."""
    if level is _NOBODY or event.attendees is None or event.attendees_omitted:
        return None
    count = sum(not row.is_resource and row.response is not _DECLINED for row in event.attendees)
    return count if level is _EXACT else bucket(count)


def bucket(count: int) -> Bucket:
    """A count made coarse."""
    if count > 1:
        return "2-5" if count <= SMALL_GROUP_MAX else "6+"
    return "1" if count else "0"
