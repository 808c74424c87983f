"""Names of East Asia are found as other systems spell them, and by the initials of their syllables."""

import pytest

from gateway.minimization.texts.eastern import spelt_otherwise, syllable_initials, syllables
from gateway.minimization.texts.japanese import read_aloud
from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.tripwire import scan


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Xiaoming Wang", "Wong Xiaoming"),
        ("Wang Xiaoming", "WXM"),
        ("王小明", "XMW"),
        ("Xue Zhiqiang", "Zhiqiang"),
        ("Jianguo Xie", "Hsieh Chien-kuo"),
        ("Jiwoo Park", "Pak Jiwoo"),
        ("Jiwoo Park", "PJW"),
        ("Shinichi Tanaka", "Siniti"),
        ("Fujiko Tsuda", "Huziko Tuda"),
        ("Joost van den Berg", "JvdB"),
        ("Marta Okafor", "MaOk"),
        ("Marta Okafor", "MOK"),
        ("Marta Okafor", "OMA"),
        ("Marta Okafor", "MOR"),
        ("Marta Okafor", "M.J.O."),
        ("Marta Okafor", "atraM"),
        ("Tariq Haddad", "6ariq 7addad"),
        ("Jörg Weiß", "Jrg WeiB"),
        ("Çağla Şimşek", "Chagla Shimshek"),
        ("Andreas Roth", "Andrzej Roth"),
        ("山田花子", "Hanako Yamada"),
        ("長谷川 恵", "はせがわ"),
        ("林 太郎", "Hayashi"),
        ("佐藤さくら", "Satō"),
        ("山田花子 (Sales)", "YAMADA"),
        ("山田花子", "yamadahanako"),
        ("山田花子", "hanakoyamada"),
        ("山田花子", "HY"),
    ],
)
def test_names_are_found(name: str, written: str) -> None:
    text = f"Sync {written} / budget"
    hits = scan(text, Known([Person(name, None)]))
    assert hits
    assert (hits[0].start, hits[-1].end) in {(5, 5 + len(written)), (5, 4 + len(written))}


@pytest.mark.parametrize(
    "text", ["maok", "Omar or Mok", "IoT", "ISO audit", "KW 36", "CW 12", "MOKA", "M.J.B.", "ROM update"]
)
def test_what_only_looks_so_is_left(text: str) -> None:
    assert scan(text, Known([Person("Marta Okafor", None), Person("Karl Weber", None)])) == []


def test_syllables_are_those_of_a_given_name_beside_its_family_name() -> None:
    assert syllables(("xiaoming", "wang")) == ["xiao", "ming"]
    assert syllables(("wang", "xiaoming")) == ["xiao", "ming"]
    assert syllables(("wei", "chen")) == ["wei"]
    assert syllables(("matteo", "rossi")) == []
    assert syllables(("wang",)) == []
    assert syllables(()) == []
    assert syllables(("alessandro", "kim")) == []
    assert (
        syllable_initials(("xiaoming", "wang")) == syllable_initials(("wang", "xiaoming")) == ["wxm", "xmw"]
    )
    assert syllable_initials(("anna", "berg")) == []


@pytest.mark.parametrize(
    ("given", "spelt"),
    [
        ("zhiqiang", "chihchiang"), ("jianguo", "chienkuo"), ("xuemei", "hsuehmei"), ("zihan", "tzuhan"),
        ("dongrong", "tungjung"), ("beibei", "peipei"), ("yuan", "yen"), ("siyi", "ssui"), ("kege", "koko"),
    ],
)  # fmt: skip
def test_pinyin_is_spelt_as_wade_and_giles_do(given: str, spelt: str) -> None:
    assert spelt in spelt_otherwise((given, "wang"))
    assert {"wong", "ong"} <= spelt_otherwise((given, "wang"))
    assert {"wong", "ong"} <= spelt_otherwise(("wang", given))


def test_a_family_name_is_spelt_otherwise_before_two_syllables_as_well() -> None:
    assert {"wong", "hsiaoming"} <= spelt_otherwise(("wang", "xiao", "ming"))
    assert {"wong", "hsiaoming"} <= spelt_otherwise(("xiao", "ming", "wang"))


def test_japanese_is_spelt_by_its_own_system_and_korean_is_not() -> None:
    assert spelt_otherwise(("shinichi", "tsuji")) == {"siniti", "tuzi"}
    assert spelt_otherwise(("minjun", "kang")) == {"gang"}
    assert spelt_otherwise(("chase", "smith")) == frozenset()


def test_signs_are_read_where_both_names_are_known() -> None:
    assert read_aloud("長谷川恵") == ["megumi", "hasegawa"]
    assert read_aloud("長谷川 恵") == ["megumi", "hasegawa"]
    assert read_aloud("山田さくら") == ["yamada"]
    assert read_aloud("山田靇靇") == read_aloud("靇田恵") == read_aloud("山田") == read_aloud("") == []


@pytest.mark.parametrize("text", ["18th floor", "Budget €2,000", "Go-live 14h30", "Sprint2"])
def test_digits_amid_numbers_are_no_letters(text: str) -> None:
    assert scan(text, Known([Person("Tariq Haddad", None), Person("Euria Bith", None)])) == []
