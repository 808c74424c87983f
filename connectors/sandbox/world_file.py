"""``world.toml``: which companies there are, who works there, and what can be booked."""

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from connectors.sandbox.directory import Person
from connectors.sandbox.errors import WorldError
from connectors.sandbox.truth import Mode, Provider, ResourceKind
from connectors.zones import is_iana

NAME = "world.toml"
_BYTES_MAX = 4 * 2**20
#: Times before and after these are no calendar's, and some cannot be reckoned with.
_YEARS = range(1970, 2201)

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=320)]
Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file. What it does not know, it refuses."""


class ResourceTable(_Table, frozen=True, kw_only=True):
    """One ``[[tenant.resource]]``; ``events`` names a JSON file beside this one."""

    id: Text
    kind: ResourceKind
    name: Text
    address: Text
    capacity: Count | None = None
    site: Text | None = None
    building: Text | None = None
    floor: Text | None = None
    mode: Mode = Mode.RESERVABLE
    events: Text | None = None


class TenantTable(_Table, frozen=True, kw_only=True):
    """One ``[[tenant]]``: ``directory_id`` for Microsoft, ``customer`` for Google."""

    name: Text
    provider: Provider
    zone: Text
    directory_id: Text | None = None
    customer: Text | None = None
    person: tuple[Person, ...] = ()
    resource: tuple[ResourceTable, ...] = ()

    @property
    def id(self) -> str:
        return self.directory_id or self.customer or ""


class WorldTable(_Table, frozen=True, kw_only=True):
    """The whole file. ``now`` is the time at which its world stands."""

    now: Aware
    tenant: tuple[TenantTable, ...]


def read(directory: Path) -> WorldTable:
    """The checked contents of ``world.toml``. WorldError says which key is wrong and why, never its value."""
    try:
        content = (directory / NAME).read_bytes()
    except OSError as error:
        raise WorldError(
            f"{NAME} cannot be read: {error.strerror}. A world is a folder with that file."
        ) from None
    if len(content) > _BYTES_MAX:
        raise _wrong("file", "is larger than 4 MiB")
    try:
        world = msgspec.convert(tomllib.loads(content.decode()), WorldTable)
    except UnicodeDecodeError:
        raise _wrong("file", "is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        raise _wrong("file", f"is not TOML ({place[1] if place else 'somewhere'})") from None
    except msgspec.ValidationError as error:
        # Not chained: a traceback would show the library's text, which may quote the file.
        raise _explained(error) from None
    _check(world)
    return world


def _explained(error: msgspec.ValidationError) -> WorldError:
    """Which key and why. Of a wrong word the library's text is not used, for it quotes the word."""
    # msgspec says "Expected `int`, got `str` - at `$.tenant[0].name`".
    reason, _, path = str(error).partition(" - at ")
    key = path.strip("`").removeprefix("$").removeprefix(".") or "file"
    if reason.startswith("Invalid enum value"):
        reason = "is none of the words allowed there"
    return _wrong(key, reason[0].lower() + reason[1:])


def _check(world: WorldTable) -> None:
    """What types cannot say."""
    if world.now.year not in _YEARS:
        raise _wrong("now", f"is not in the years {_YEARS.start} to {_YEARS.stop - 1}")
    if not world.tenant:
        raise _wrong("tenant", "there is none")
    for number, tenant in enumerate(world.tenant):
        _check_tenant(f"tenant[{number}]", tenant)
    _refuse_doubles((f"tenant[{number}].name", tenant.name) for number, tenant in enumerate(world.tenant))
    _refuse_doubles((f"tenant[{number}]", tenant.id) for number, tenant in enumerate(world.tenant))
    _refuse_doubles((f"{key}.address", entry.address) for key, entry in _entries(world))


def _check_tenant(key: str, tenant: TenantTable) -> None:
    wants, refuses = tenant.directory_id, tenant.customer
    if tenant.provider is Provider.GOOGLE:
        wants, refuses = refuses, wants
    if wants is None or refuses is not None:
        raise _wrong(key, "Microsoft needs directory_id, Google needs customer, and neither both")
    if not is_iana(tenant.zone):
        raise _wrong(f"{key}.zone", "is no IANA time zone")
    if not tenant.person:
        raise _wrong(f"{key}.person", "at least one is needed: calendars are read in their name")
    # A mailbox is known by the id of whoever has it, person or place.
    _refuse_doubles((f"{key}.{inner}.id", entry.id) for inner, entry in _entries_of(tenant))


def _entries(world: WorldTable) -> Iterator[tuple[str, Person | ResourceTable]]:
    """Everybody and everything, with where it stands."""
    for number, tenant in enumerate(world.tenant):
        yield from ((f"tenant[{number}].{inner}", entry) for inner, entry in _entries_of(tenant))


def _entries_of(tenant: TenantTable) -> Iterator[tuple[str, Person | ResourceTable]]:
    yield from ((f"person[{number}]", person) for number, person in enumerate(tenant.person))
    yield from ((f"resource[{number}]", resource) for number, resource in enumerate(tenant.resource))


def _refuse_doubles(names: Iterator[tuple[str, str]]) -> None:
    """Raises WorldError where a name stands a second time, whatever its case."""
    seen: set[str] = set()
    for key, name in names:
        if name.lower() in seen:
            raise _wrong(key, "stands twice where it must be unique")
        seen.add(name.lower())


def _wrong(key: str, reason: str) -> WorldError:
    return WorldError(f"{NAME}: {key}: {reason}. Nothing was loaded; correct the file and try again.")
