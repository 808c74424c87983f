"""Public hosts: what an address of an operator's may lead to, looked at in the moment of connecting.

A name that leads into our own network, now or the next time it is asked for, leads nowhere (SSRF, DNS
rebinding): nothing behind our walls is to be had by whoever owns a name.
"""

import ipaddress
import re
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

#: Addresses that carry an IPv4 address in their last four bytes (RFC 6052).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
#: All that is given out of IPv6 for the public network; what else there is, old site-local ones too, is not.
_UNICAST = ipaddress.ip_network("2000::/3")
#: Of protocols and of documentation, where the library counts them as public.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "3fff::/20")))
#: How a host ends that is taken for an IPv4 address, in however odd a form (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)


def is_public(address: str) -> bool:
    """Whether an IP address is on the public network, whatever carries it."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        carried = _carried(found)
        if carried is not None:
            return is_public(str(carried))
        if found not in _UNICAST:
            return False
    if any(found in network for network in _SPECIAL):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(address.packed[-4:])
    teredo = None if address.teredo is None else address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or teredo


def is_named(host: str) -> bool:
    """Whether a host is a name, and no IP address in however odd a form: those are never looked up."""
    last = host.rstrip(".").rpartition(".")[2]
    return bool(last) and host.isprintable() and ":" not in host and _NUMBER.fullmatch(last) is None


class PublicResolver(AbstractResolver):
    """Tells of a name only what is public."""

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise OSError("no public address")
        return public

    async def close(self) -> None:
        await self._inner.close()
