"""How much of a name is heard in another script, and how much of what is made of names is remembered."""

import pytest

from gateway.minimization.texts import memory as memories
from gateway.minimization.texts import sounds
from gateway.minimization.texts.hearing import heard, in_greek
from gateway.minimization.texts.known import Known, Memory, Person
from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.tripwire import scan


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("david", "c:dd"),
        ("daviid", ""),
        ("kamal", "c:kml"),
        ("kamaal", "c:kml"),
        ("abu", "c:Ab"),
        ("abuuuu", ""),
        ("bo", ""),
    ],
)
def test_two_consonants_tell_only_of_a_short_word(word: str, key: str) -> None:
    assert sounds.consonantal(word) == key


def test_three_signs_of_katakana_tell() -> None:
    assert sounds.katakana("samir") == "j:snr"
    assert sounds.katakana("sami") == ""
    assert heard("samira", "サミラ") == {"j:snr"}
    assert heard("sara", "サラ") == set()
    assert heard("sara", "サラさ") == set()
    assert heard("samia", "サミア") == set()


def test_a_name_is_heard_by_script() -> None:
    assert {key[0] for key in sounds.keys("vladimir")} == {"c", "j", "k"}
    assert {key[0] for key in sounds.keys("vladimir", "k")} == {"k"}
    assert sounds.keys("jo", "c") == set()
    assert heard("minjun", "민준") == {sounds.korean("minjun")}
    assert heard("anna", "Anna") == set()


@pytest.mark.parametrize("word", ["wkamal", "bkamal", "fkamal", "kkamal", "lkamal", "wlkamal"])
def test_what_arabic_writes_before_a_word_is_none_of_it(word: str) -> None:
    assert sounds.consonantal("kamal") in heard(word, "كمال")


def test_too_little_is_left_behind_it() -> None:
    assert heard("bkml", "كمال") == {sounds.consonantal("bkml"), sounds.consonantal("kml")}
    assert heard("bkm", "كمال") == {sounds.consonantal("bkm")}
    assert heard("ba", "با") == set()


def test_greek_has_two_letters_for_one() -> None:
    assert in_greek("ntampitza", "Ντ") == "dabija"
    assert in_greek("ntampitza", "Нт") is None


def test_korean_family_names_are_read_as_they_are_written() -> None:
    for pair in listed("hangul"):
        written, read = pair.split("=")
        assert sounds.read_aloud(written) == read
        assert written in sounds.romanized(read)
        assert written in sounds.romanized(written)
    assert sounds.read_aloud("holm") == "holm"
    assert sounds.romanized("holm") == []


def test_no_more_is_remembered_of_texts_and_words_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = list[str]()

    def make(text: str) -> list[str]:
        made.append(text)
        return made

    def hear(word: str, _written: str) -> set[str]:
        return {*make(word)}

    monkeypatch.setattr(memories, "TEXTS_MAX", 2)
    monkeypatch.setattr(memories, "WORDS_MAX", 2)
    monkeypatch.setattr(memories, "heard", hear)
    memory = Memory()
    for text in "a b a b c b a b".split():
        memory.regarded(text, make)
    assert made == "a b c b a b".split()
    made.clear()
    for word in "a b a b c b a b".split():
        memory.heard(word, "")
    assert made == "a b c b a b".split()


def test_words_are_traced_anew_once_there_is_no_room_or_somebody_else_is_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = list[str]()

    def trace(word: str) -> set[str]:
        made.append(word)
        return {"~" + word}

    monkeypatch.setattr(memories, "WORDS_MAX", 2)
    monkeypatch.setattr(memories, "alike", trace)
    memory = Memory()
    anna = memory.forms(Person("Anna Holmqvist", None))
    for word in "holmqvist b holmqvist b c b".split():
        assert memory.alike(word) == ({anna} if word == "holmqvist" else set())
    assert made == "holmqvist b c b".split()
    other = memory.forms(Person("Olu Holmqvist", None))
    assert memory.alike("holmqvist") == {anna, other}


def test_people_are_remembered_until_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "PEOPLE_MAX", 2)
    memory = Memory()
    (anna,) = Known([Person("Anna Holmqvist", None)], memory).forms
    assert Known([Person("Anna Holmqvist", None), Person("Olu Berg", None)], memory).forms[0] is anna
    assert memory.alike("holmqvist") == memory.like("holmqvist") == {anna}
    (new,) = Known([Person("Anna Holmqvist", None)], memory).forms
    assert new is not anna
    assert memory.called("holmqvist") == [new]
    assert memory.alike("holmqvist") == memory.like("holmqvist") == {new}


@pytest.mark.parametrize(
    "text",
    [
        "Hufnagel",
        "Hufnaggel",
        "Huf nagel",
        "Huf naggel",
        "An. Huf.",
        "Anna Huf",
        "Minjun Kim",
        "Min jun",
        "hufnann",
    ],
)
def test_who_is_remembered_of_another_event_is_not_known(text: str) -> None:
    memory = Memory()
    first = Known([Person("Anna Hufnagel", None), Person("김민준", None)], memory)
    other = Known([Person("Hugo Larsen", None), Person("이서연", None)], memory)
    assert scan(text, first)
    assert scan(text, other) == []


def test_greek_letters_that_stand_for_one_are_heard_as_it() -> None:
    assert scan("Μπομπ", Known([Person("Bob Ox", None)]))
    assert scan("Μπεμπελ", Known([Person("Bebel Ox", None)]))
    assert scan("Μεμελ", Known([Person("Bebel Ox", None)])) == []


def test_a_text_of_more_than_512_letters_is_not_read() -> None:
    assert scan("a" * 512, Known([])) == []
    assert [hit[1:] for hit in scan("a" * 513, Known([]))] == [(0, 513)]


class Nobody:
    """Somebody of whom nothing is found."""

    traces = own_sounds = frozenset[str]()

    def __init__(self, person: Person) -> None:
        self.person = person


def test_there_is_room_for_5000_people_and_4096_words_and_1024_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "Forms", Nobody)
    memory, anna = Memory(), Person("Anna", None)
    first = memory.forms(anna)
    for index in range(4_998):
        memory.forms(Person(str(index), None))
    memory.make_room()
    assert memory.forms(anna) is first
    memory.forms(Person("Olu", None))
    memory.make_room()
    assert memory.forms(anna) is not first

    def remembered(text: str) -> object:
        return memory.regarded(text, lambda _: object())

    def heard_before(word: str) -> object:
        return memory.heard(word, "")

    for size, remember in ((1_024, remembered), (4_096, heard_before)):
        kept = remember("0")
        for index in range(1, size):
            remember(str(index))
        assert remember("0") is kept
        remember("another")
        assert remember("0") is not kept
