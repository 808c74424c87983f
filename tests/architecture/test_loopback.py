import socket

import pytest

from tests.loopback import ForeignHost

# Reserved for documentation (RFC 5737): nobody answers there.
STRANGER = "192.0.2.1"


def test_other_machines_are_not_even_looked_up() -> None:
    with pytest.raises(ForeignHost):
        socket.getaddrinfo("calendar.example", 443)
    with pytest.raises(ForeignHost):
        socket.gethostbyname("calendar.example")


def test_other_machines_are_not_reached() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams, pytest.raises(ForeignHost):
        datagrams.sendto(b"", (STRANGER, 53))
    with socket.socket() as stream, pytest.raises(ForeignHost):
        stream.connect((STRANGER, 443))


def test_this_machine_is() -> None:
    assert socket.getaddrinfo("localhost", 80)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
