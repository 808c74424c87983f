"""What a text is read as, sign by sign: decoded, without masks, and in Latin letters."""

import pytest

from gateway.minimization.texts.decoding import versions
from gateway.minimization.texts.hit import Hit, Kind, merged
from gateway.minimization.texts.reading import Reading, spoken


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("%E2%82%AC", "€"),
        ("%F0%9F%98%80", "😀"),
        ("=E2=82=AC", "€"),
        ("=F0=9F=98=80", "😀"),
        ("%8A", "%8A"),
        ("%2541", "A"),
        ("%252541", "%41"),
        ("&#XE9;", "é"),
        ("&#x01F600;", "😀"),
        ("&#x001F600;", "&#x001F600;"),
        ("&#0000233;", "é"),
        ("&#00000233;", "&#00000233;"),
        ("\\u{00041}", "A"),
        ("\\u{0000041}", "\\u{0000041}"),
        ("\\u{10ffff}", "\U0010ffff"),
        ("YW5uLWFiY0BlLmYsIGcnaA==", "ann-abc@e.f, g'h"),
        ("YWJjZGV", "YWJjZGV"),
        ("YTJjZGVm", "YTJjZGVm"),
        ("=?ut?q?=41=42?=", "AB"),
        ("=?u?b?QUI=?=", "=?u?b?QUI=?="),
        ("=?utf-8?b?YWI=?=", "ab"),
        ("ﾊﾟ", "パ"),
        ("\u202ecba", "abc"),
        ("\u202ecb\u202ca", "bca"),
        ("þðýÝÞ£³¹¿¥¯¶±¼Ÿœ", "şğıİŞŁłążĄŻśąźźś"),
        ("ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎʅ", "lywvtrmkjihgfeca"),
        ("ınupbdqɐ", "abpqdnui"),
        ("ɐıɹɐM", "Maria"),
        ("ınup", "ınup"),
        ("Abc***de", "Abc."),
        ("Abc***def", "Abc***def"),
        ("Abcd***", "Abcd***"),
        ("Ab_", "Ab_"),
        ("Ab__", "Ab."),
        ("Ab.. x", "Ab. x"),
        ("A" + "*" * 32, "A."),
        ("A" + "*" * 33, "A" + "*" * 33),
        ("A-bc", "A."),
        ("A-bcd", "A-bcd"),
        ("Ab-cd", "Ab-cd"),
        ("Abcd-ef", "Abcd-ef"),
        ("â‚¬", "€"),
        ("ÃŸ", "ß"),
        ("Ã€", "À"),
        ("Ã\x80", "À"),
        ("Ã¿", "ÿ"),
    ],
)
def test_a_text_is_decoded(text: str, read: str) -> None:
    assert versions(text)[-1].text == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("4nn4", "anna"),
        ("4nn", None),
        ("1234", None),
        ("4n n4", None),
        ("x0134578@$!x", "xoieastbasix"),
        ("2a3b5c6d7e8f9g", "aaabkctdhekfsg"),
        ("3ali", "eali"),
        ("3alia", "ealia aalia"),
        ("salma2", "salmaa"),
        ("salma3", "salmae"),
        ("a7mad 12", "atmad 12 ahmad 12"),
        ("7ab", None),
        ("a2345", None),
    ],
)
def test_digits_and_signs_stand_for_letters(text: str, read: str | None) -> None:
    assert " ".join(bare.letters for bare in Reading(text).unmasked()) == (read or "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("اأإآعאע", "aaaaaaa"),
        ("ッっंー", "n"),
        ("ёЁ", "yoYo"),
        ("\ufffd\u25a1\u25af\u00bf", "????"),
        ("☎☏✆📞📱📲📟📠🕿🕾🖀", " tel " * 11),
        ("é", "e"),
        ("한글", "HanGeul"),
        ("ゃ", "ya"),
        ("きゃ", "kya"),
        ("aゃ", "aya"),
        ("℻", "FAX"),
        ("🆒🎉", "  "),
        ("½", "12"),
        ("ﷺ", "salla Allah alayhi wasallam"),
    ],
)
def test_a_text_is_said_in_latin_letters(text: str, said: str) -> None:
    assert spoken(text) == said


def test_hits_that_overlap_are_one_of_the_kind_that_begins_first() -> None:
    def hit(kind: Kind, start: int, end: int) -> Hit:
        return Hit(kind, start, end)

    assert merged([hit(Kind.PIN, 3, 5), hit(Kind.LINK, 0, 3)]) == [hit(Kind.LINK, 0, 3), hit(Kind.PIN, 3, 5)]
    assert merged([hit(Kind.PIN, 2, 5), hit(Kind.LINK, 0, 3)]) == [hit(Kind.LINK, 0, 5)]
    assert merged([hit(Kind.PIN, 0, 2), hit(Kind.LINK, 0, 5)]) == [hit(Kind.LINK, 0, 5)]
    assert merged([hit(Kind.PIN, 0, 5), hit(Kind.LINK, 1, 3)]) == [hit(Kind.PIN, 0, 5)]
