import gzip
import json
import os
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest

from tests.system.canaries import Canaries, Plot
from tests.system.scanner import scan

Encode = Callable[[str], bytes]

ENCODINGS: dict[str, Encode] = {
    "plain": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "mixed case": lambda text: text.title().encode(),
    "UTF-16, little-endian": lambda text: text.encode("utf-16-le"),
    "UTF-16, big-endian": lambda text: text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "upper hex": lambda text: text.encode().hex().upper().encode(),
    "hex behind a digit": lambda text: b"7" + text.encode().hex().encode(),
    "base64": lambda text: b64encode(text.encode()),
    "base64, offset 1": lambda text: b64encode(b"." + text.encode()),
    "base64, offset 2": lambda text: b64encode(b".." + text.encode()),
    "base64 behind a letter": lambda text: b"A" + b64encode(text.encode()),
    "URL-safe base64": lambda text: urlsafe_b64encode(b"\xfb\xff\xfe" + text.encode()).rstrip(b"="),
    "base64 in lines": lambda text: b"\r\n".join(
        b64encode(text.encode())[at : at + 8] for at in range(0, 80, 8)
    ),
    "percent-encoded": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()).encode(),
    "JSON-escaped": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text).encode(),
    "HTML-escaped": lambda text: "".join(f"&#{ord(letter)};" for letter in text).encode(),
    "HTML-escaped in hex": lambda text: "".join(f"&#x{ord(letter):X};" for letter in text).encode(),
    "reversed": lambda text: text[::-1].encode(),
    "gzip": lambda text: gzip.compress(text.encode() * 9),
    "zlib": lambda text: zlib.compress(text.encode() * 9),
    "base64 of gzip of JSON": lambda text: b64encode(gzip.compress(json.dumps({"title": text}).encode())),
    "base64 of UTF-16": lambda text: b64encode(text.encode("utf-16")),
    "hex of reversed": lambda text: text[::-1].encode().hex().encode(),
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
def test_a_canary_is_found_in_every_form_amid_anything(encode: Encode) -> None:
    canaries = Canaries()
    text = Plot(canaries, "test").text("title")
    for before, after in (
        (b"", b""),
        (b"title=", b";"),
        (os.urandom(999), os.urandom(999)),
        (b"\0", b"\0\0"),
    ):
        found = {find.canary for find in scan({"file": before + encode(text) + after})}
        assert canaries.planted.keys() & found


@pytest.mark.parametrize(
    "told",
    [lambda word: word.hex().encode(), b64encode, lambda word: urlsafe_b64encode(b"\xff" + word)],
    ids=["hex", "base64", "URL-safe base64"],
)
def test_a_canary_alone_is_long_enough(told: Callable[[bytes], bytes]) -> None:
    canaries = Canaries()
    content = b'{"id":"%s"}' % told(canaries.word("test").encode())
    assert {find.canary for find in scan({"file": content})} == canaries.planted.keys()


def test_what_was_compressed_and_is_spoilt_is_read_as_far_as_it_goes() -> None:
    canaries = Canaries()
    text = canaries.word("test").encode() + os.urandom(2048).hex().encode()
    spoilt = zlib.compress(text)[:-4] + bytes(4)
    assert {find.canary for find in scan({"file": spoilt})} == canaries.planted.keys()


def test_where_there_is_none_none_is_found() -> None:
    assert (
        scan({"noise": os.urandom(2**20), "zeros": bytes(2**20), "hex": os.urandom(2**16).hex().encode()})
        == set()
    )


def test_canaries_differ_and_say_where_they_were_planted() -> None:
    canaries = Canaries()
    words = [canaries.word(f"place-{number}") for number in range(5000)]
    assert len(set(words)) == 5000
    assert canaries.planted[words[7]].where == "place-7"
