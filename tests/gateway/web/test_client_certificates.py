"""Client certificates (RFC 8705), as a proxy in front tells them (RFC 9440)."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.fakes.filled_store import FilledStore
from tests.gateway.web.served import Served, parts_of, serve_parts

OURS, NEWER, OTHER = b"a certificate DER", b"the next one, DER", b"somebody else's, DER"


def told(certificate: bytes) -> str:
    return f":{b64encode(certificate).decode()}:"


def digest(certificate: bytes) -> bytes:
    return hashlib.sha256(certificate).digest()


@pytest.fixture
async def proxied(filled: FilledStore) -> AsyncIterator[Served]:
    """Where whoever comes from this machine is such a proxy."""
    parts = replace(parts_of(filled), certificates_from=(ip_network("127.0.0.1/32"),))
    async with serve_parts(parts) as served:
        yield served


async def bound(filled: FilledStore, *certificates: bytes) -> str:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    for certificate in certificates:
        await filled.bind(token, digest(certificate))
    return token


async def status(served: Served, token: str, *headers: str) -> int:
    answer = await served.ask("GET", "/v1/feed", token, headers=[("Client-Cert", one) for one in headers])
    return answer.status


async def test_a_token_is_good_with_its_certificate_alone(filled: FilledStore, proxied: Served) -> None:
    token = await bound(filled, OURS)
    assert await status(proxied, token, told(OURS)) == 200
    assert await status(proxied, token) == 401
    assert await status(proxied, token, told(OTHER)) == 401


async def test_the_one_before_is_good_until_the_next(filled: FilledStore, proxied: Served) -> None:
    token = await bound(filled, OURS, NEWER)
    assert [await status(proxied, token, told(one)) for one in (OURS, NEWER)] == [200, 200]
    await filled.bind(token, digest(OTHER))
    assert [await status(proxied, token, told(one)) for one in (OURS, NEWER, OTHER)] == [401, 200, 200]


async def test_binding_the_same_again_keeps_the_one_before(filled: FilledStore, proxied: Served) -> None:
    token = await bound(filled, OURS, NEWER, NEWER)
    assert [await status(proxied, token, told(one)) for one in (OURS, NEWER)] == [200, 200]


async def test_a_certificate_is_no_token(filled: FilledStore, proxied: Served) -> None:
    token = await bound(filled, OURS)
    assert await status(proxied, f"{token[:-1]}?", told(OURS)) == 401


async def test_who_is_bound_to_none_shows_what_it_likes(filled: FilledStore, proxied: Served) -> None:
    token = await bound(filled)
    assert await status(proxied, token) == await status(proxied, token, told(OURS)) == 200


async def test_nobody_but_the_proxy_is_believed(filled: FilledStore, served: Served) -> None:
    token = await bound(filled, OURS)
    assert await status(served, token, told(OURS)) == 401


@pytest.mark.parametrize(
    "headers",
    [
        [""],
        ["::"],
        [told(OURS)[1:]],
        [told(OURS)[:-1]],
        [told(OURS).strip(":")],
        [told(OURS).replace("=", "")],
        [told(OURS) + ";a=1"],
        [f"{told(OURS)}, {told(OURS)}"],
        [told(OURS), told(OURS)],
        [":====:"],
    ],
)
async def test_what_is_no_such_header_tells_none(
    filled: FilledStore, proxied: Served, headers: list[str]
) -> None:
    token = await bound(filled, OURS)
    assert await status(proxied, token, *headers) == 401


async def test_a_certificate_of_many_names_fits_into_a_request(filled: FilledStore, proxied: Served) -> None:
    """RSA of 4,096 bits, and alternative names for a whole fleet."""
    large = bytes(5_000)
    token = await bound(filled, large)
    assert await status(proxied, token, told(large)) == 200
