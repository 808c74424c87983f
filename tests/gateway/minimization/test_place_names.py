"""A directory's names of places pass, but for those that tell of a person."""

import pytest

from gateway.booking import ResourceKind
from gateway.minimization.lattice import Place
from gateway.minimization.place_names import part_of_place, place_name
from tests.gateway.minimization.made_up import raw_place
from tests.properties.test_place_silence import imported

WHOLE = [
    *("Harbour", "Ada Lovelace", "Victoria", "Room Jordan", "Room 12", "M 12", "BER-01-0230-112", "Fr 3", ""),
    *("Konferenz 1.OG Raum 2", "Büro Zürich", "Büro 3.12", "Bureau de la direction", "Bureau 12", "MR 2"),
    *(
        "Erdgeschoss Räume",
        "Campus Räume",
        "Spreehaus rooms",
        "Women's rooms",
        "Räume Berlin",
        "Besprechungsräume",
    ),
    *("Women's room", "Visitors' desk 4", "Oficina de correos", "会议室 12", "大会议室", "Innovation Lab"),
]
SOMEBODYS = {
    "Anna's office": None,
    "Anna's rooms": None,
    "Anna's meeting rooms": None,
    "James' list": None,
    "Annas Räume": None,
    "Räume von Anna": None,
    "Anna\u2019s corner office 12": "Room 12",
    "James' desk": None,
    "Annas Büro 3.12": "Room 3.12",
    "Büro von Anna": None,
    "Zimmer der Leiterin 7": "Room 7",
    "Bureau de Marie": None,
    "despacho de Ana 4": "Room 4",
    "王明的办公室": None,
    "Dr. Quorl": None,
    "Hr. Quorl 2.04": "Room 2.04",
    "Anna's office 12, floor 3": None,
}
CONTACTS = [
    "Harbour (anna@cobalt.example)",
    "Lab, door code 4711",
    "Key: +41 44 668 18 00",
    "Harbour https://meet.example/j/812",
]


@pytest.mark.parametrize("name", WHOLE)
def test_what_tells_of_nobody_is_told_as_it_stands(name: str) -> None:
    assert place_name(name, ResourceKind.ROOM) == name


@pytest.mark.parametrize("name", SOMEBODYS)
def test_of_somebodys_place_its_number_is_told(name: str) -> None:
    assert place_name(name, ResourceKind.ROOM) == SOMEBODYS[name]
    assert part_of_place(name) is None


@pytest.mark.parametrize("name", CONTACTS)
def test_of_a_contact_nothing_is_told_not_even_its_number(name: str) -> None:
    assert place_name(name, ResourceKind.ROOM) is None
    assert part_of_place(name) is None


def test_the_sort_is_named_in_words() -> None:
    assert place_name("Anna's desk 4", ResourceKind.DESK_POOL) == "Desk pool 4"


def test_a_directory_entry_passes_by_it() -> None:
    raw = raw_place(
        name="Anna's office 12",
        site="anna@x.example",
        building="Dr. Quorl Haus",
        floor="Dial 0041 44 668 18 00",
    )
    for level in (Place.RESOURCE, Place.SITE):
        place = imported(raw, level)
        assert place is not None
        resource = place.resource
        assert resource.name == ("Room 12" if level is Place.RESOURCE else None)
        assert (resource.site, resource.building, resource.floor) == (None, None, None)
