"""Known: somebody whom we hold, as an identity provider may be shown them. Pure."""

from typing import NamedTuple


class Known(NamedTuple):
    """By our own id; their names as we hold them, and not as they were told."""

    id: str
    is_active: bool
    addresses: tuple[str, ...]
    directory_id: str | None = None

    def __repr__(self) -> str:
        return "<Known>"
