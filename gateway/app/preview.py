"""Preview: what FlexO would get of events in a file, shown to whoever holds the file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from connectors.decoding import decode
from connectors.errors import Malformed
from connectors.google import wire as google
from connectors.microsoft import wire as microsoft
from connectors.port import Page, Projection
from gateway.app.rules import Rules
from gateway.booking import ResourceKind
from gateway.clock import Clock
from gateway.errors import ConfigurationError
from gateway.minimization.contract import effective, projection
from gateway.minimization.policy import named
from gateway.minimization.preview import Assumptions, Decoder, Item, Previewed, as_json, preview
from gateway.minimization.reveal import reveal
from gateway.tenant import Provider

WIRES = {Provider.MICROSOFT: microsoft, Provider.GOOGLE: google}
#: What only a round of changes prints: Graph then sends every member, whatever is asked for.
DELTA_MARKS = (b'"@odata.deltaLink"', b'"@removed"')
#: Under which member a provider's page holds its items.
LISTS = {Provider.MICROSOFT: "value", Provider.GOOGLE: "items"}


def preview_file(path: Path, provider: Provider, assumptions: Assumptions, clock: Clock) -> list[Previewed]:
    """Every item of a file with what would become of it. Raises ConfigurationError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path.name} cannot be read ({error.strerror}). Check its path.") from None
    if any(mark in content for mark in DELTA_MARKS):
        assumptions = msgspec.structs.replace(assumptions, asks_for_less=False)
    return preview(content, _decoder(provider, assumptions), assumptions, now=clock())


def assume(
    rules: Rules, policy: str, basis: str, kind: ResourceKind, zone: str, resource: str | None
) -> Assumptions:
    """What a file is taken for: a place's own calendar, or a person's if ``resource`` names a place.

    Raises UnknownName for a policy that does not exist, ConfigurationError for a basis that carries nothing.
    """
    return Assumptions(
        policy=named(rules.policies, policy).disclosure,
        legal_ceiling=rules.legal.ceiling(basis, personal=resource is not None),
        kind=kind,
        zone=zone,
        addresses=None if resource is None else frozenset({resource.lower()}),
    )


def show(console: Console, previews: Sequence[Previewed]) -> None:
    """Print raw values beside what is left of them, to a person who asked."""
    reveal(console, previews)


def results(previews: Sequence[Previewed]) -> str:
    """The results alone, as JSON; nothing of the input."""
    return as_json(previews).decode()


def _decoder(provider: Provider, assumptions: Assumptions) -> Decoder:
    asked = projection(effective(assumptions.terms()))
    if assumptions.addresses is not None:
        # Which places an event names stands among its attendees.
        asked = msgspec.structs.replace(asked, places=True)

    def items(content: bytes) -> Sequence[tuple[Mapping[str, object], Item]]:
        return [(item, _read(provider, item, asked)) for item in _items(provider, content)]

    return items


def _read(provider: Provider, item: Mapping[str, object], asked: Projection) -> Item:
    """One item through the same reading as a page of the provider's."""
    body = msgspec.json.encode({LISTS[provider]: [item]})
    page: Page = WIRES[provider].page(body, asked)[0]
    return next(iter((*page.items, *page.removed)))


def _items(provider: Provider, content: bytes) -> list[dict[str, object]]:
    """The items of a page, a list of events or of pages, or a single event."""
    try:
        # As forgiving as a page of the provider's: one odd body does not cost the file.
        document = decode(content, msgspec.json.Decoder(object))
    except msgspec.MsgspecError:
        raise Malformed("bad_file") from None
    parts = document if isinstance(document, list) else [document]
    items = [item for part in parts for item in _items_of(part, LISTS[provider])]
    if not all(isinstance(item, dict) for item in items):
        raise Malformed("bad_file")
    return items


def _items_of(part: object, member: str) -> list[Any]:
    """The items of a page, or the event itself."""
    if not isinstance(part, dict):
        raise Malformed("bad_file")
    listed = part.get(member, [part] if "id" in part else None)
    if not isinstance(listed, list):
        raise Malformed("bad_file")
    return listed
