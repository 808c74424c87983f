"""Preview: what FlexO would get of events in a file, shown to whoever holds the file."""

import codecs
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.json import Decoder
from rich.console import Console

from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.google import wire as google
from connectors.microsoft import wire as microsoft
from connectors.port import Page, Projection
from gateway.app.rules import Rules
from gateway.booking import ResourceKind
from gateway.clock import Clock
from gateway.errors import ConfigurationError
from gateway.minimization.policy import named
from gateway.minimization.preview import Assumptions, Item, Previewed, as_json, preview
from gateway.minimization.reveal import reveal
from gateway.minimization.span import zone_named
from gateway.tenant import Provider

CONTENT_BYTES_MAX = 64 * 1024 * 1024

WIRES = {Provider.MICROSOFT: microsoft, Provider.GOOGLE: google}
#: Under which member a provider's page holds its items.
LISTS = {Provider.MICROSOFT: "value", Provider.GOOGLE: "items"}
#: What makes an event of a part without a list.
EVENT_MARKS = {"id", "start", "end"}
#: What makes a page of it: Google leaves an empty list out.
PAGE_MARKS = {"nextPageToken", "nextSyncToken"}
#: How tools of Windows save text. The longer marks first: one begins like a shorter one.
ENCODINGS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: Where the link to the next page of a round of changes leads, in lower case.
DELTA_PATHS = ("/calendarview/delta", "/delta?", "/delta(")

#: A page's members, or an event's, not yet looked into: one odd body does not cost the file.
Part = dict[str, msgspec.Raw]

_WHOLE, _LIST = Decoder(msgspec.Raw), Decoder(list[msgspec.Raw])
_PART: Decoder[Part] = Decoder(Part)
_SENT: Decoder[dict[str, object]] = Decoder(dict[str, object])
_TEXT = Decoder(str)


def preview_file(path: Path, provider: Provider, assumptions: Assumptions, clock: Clock) -> list[Previewed]:
    """Every item of a file with what would become of it. Raises ConfigurationError."""
    parts, items = _opened(_content(path), LISTS[provider])
    sent = [fitting(item, _SENT) or {} for item in items]
    assumptions = msgspec.structs.replace(
        assumptions,
        # In a round of changes, Graph sends every member, whatever is asked for.
        asks_for_less=not _is_of_changes(parts, sent),
        # Only Google counts heads without naming them.
        names_people=provider is not Provider.GOOGLE,
        room_mailbox=provider is Provider.MICROSOFT and assumptions.addresses is None,
    )
    asked = assumptions.asked()
    read = [_read(provider, item, asked) for item in items]
    return preview(list(zip(sent, read, strict=True)), assumptions, now=clock())


def assume(
    rules: Rules, policy: str, basis: str, kind: ResourceKind, zone: str, resource: str | None
) -> Assumptions:
    """What a file is taken for: a place's own calendar, or a person's if ``resource`` names a place.

    Raises UnknownName for a policy that does not exist, ConfigurationError for a basis that carries nothing,
    a zone that is none or an address that is empty.
    """
    _check_zone(zone)
    address = None if resource is None else resource.strip().lower()
    if address == "":
        raise ConfigurationError("The address of the place is empty. Write it as the events name it.")
    chosen = named(rules.policies, policy)
    return Assumptions(
        policy=chosen.disclosure,
        vocabulary=chosen.vocabulary,
        legal_ceiling=rules.legal.ceiling(basis, personal=address is not None),
        kind=kind,
        zone=zone,
        addresses=None if address is None else frozenset({address}),
    )


def show(console: Console, previews: Sequence[Previewed]) -> None:
    """Print raw values beside what is left of them, to a person who asked."""
    reveal(console, previews)


def results(previews: Sequence[Previewed]) -> str:
    """The results alone, as JSON; nothing of the input."""
    return as_json(previews).decode()


def _check_zone(zone: str) -> None:
    try:
        zone_named(zone)
    except ConfigurationError:
        raise ConfigurationError(
            "The time zone of the place is not in the IANA list: all-day events would have no place. "
            "Write --zone like Europe/Zurich."
        ) from None


def _content(path: Path) -> bytes:
    """What the file holds, in UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(CONTENT_BYTES_MAX + 1)
    except OSError as error:
        raise ConfigurationError(f"{path.name} cannot be read ({error.strerror}). Check its path.") from None
    if len(content) > CONTENT_BYTES_MAX:
        raise ConfigurationError(
            "The file is larger than 64 MiB, so it was not read. Save one page at a time."
        )
    encoding = next((name for mark, name in ENCODINGS.items() if content.startswith(mark)), None)
    return content if encoding is None else content.decode(encoding, "replace").encode()


def _opened(content: bytes, member: str) -> tuple[list[Part], list[msgspec.Raw]]:
    """The parts of a file and the items in them. Raises ConfigurationError."""
    try:
        parts = _parts(content)
        return parts, [item for part in parts for item in _items(part, member)]
    except (Malformed, msgspec.ValidationError):
        raise ConfigurationError(
            "The file is not what preview expects: a page, a delta page or one event, as JSON. Save the "
            "whole response of Graph Explorer or the Google API Explorer, and name the provider it came from."
        ) from None


def _parts(content: bytes) -> list[Part]:
    """The pages or events of a file, whether it holds one or a list of them."""
    whole = decode(content, _WHOLE)
    listed = fitting(whole, _LIST)
    return [decode(part, _PART) for part in ([whole] if listed is None else listed)]


def _items(part: Part, member: str) -> list[msgspec.Raw]:
    """The items of a page, or the event itself."""
    if member in part:
        return decode(part[member], _LIST)
    if part.keys() & EVENT_MARKS:
        return [msgspec.Raw(msgspec.json.encode(part))]
    if part.keys() & PAGE_MARKS:
        return []
    raise Malformed("bad_file")


def _is_of_changes(parts: Sequence[Part], sent: Sequence[Mapping[str, object]]) -> bool:
    """Whether a round of changes printed it, by the links of its pages or by a tombstone."""
    return any(map(_leads_to_changes, parts)) or any("@removed" in members for members in sent)


def _leads_to_changes(part: Part) -> bool:
    link = fitting(part.get("@odata.nextLink", msgspec.Raw(b"null")), _TEXT) or ""
    return "@odata.deltaLink" in part or any(path in link.lower() for path in DELTA_PATHS)


def _read(provider: Provider, item: msgspec.Raw, asked: Projection) -> Item:
    """One item through the same reading as a page of the provider's."""
    body = b'{"%b": [%b]}' % (LISTS[provider].encode(), bytes(item))
    page: Page = WIRES[provider].page(body, asked)[0]
    return next(iter((*page.items, *page.removed)))
