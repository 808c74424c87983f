"""Names are found however they are spelt, broken, cut off, declined, made small or made an account of."""

import pytest

from gateway.minimization.texts.known import Known, Memory, Person
from gateway.minimization.texts.tripwire import scan
from tests.gateway.minimization.texts.mention_forms import covered

FOUND = {
    "spelt otherwise": (
        "Katharina Müller: Katarina Muller|Dmitry Tsvetkov: Dmitri Zwetkow|Ελένη Χατζηδάκη: Elenh Xatzhdakh|"
        "Yusuf Alqasim: Youssef El-Kassem|Jiwoo Park: Ji-woo Pak|Meenakshi Sharma: Minakshi Sarma|"
        "Ewa Kowalczyk: Eva Kowaltschik|Andrés Dunmore: Anclrés Dunrnore|Zoë Brandt: Yoë Brandt"
    ),
    "mistyped": (
        "Anna Hufnagel: Anna Hufnagle|Anna Hufnagel: Huffnaggel|Anna Hufnagel: Annna Huffnagell|"
        "Robert Marsh: Robert arsh|Anna Hufnagel: Hfngl|Anna Hufnagel: HFNGL|Anna Hufnagel: Annaaaa"
    ),
    "broken": (
        "Cosimo Zambonin: Zam bonin|Cosimo Zambonin: CosimoZ ambonin|Anna Hufnagel: Huf-\nnagel|"
        "Anna Hufnagel: An na Huf nagel|Anna Hufnagel: Huf*nagel|Nazlı Türkmenoğlu: Türk*enoğlu|"
        "Anna Hufnagel: Hufn(a)gel|Minjun Choi: Min Jun|"
        "Eva Lockwood: Eva Lock wood|Anna Hufnagel: Huf\N{CHERRY BLOSSOM}nagel"
    ),
    "cut off": (
        "Anna Hufnagel: Anna Hufn.|Anna Hufnagel: An. Huf.|Anna Hufnagel: A. Huf.|Anna Hufnagel: Ann Huf|"
        "Николай Димитров: Ник. Димитров|Anna Hufnagel: Hufnagel AB|Chaewon Choi: Choi CW|"
        "Anna Berg: A.L. Berg"
    ),
    "accounts": (
        "Chaewon Choi: choicw|Anna Hufnagel: hufnann|Anna Hufnagel: ahhufnagel|Anna Hufnagel: teamhufnagel"
    ),
    "declined": (
        "Joanna Wiśniewska: Joanny Wiśniewskiej|Krzysztof Górecki: Góreckiemu|Tadeusz Wójcik: Tadka|"
        "Юлия Громыкина: Юлией Громыкиной|Ayşe Kaya: Ayşenin|Anna Hufnagel: Hufnagelsche"
    ),
    "made small": "Marta Ruiz: Martita|Thorsten Ruiz: Thorschen|Juliane Ruiz: Julchen|Жанна Орлова: Жанночка",
    "with particles": (
        "Jan van der Velde: VanderVelde|Jan van der Velde: v. d. Velde|Inés de la Vega: d/l Vega|"
        "Omar Alkhatib: El-Khatib|Omar Al-Khatib: Khatib|Jan van der Velde: vd Velde"
    ),
}  # fmt: skip


@pytest.mark.parametrize("pair", [pair for pairs in FOUND.values() for pair in pairs.split("|")])
def test_a_name_is_found_in_another_form(pair: str) -> None:
    name, mention = pair.split(": ", 1)
    text = f"Budget review / {mention}"
    assert covered(text, scan(text, Known([Person(name, None)])), 16, len(text))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Grace Marsh", "Tracing review"),
        ("Solène Ruiz", "Szkolenie"),
        ("Grace Coverdale", "Планирование квартала"),
        ("Priya Mishra", "Mitarbeitergespräch"),
        ("Zhiqiang Huang", "Spotkanie z zespołem"),
        ("Maria Theo", "Room Mandarin"),
        ("Marta Schulz", "March schedule"),
        ("Anna Hufnagel", "An annual review"),
    ],
)
def test_what_is_less_alike_is_left(name: str, title: str) -> None:
    assert scan(title, Known([Person(name, None)])) == []


@pytest.mark.parametrize(
    ("name", "title", "start"),
    [
        ("Joost Meijerink", "Afspraak met Joost", 13),
        ("Zhiqiang Huang", "Spotkanie z Huang", 12),
        ("Concepción Urrutia", "Colloquio Urrutia", 10),
        ("Priya Mishra", "Mitarbeitergespräch Mishra", 20),
    ],
)
def test_what_stands_beside_a_name_and_only_begins_alike_is_left(name: str, title: str, start: int) -> None:
    assert [hit.start for hit in scan(title, Known([Person(name, None)]))] == [start]


def test_an_event_is_known_whole_however_many_were_met_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.minimization.texts.memory.PEOPLE_MAX", 3)
    memory = Memory()
    Known([Person("Olu Larsen", None), Person("Ewa Novak", None)], memory)
    for _ in range(2):
        known = Known([Person("Anna Hufnagel", None), Person("Cosimo Zambonin", None)], memory)
        assert [hit.start for hit in scan("Huffnaggel / Zambbonin", known)] == [0, 13]
