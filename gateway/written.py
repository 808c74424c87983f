"""What may be written into settings, whatever they are of."""

import re
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1)]

#: What only stand-ins on this machine can reach.
LOOPBACK_ADDRESS = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?/?", re.IGNORECASE)

#: Where an operator is told something: as below, or on this machine; what stands behind the host is theirs.
HOOK = re.compile(
    r"(https://(\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)|http://(127\.0\.0\.1|localhost|\[::1\]))(:\d{1,5})?(/[^\s#]*)?",
    re.IGNORECASE,
)

#: Tokens and calendars travel over TLS, to a host that is named: no user, no query.
ADDRESS = re.compile(r"https://(\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(:\d{1,5})?(/[^\s?#]*)?", re.IGNORECASE)

Section = TypeVar("Section", bound=msgspec.Struct)


def with_paths(section: Section, folder: Path, *names: str) -> Section:
    """The same section, its paths of these names taken from the folder of the file they stand in."""
    given = {name: getattr(section, name) for name in names if getattr(section, name) is not None}
    return msgspec.structs.replace(section, **{name: str(folder / path) for name, path in given.items()})
