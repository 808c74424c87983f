"""Where a word is still what a name is abbreviated, cut, broken or misspelt to; and where no more."""

import pytest

from gateway.minimization.texts.abbreviations import are_openings, is_account, is_short_for
from gateway.minimization.texts.breaks import joins
from gateway.minimization.texts.likeness import opening
from gateway.minimization.texts.spelling import one_slip, shared, shortened

ANNA, BOB = ("anna", "schmidt"), ("bob", "meyer")


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("bobm", BOB),
        ("mbob", BOB),
        ("meyerb", BOB),
        ("annas", ANNA),
        ("annaschmd", ANNA),
        ("annsch", ANNA),
        ("friesch", ("friedrich", "schmidt")),
    ],
)
def test_a_name_and_some_letters_of_another_are_an_account(word: str, names: tuple[str, str]) -> None:
    assert is_account(word, names)
    assert is_account(word, names[::-1])


@pytest.mark.parametrize(
    ("word", "names"),
    [
        # Of each too few letters, or another's; too many that are left out; or of one name alone.
        ("bom", ("bo", "meyer")),
        ("mbo", ("bo", "meyer")),
        ("annsc", ANNA),
        ("ansch", ANNA),
        ("annaxy", ANNA),
        ("annasw", ANNA),
        ("annaschmdt", ANNA),
        ("friesc", ("friedrich", "schmidt")),
        ("mey", BOB),
        ("bob", BOB),
    ],
)
def test_less_is_none(word: str, names: tuple[str, str]) -> None:
    assert not is_account(word, names)


def test_what_is_short_for_a_name_begins_as_it_does_and_keeps_its_order() -> None:
    assert all(is_short_for(letters, "schmidt") for letters in ("s", "st", "smdt", "schmt"))
    assert not any(is_short_for(letters, "schmidt") for letters in ("", "t", "md", "sdm", "sx", "schmdt"))


def test_two_words_are_openings_of_two_names_in_either_order() -> None:
    assert are_openings("an", "sch", ANNA)
    assert are_openings("sch", "an", ANNA)
    assert not are_openings("an", "anna", ANNA)
    assert not are_openings("an", "x", ANNA)


def test_words_are_joined_four_at_a_time() -> None:
    words = "ab cd ef gh ij".split()
    spans = {(join.first, join.last) for join in joins(words)}
    assert spans == {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)}


def test_no_name_that_is_broken_has_more_than_two_dozen_letters() -> None:
    assert joins(["k" * 12, "l" * 12])
    assert joins(["k" * 12, "l" * 13]) == []


def test_six_letters_that_are_not_all_of_words_may_be_a_name_that_is_misspelt() -> None:
    pairs = ("qux bon", "plan qux", "qux plan", "qu bon", "plan team")
    assert [join.is_guess for pair in pairs for join in joins(pair.split())] == [True] * 3 + [False] * 2


def test_words_begin_as_their_first_two_letters_do() -> None:
    assert [join.opening for join in joins("h ufnagel xyz".split())] == [opening("hu")] * 2 + [opening("uf")]


def test_a_slip_is_one_letter_or_two_neighbours() -> None:
    slips = "anna ana annna annxa amna xnna annx nana anan xanna annax nna".split()
    others = "an annaxy axxa naan xnnx anax nan xannax naxa".split()
    assert all(one_slip("anna", word) for word in slips)
    assert all(one_slip(word, "anna") for word in slips)
    assert not any(one_slip("anna", word) for word in others)
    assert not any(one_slip(word, "anna") for word in others)


def test_what_words_have_in_common() -> None:
    assert [shared("anna", other) for other in ("anna", "annika", "xnna", "an", "annab")] == [4, 3, 0, 2, 4]
    assert shortened("abc") == ["bc", "ac", "ab"]
    assert shortened("abc", 1) == ["ac", "ab"]
