"""Which letters sound or look alike, one by one."""

import pytest

from gateway.minimization.texts.likeness import coarse, consonants, opening, spellings


@pytest.mark.parametrize(
    ("sound", "like"),
    [
        *[
            (sound, "s")
            for sound in "schtsch chtch shch tsch dsch sch tch dzh sh sz cz zh ch ts tz hs z".split()
        ],
        *[(sound, "k") for sound in "ck gh q g c".split()],
        *[(sound, "t") for sound in "th dh d".split()],
        *[(sound, "e") for sound in "ae ai ay i y j".split()],
        *[(sound, "f") for sound in "ph v w".split()],
        *[
            ("bh", "p"),
            ("b", "p"),
            ("x", "ks"),
            ("oe", "o"),
            ("ue", "u"),
            ("u", "o"),
            ("kh", "h"),
            ("ll", "l"),
        ],
    ],
)
def test_what_sounds_alike(sound: str, like: str) -> None:
    assert coarse(f"l{sound}al") == coarse(f"l{like}al")


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("julia", "Yulia"),
        ("yana", "jana"),
        ("jeva", "eva"),
        ("iulia", "Yulia"),
        ("ieva", "ieva"),
        ("celo", "selo"),
        ("calo", "kalo"),
        ("lahl", "lal"),
        ("khl", "l"),
        ("lhyl", "lhil"),
        ("aann", "an"),
        ("laial", "lel"),
    ],
)
def test_a_letter_sounds_as_those_around_it_let_it(word: str, key: str) -> None:
    assert coarse(word) == coarse(key)


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("chor", "kor hor"),
        ("schor", ""),
        ("ceno", "keno"),
        ("cano", ""),
        ("xeno", "heno seno"),
        ("jan", "zhan"),
        ("wan", "uan oan"),
        ("quen", "kven"),
        ("paulo", "pavlo"),
        ("paua", ""),
        ("arno", "amo"),
        ("clan", "dan"),
        ("vvan", "wan"),
        ("elenh", "eleni"),
        ("henha", ""),
        ("yara", "zara"),
        ("zara", "yara"),
        ("xaub", "haub saub havv hauv xavb"),
    ],
)
def test_how_else_a_word_may_be_meant(word: str, others: str) -> None:
    assert spellings(word) - {word} == {*others.split()}


def test_h_is_heard_before_vowels_alone() -> None:
    assert [vowel for vowel in "aeiouy" if coarse(f"lkh{vowel}") != coarse(f"lh{vowel}")] == []
    assert coarse("lha") != coarse("la")
    assert coarse("lht") == coarse("lt")


def test_bones_and_openings() -> None:
    assert consonants("antrisin") == "antrsn"
    assert consonants("mahama") == "m"
    assert opening("vogel") == opening("fugl")
    assert opening("vogel") != opening("vikl")
