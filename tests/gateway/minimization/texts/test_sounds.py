"""What sounds alike has one key, rule by rule; what does not has another."""

from collections.abc import Callable

import pytest

from gateway.minimization.texts import sounds
from gateway.minimization.texts.reading import spoken

CONSONANTAL = (
    "alsharif sharif|lshrif shrif|shimon simon|tsadok sadok|tzadok sadok|khaled kaled|chaim kaim|beck bek|"
    "qasim kasim|carim karim|xenia ksenia|joseph josep|farouk parouk|bharat barat|ahmmed ahmed|omar amar|"
    "hasan hsn|fatimah fatima|yousef ysf"
)
KOREAN = (
    "shin sin|choi joi|gim kim|dae tae|bak pak|vivian pipian|fin pin|lim rim|ahn an|jae je|jeong jong|"
    "woo oo|lee li|hui hi|anna ana"
)
KATAKANA = "robert loberd|tomas domas|petel beter|kumiko kuniko|sammara samara"

Key = Callable[[str], str]


def pairs(table: str, key: Key) -> list[tuple[Key, str, str]]:
    words = (pair.split() for pair in table.split("|"))
    return [(key, one, other) for one, other in words]


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        *pairs(CONSONANTAL, sounds.consonantal),
        *pairs(KOREAN, sounds.korean),
        *pairs(KATAKANA, sounds.katakana),
    ],
)
def test_what_sounds_alike_has_one_key(key: Key, one: str, other: str) -> None:
    assert key(one) == key(other) != ""


@pytest.mark.parametrize("key", [sounds.consonantal, sounds.korean, sounds.katakana])
def test_what_sounds_otherwise_has_another(key: Key) -> None:
    names = "karim sofia minjun vogel tanaka petrov".split()
    assert len({key(name) for name in names}) == len(names)


@pytest.mark.parametrize("word", ["bo", "aia", "oe"])
def test_too_little_tells_nothing(word: str) -> None:
    assert sounds.consonantal(word) == ""
    assert sounds.katakana(word) == ""


def test_what_begins_with_v_or_j_may_be_spelt_with_b_or_y() -> None:
    assert sounds.consonantal("bladimir") in sounds.keys("vladimir")
    assert sounds.consonantal("yosef") in sounds.keys("josef")


@pytest.mark.parametrize(
    ("written", "said"),
    [("しゃ", "sha"), ("ちょ", "cho"), ("じゅ", "ju"), ("きゃ", "kya"), ("りょう", "ryou"), ("ファ", "fa")],
)
def test_a_small_kana_is_read_with_the_one_before_it(written: str, said: str) -> None:
    assert spoken(written) == said
