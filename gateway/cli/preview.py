"""``gateway preview``: what FlexO would get of events in a file."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from gateway.app.previews.preview import assume, preview_file, results, show
from gateway.app.rules import load_rules
from gateway.booking import ResourceKind
from gateway.clock import system_clock
from gateway.errors import ConfigurationError
from gateway.settings import load_settings
from gateway.tenant import Provider


class PreviewKind(StrEnum):
    """Whose calendar the file is taken for."""

    ROOM = "room"
    DESK = "desk"
    POOL = "pool"


class CalendarOf(StrEnum):
    """A place's own calendar, or a person's."""

    RESOURCE = "resource"
    PERSONAL = "personal"


KINDS = {
    PreviewKind.ROOM: ResourceKind.ROOM,
    PreviewKind.DESK: ResourceKind.DESK,
    PreviewKind.POOL: ResourceKind.DESK_POOL,
}


def preview(
    file: Annotated[Path, Parameter(help="A page, a delta page or one event, as Graph or Google prints it.")],
    *,
    provider: Annotated[Provider, Parameter(help="Who printed it.")],
    policy: Annotated[str, Parameter(help="How much may be seen.")] = "occupancy",
    basis: Annotated[str, Parameter(help="The legal basis, by its letter in Art. 6(1) GDPR.")] = "f",
    kind: Annotated[PreviewKind, Parameter(help="What sort of place the calendar is of.")] = PreviewKind.ROOM,
    zone: Annotated[str, Parameter(help="IANA zone of the place.")] = "UTC",
    calendar: Annotated[CalendarOf, Parameter(help="Of the place itself, or of a person.")] = (
        CalendarOf.RESOURCE
    ),
    resource: Annotated[str | None, Parameter(help="With --calendar personal: the place's address.")] = None,
    json: Annotated[bool, Parameter(help="Results alone, and nothing of the input.")] = False,
    config: Annotated[Path | None, Parameter(help="Use this configuration's policies.")] = None,
) -> None:
    """Show what FlexO would get of events in a file. Writes nothing."""
    if (calendar is CalendarOf.PERSONAL) != (resource is not None):
        raise ConfigurationError("A personal calendar needs --resource, and only that one takes it.")
    rules = load_rules(None if config is None else load_settings(config))
    assumptions = assume(rules, policy, basis, KINDS[kind], zone, resource)
    previews = preview_file(file, provider, assumptions, system_clock())
    if json:
        sys.stdout.write(results(previews) + "\n")
    else:
        show(Console(), previews)
