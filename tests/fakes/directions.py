"""Connections to a host of the world that end at a double on loopback."""

import socket
import ssl

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult


class Directions(AbstractResolver):
    """Leads whoever asks for one host to a port of this machine, and nobody else anywhere."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        assert (host, port) == (self._host, 443)
        there = ResolveResult(
            hostname=host,
            host="127.0.0.1",
            port=self._port,
            family=family,
            proto=0,
            flags=0,
        )
        return [there]

    async def close(self) -> None:
        pass


def led(host: str, port: int, tls: ssl.SSLContext) -> aiohttp.ClientSession:
    """A session that takes what listens at a port of this machine for the host."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls, resolver=Directions(host, port)))
