"""Mutation: bytes that are nearly what a parser expects. Pure: the same seed makes the same bytes."""

from collections.abc import Callable, Iterator, Sequence
from random import Random  # noqa: TID251  seeded

#: What JSON, JOSE, SCIM filters and headers give a meaning to, and what breaks those who count characters.
TOKENS = (
    *(b'"', b"\\", b"{", b"}", b"[", b"]", b":", b",", b"null", b"true", b"-0", b"1e999", b"0x10"),
    *(
        b"\\ud800",
        b"\xed\xa0\x80",
        b"\x00",
        b"\xff",
        b"\r\n",
        b".",
        b"..",
        b"=",
        b"%00",
        b" eq ",
        b"\xe2\x80\xae",
    ),
    *(b"[" * 3000, b'{"a":' * 500, b"9" * 400, b"A" * 5000, b'"alg":"none"', b'"crit":["x"]', b"'"),
)
#: A case is never longer than this.
LENGTH_MAX = 200_000

Mutate = Callable[[Random, bytes, Sequence[bytes]], bytes]


def _at(random: Random, data: bytes) -> tuple[int, int]:
    """A slice of it, mostly a short one."""
    begin = random.randrange(len(data) + 1)
    return begin, min(begin + random.choice((1, 2, 8, 64)), len(data))


def _flip(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _at(random, data)
    return data[:begin] + bytes(one ^ (1 << random.randrange(8)) for one in data[begin:end]) + data[end:]


def _cut(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _at(random, data)
    return data[:begin] + data[end:]


def _repeat(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _at(random, data)
    return data[:begin] + data[begin:end] * random.choice((2, 3, 50)) + data[end:]


def _insert(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, _end = _at(random, data)
    return data[:begin] + random.choice(TOKENS) + data[begin:]


def _replace(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _at(random, data)
    return data[:begin] + random.choice(TOKENS) + data[end:]


def _splice(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    other = random.choice(seeds)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _noise(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return random.randbytes(random.choice((0, 1, 16, 300)))


_MUTATIONS: Sequence[Mutate] = (_flip, _cut, _repeat, _insert, _replace, _splice, _noise)


def cases(seeds: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """So many: first what is expected, then what nearly is."""
    random = Random(seed)  # noqa: S311  has to be the same again
    yield from seeds[:count]
    for _ in range(count - len(seeds)):
        data = random.choice(seeds)
        for _ in range(random.choice((1, 1, 2, 4, 8))):
            data = random.choice(_MUTATIONS)(random, data, seeds)[:LENGTH_MAX]
        yield data
