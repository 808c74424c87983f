"""Leaving: calendars that are told of no more, or as another resource, and what goes with them."""

from collections.abc import Collection

from gateway.booking import CalendarId, ResourceId
from gateway.store.transaction import Transaction


def take_away(
    transaction: Transaction, leaving: Collection[CalendarId], staying: Collection[ResourceId] = ()
) -> set[ResourceId]:
    """Forget calendars; a resource goes with the last of its own, unless it is among those that stay.

    Returns the resources that stay without some of their calendars: their states have to be told.
    """
    resource_of = transaction.calendars.resources()
    touched = {resource_of[calendar] for calendar in leaving}
    lasting = {*staying, *(resource_of[calendar] for calendar in resource_of.keys() - set(leaving))}
    # What goes as a whole goes first: one word says it of all its bookings.
    for resource in sorted(touched - lasting):
        transaction.resources.remove(resource)
    for calendar in leaving:
        if resource_of[calendar] in lasting:
            transaction.bookings.remove(calendar, sorted(transaction.bookings.present(calendar)))
            transaction.calendars.drop(calendar)
            transaction.channels.end(calendar)
    return touched & lasting
