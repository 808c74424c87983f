"""Words of which letters are lost are somebody's, where enough is left."""

import pytest

from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.tripwire import scan

KNOWN = Known([Person("Jörg Öztürk-Ñandú", None), Person("Marta Okafor", None)])


@pytest.mark.parametrize(
    "written",
    ["?zt?rk", "\ufffdzt\ufffdrk", "??zt??rk", "Ok?for", "Ok#for", "Ok*for", "M?rta", "Ok_for",
     "Ok.for", "J?rg",
     "?and?",
     "\u25a1zt\u25afrk", "O*a*or", "Okafo?"],
)  # fmt: skip
def test_a_word_with_holes_is_found_whole(written: str) -> None:
    text = f"Sync {written} on site"
    (hit,) = scan(text, KNOWN)
    assert (hit.start, hit.end) == (5, 5 + len(written))


def test_what_is_beside_it_belongs_to_it() -> None:
    assert [(hit.start, hit.end) for hit in scan("Sync M?rta Oka?or today", KNOWN)] == [(5, 17)]


@pytest.mark.parametrize(
    "text",
    ["O????r", "Who?", "Ok?", "M?t?a", "Ok?xor", "Lunch? Yes!", "e.g. foo.bar", "Ok.f.r", "?????", "O.a.r",
     "Okxf?r", "M.ta", "snake_case", "50#for"],
)  # fmt: skip
def test_too_little_is_nobody(text: str) -> None:
    assert scan(text, KNOWN) == []


def test_only_so_many_words_with_holes_are_read() -> None:
    assert scan("xy?z " * 7 + "Ok?for", KNOWN)
    assert scan("xy?z " * 8 + "Ok?for", KNOWN) == []
