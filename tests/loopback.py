"""No test reaches another machine: every process of the tests refuses to, before anything is sent."""

import sys
from collections.abc import Callable
from typing import Any

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "", None})


class ForeignHost(BaseException):
    """A test tried to reach another machine. Nothing that waits for errors of the network may catch it."""


def stay_on_loopback() -> None:
    """Refuse, from now on and for good, to look up or connect to anything but this machine."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    destination = _DESTINATIONS.get(event)
    if destination is None:
        return
    host = destination(arguments)
    if host not in LOOPBACK:
        raise ForeignHost(f"{event} to another machine: tests speak to 127.0.0.1 and ::1 only.")


def _named(arguments: tuple[Any, ...]) -> str | None:
    host: str | bytes | None = arguments[0]
    return host.decode() if isinstance(host, bytes) else host


def _addressed(arguments: tuple[Any, ...]) -> str | None:
    """The host of an internet address; addresses of other families are paths or none."""
    address = arguments[1]
    return str(address[0]) if isinstance(address, tuple) else None


_DESTINATIONS: dict[str, Callable[[tuple[Any, ...]], str | None]] = {
    "socket.getaddrinfo": _named,
    "socket.gethostbyname": _named,
    "socket.connect": _addressed,
    "socket.sendto": _addressed,
    "socket.sendmsg": _addressed,
}
