"""Categories: what a booking is for, from the kind of resource and the type of event, never from text."""

from typing import Literal, get_args

from connectors.raw import Kind
from gateway.booking import ResourceKind

Category = Literal["meeting", "desk", "block"]
CATEGORIES = frozenset(get_args(Category))

MEETINGS = {Kind.SINGLE, Kind.OCCURRENCE, Kind.EXCEPTION}


def category(resource: ResourceKind, event: Kind) -> Category:
    """What is not a plain event in a room is one category: ``block``."""
    if resource in (ResourceKind.DESK, ResourceKind.DESK_POOL):
        return "desk"
    return "meeting" if resource is ResourceKind.ROOM and event in MEETINGS else "block"
