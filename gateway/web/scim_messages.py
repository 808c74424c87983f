"""What is asked over SCIM, and what is answered, whatever library speaks it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from gateway.signals.provisioning import Found
from gateway.signals.signal import Claim


class Asked(NamedTuple):
    """A request of who knows the channel's secrets. ``path``: below ``base_url``. Personal."""

    method: str
    base_url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return "<Asked>"


class Answer(NamedTuple):
    """What is answered; and where something was done to somebody whom we hold, to whom and what it proves."""

    status: HTTPStatus
    body: bytes | None
    headers: Mapping[str, str]
    found: Found | None = None
    proves: Claim | None = None

    def __repr__(self) -> str:
        return "<Answer>"
