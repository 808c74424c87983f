"""What machines encoded or damaged is read as it was before, and traced back to where it stands."""

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest

from gateway.minimization.texts.decoding import versions
from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.tripwire import Hit, Kind, scan

NAME = "Zoë Ğürsoy"
KNOWN = Known([Person(NAME, None)])


def _entities(text: str) -> str:
    return "".join(f"&#{ord(sign)};" for sign in text)


def _quoted(text: str) -> str:
    return "".join(
        sign if sign.isascii() else "".join(f"={byte:02X}" for byte in sign.encode()) for sign in text
    )


def _told64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "percent": quote,
    "plus": lambda text: quote(text).replace("%20", "+"),
    "entities": _entities,
    "hexadecimal": lambda text: "".join(f"&#x{ord(sign):X};" for sign in text),
    "entities twice": lambda text: _entities(text).replace("&", "&amp;"),
    "quoted": _quoted,
    "escapes": lambda text: text.encode("ascii", "backslashreplace").decode(),
    "escapes in braces": lambda text: "".join(f"\\u{{{ord(sign):x}}}" for sign in text),
    "as Latin-1": lambda text: text.encode().decode("latin-1"),
    "as Latin-1 twice": lambda text: text.encode().decode("latin-1").encode().decode("latin-1"),
    "as Windows": lambda text: text.encode().decode("cp1252", "replace"),
    "base64": _told64,
    "base64, unpadded": lambda text: _told64(text).rstrip("="),
    "mail, base64": lambda text: f"=?UTF-8?B?{_told64(text)}?=",
    "mail, quoted": lambda text: f"=?utf-8?q?{_quoted(text).replace(' ', '_')}?=",
    "turned round": lambda text: f"\u202e{text[::-1]}\u202c",
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS.keys())
@pytest.mark.parametrize(("before", "after"), [("Sync ", ""), ("", " (weekly)"), ("1:1 ", " / budget")])
def test_a_name_that_is_encoded_is_found_and_nothing_beside_it(
    encode: Callable[[str], str], before: str, after: str
) -> None:
    written = encode(NAME)
    text = f"{before}{written}{after}"
    (hit,) = scan(text, KNOWN)
    assert hit.start in range(len(before), len(before) + 2)
    assert hit.end in range(len(before) + len(written) - 2, len(before) + len(written) + 1)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Łucja Żak", "£ucja ¯ak"),
        ("Paweł Wąs", "Pawe³ W¹s"),
        ("Şükrü Yıldız", "Þükrü Yýldýz"),
        ("Marta Weber", "ɐʇɹɐW"),
        ("ベル", "ﾍﾞﾙ"),
    ],
)
def test_letters_of_other_pages_and_widths_are_read(name: str, written: str) -> None:
    (hit,) = scan(f"Sync {written}", Known([Person(name, None)]))
    assert hit == Hit(Kind.PERSON, 5, 5 + len(written))


@pytest.mark.parametrize(
    "written",
    [
        "M*** O***",
        "M. O***",
        "M... Okafor",
        "M\u2026 Okafor",
        "M-a Okafor",
        "Marta Ok***",
        "Marta O*****r",
        "M__ Okafor",
    ],
)
def test_a_name_that_is_masked_is_an_abbreviation(written: str) -> None:
    text = f"Sync {written} on site"
    hits = scan(text, Known([Person("Marta Okafor", None)]))
    assert hits[0].start == 5
    assert all(
        any(hit.start <= at < hit.end for hit in hits)
        for at in range(5, 5 + len(written))
        if text[at].isalpha()
    )


@pytest.mark.parametrize(
    "text",
    [
        "Growth of 50%20 units", "Q&A; lunch", "a=b2 proof", "R&D sync", "AnnualReport", "%zz and %4",
        "&nosuch; sign", "A* search", "Team B... or C", "x-y plot", "\\ufor", "=?utf-8?b?%%?= notes",
        "\u202e\u202c",
        "Straße über Ä",
        "Password1", "e-a exchange", "\\u{ffffff} code",
    ],
)  # fmt: skip
def test_what_only_looks_encoded_is_left(text: str) -> None:
    assert scan(text, Known([Person("Marta Okafor", None)])) == []


def test_a_text_without_a_sign_of_it_has_one_version() -> None:
    assert [version.text for version in versions("Budget review, 3rd floor: Zoë")] == [
        "Budget review, 3rd floor: Zoë"
    ]


def test_a_version_tells_where_each_of_its_signs_stands() -> None:
    plain, decoded = versions("a &amp;#252; &lt; z")
    assert plain.span(2, 7) == (2, 7)
    assert decoded.text == "a ü < z"
    assert [decoded.span(at, at + 1) for at in (0, 2, 4, 6)] == [(0, 1), (2, 12), (13, 17), (18, 19)]
    assert decoded.span(0, 5) == (0, 17)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("%C3%BC", "ü"), ("%FF", "%FF"), ("%00a", "%00a"), ("=C3=BC", "ü"), ("=FF", "=FF"), ("&eacute;", "é"),
        ("\\xe9", "é"), ("\\u00e9", "é"), ("\\u{1F600}", "😀"), ("\\u{110000}", "\\u{110000}"), ("Ã¼", "ü"),
        ("â‚¬", "€"), ("ð\x9f\x98\x80", "😀"), ("ﾊﾞ", "バ"), ("\u202ecba\u202cd", "abcd"), ("Ann***", "Ann."),
        ("Anna***", "Anna***"), ("A..b", "A."), ("A-bc", "A."), ("A-bcd", "A-bcd"), ("A-B", "A-B"),
        ("A***bcd", "A***bcd"),
        ("=?utf-8?Q?a_b?=", "a b"), ("=?utf-8?B?YWI=?=", "ab"), ("YWJjZGVm", "abcdef"),
        ("MTIzNDU2", "MTIzNDU2"),
        ("YWJjZGVmZ", "YWJjZGVmZ"), ("ﾊ", "ﾊ"), ("oɹɐW", "Waro"),
    ],
)  # fmt: skip
def test_texts_are_decoded(text: str, read: str) -> None:
    assert versions(text)[-1].text == read
