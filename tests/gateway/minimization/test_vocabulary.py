"""The closed vocabulary: what may stand in it, how it is found in words, and what tells two apart."""

from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.minimization.categories import CATEGORIES
from gateway.minimization.vocabulary import (
    NO_WORDS,
    Match,
    Vocabulary,
    check_word,
    load_vocabulary,
    parse_phrases,
    words_of,
)

WORDS = Vocabulary([("review", "reviews"), ("all hands", "town hall"), ("hands",), ("Q&A",)])


def test_words_are_folded_and_parted_by_every_other_sign() -> None:
    assert words_of("ＲＥＶＩＥＷ: all-hands_Q&A, 会议") == ["review", "all", "hands", "q&a", "会", "议"]  # noqa: RUF001


def test_phrases_stand_where_they_begin_and_end() -> None:
    assert [*WORDS.matches(["reviews"])] == [Match(0, 1, "review")]
    assert [*WORDS.matches(["the", "all", "hands", "review"])] == [
        Match(1, 3, "all hands"),
        Match(3, 4, "review"),
    ]


def test_the_longest_phrase_is_told_in_order_and_once() -> None:
    assert WORDS.told_in("Q&A of reviews, ALL-HANDS review") == ["Q&A", "review", "all hands"]
    assert WORDS.told_in("Hands all over") == ["hands"]
    assert NO_WORDS.told_in("All hands") == []


def test_of_a_title_that_is_all_words_twelve_are_told() -> None:
    words = [letter * 2 for letter in "abcdefghijklm"]
    assert Vocabulary((word,) for word in words).told_in(" ".join(words)) == words[:12]


def test_of_phrases_that_share_a_spelling_the_first_counts() -> None:
    assert Vocabulary([("review", "talk"), ("talk",)]).told_in("Talk") == ["review"]


def test_an_employers_words_come_before_the_others_and_take_none_away() -> None:
    own = WORDS.with_words(["Hands", "sprint gala"])
    assert own.told_in("hands, town hall, sprint gala, reviews") == [
        "Hands",
        "all hands",
        "sprint gala",
        "review",
    ]


def test_a_digest_tells_vocabularies_apart_and_not_the_order_of_their_phrases() -> None:
    digest = Vocabulary([("review", "reviews"), ("budget",)]).digest
    assert isinstance(digest, bytes)
    assert digest == Vocabulary([("budget",), ("review", "reviews")]).digest
    assert digest != Vocabulary([("budget",), ("reviews", "review")]).digest
    assert digest != Vocabulary([("budget",), ("review",)]).digest


def test_a_line_is_a_phrase_and_what_is_told_stands_first() -> None:
    content = "# Work\nreview , reviews  # not: talk\n\n   \nall hands\n"
    assert parse_phrases("en.txt", content) == [["review", "reviews"], ["all hands"]]


def test_a_mistake_is_named_by_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^en\.txt, line 2: a phrase of the vocabulary is one to 8"):
        parse_phrases("en.txt", "review\nreview,,reviews\n")
    (tmp_path / "de.txt").write_text("Raum 12\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"^de\.txt, line 1: a phrase"):
        load_vocabulary(tmp_path)


@pytest.mark.parametrize("spelling", ["a b c d e f g h", "w" * 60, "会议会议会议会议", "Q&A", "l'été"])
def test_a_spelling_of_words_may_be_told(spelling: str) -> None:
    assert check_word("here", spelling) == spelling


@pytest.mark.parametrize(
    "spelling",
    [
        *("", "—", "a b c d e f g h i", "w" * 61, "会议会议会议会议会"),
        *("room 12", "anna@cobalt.example", "re\u202eview"),
    ],
)
def test_what_is_no_word_or_may_be_a_contact_may_not(spelling: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^here: a phrase of the vocabulary is"):
        check_word("here", spelling)


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_a_category_is_no_word(category: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^here: '{category}' is told of titles"):
        check_word("here", category)


def test_a_folder_is_every_language_in_the_order_of_names(tmp_path: Path) -> None:
    for name in "hgfedcba":
        (tmp_path / f"{name}.txt").write_text(f"in {name}, talk, in {name} 会\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("42\n", encoding="utf-8")
    vocabulary = load_vocabulary(tmp_path)
    assert vocabulary.told_in("talk") == ["in a"]
    assert vocabulary.told_in("in h会") == ["in h"]


def test_what_is_shipped_is_of_five_languages() -> None:
    shipped = load_vocabulary(Path(__file__).parents[3] / "config" / "vocabulary")
    for written in ("Review", "Besprechung", "Réunion", "Reunión", "会议"):
        assert len(shipped.told_in(written)) == 1, written


def test_a_file_that_is_no_text_or_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").mkdir()
    (tmp_path / "latin" / "fr.txt").write_bytes("été".encode("latin-1"))
    (tmp_path / "folder" / "en.txt").mkdir(parents=True)
    for folder, name in (("latin", "fr"), ("folder", "en")):
        with pytest.raises(ConfigurationError, match=rf"^{name}\.txt cannot be read as UTF-8 text"):
            load_vocabulary(tmp_path / folder)
