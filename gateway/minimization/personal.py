"""Personal calendars: only an event that names a resource of the tenant concerns anybody but its owner."""

from msgspec.structs import replace

from connectors.raw import RawEvent


def as_the_place_sees_it(event: RawEvent, addresses: frozenset[str]) -> RawEvent | None:
    """The event with the named place's answer for the owner's; None if it names none of the addresses.

    ``addresses`` are folded to lower case, as attendees' are.
    """
    answers = (row.response for row in event.attendees or () if row.is_resource and row.address in addresses)
    answer = next(answers, None)
    return None if answer is None else replace(event, response=answer)
