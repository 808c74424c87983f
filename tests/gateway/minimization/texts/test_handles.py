"""What an address tells of somebody: names, accounts, handles and a company."""

import pytest

from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.tripwire import Hit, Kind, scan
from tests.gateway.minimization.texts.mention_forms import covered


@pytest.mark.parametrize("text", ["u39785", "Lunch with U39785", "@u39785: review", "(u39785)"])
def test_an_account_counts_as_it_is_written(text: str) -> None:
    known = Known([Person("Anna Schmidt", "u39785@cobalt.example")])
    start = text.lower().index("u39785")
    assert covered(text, scan(text, known), start, start + 6)
    assert scan(text.replace("5", "6"), known) == []
    assert scan("Ticket u397851", known) == []


@pytest.mark.parametrize(
    ("person", "handle"),
    [
        (Person("中村由美子", "y.nakamura@cobalt.example"), "@yumiko.nakamura"),
        (Person("최태희", "t.choi@cobalt.example"), "@taeheechoi"),
        (Person("佐藤葵", "a.sato@cobalt.example"), "@aoi_sato"),
    ],
)
def test_a_handle_with_a_name_is_found_whole(person: Person, handle: str) -> None:
    text = f"1:1 {handle}"
    assert covered(text, scan(text, Known([person])), 4, len(text))


@pytest.mark.parametrize("mention", ["Mark", "Mark Kingsley", "KINGSLEY, Mark", "Kingsley"])
def test_a_word_is_a_name_where_an_address_alone_tells_it(mention: str) -> None:
    text = f"Call with {mention}"
    assert covered(text, scan(text, Known([Person(None, "mark.kingsley@cobalt.example")])), 10, len(text))
    assert scan("Office sync", Known([Person(None, "office.kingsley@cobalt.example")])) == []


@pytest.mark.parametrize(
    ("address", "mention"),
    [
        ("anna.schmidt@cobalt.example", "Schmidt"),
        ("aschmidt@cobalt.example", "Schmidt"),
        ("a.schmidt@cobalt.example", "schmidt"),
        ("annaschmidt@cobalt.example", "Anna"),
        ("anna_schmidt+cal@cobalt.example", "Anna"),
        ("evaberg@cobalt.example", "Eva"),
        ("annalee@cobalt.example", "Anna"),
        ("annalee@cobalt.example", "Lee"),
        ("jmeyer@cobalt.example", "Meyer"),
        ("u123@cobalt.example", "u123"),
    ],
)
def test_names_come_from_addresses_too(address: str, mention: str) -> None:
    text = f"Lunch with {mention}"
    assert covered(text, scan(text, Known([Person(None, address)])), 11, len(text))


def test_a_company_is_known_by_its_peoples_addresses() -> None:
    known = Known([Person("Ewa Novak", "ewa@cobalt.example"), Person("Olu Ade", "olu@mail.example")])
    assert scan("Cobalt sync", known) == [Hit(Kind.DOMAIN, 0, 6)]
    assert scan("Gmail migration", known) == []
    assert scan("KPX sync", Known([Person(None, "ewa@kpx.example")])) == [Hit(Kind.DOMAIN, 0, 3)]


@pytest.mark.parametrize("local", ["sales", "Helpdesk", "kontakt"])
def test_an_address_of_nobody_names_nobody(local: str) -> None:
    known = Known([Person(None, f"{local}@cobalt.example")])
    assert scan(f"{local.title()} session", known) == []


def test_a_name_and_an_initial_are_an_account_whatever_the_address_says() -> None:
    known = Known([Person("Anna Berg", None)])
    for text in ("Sync aberg", "Sync berga", "Sync annab"):
        assert covered(text, scan(text, known), 5, len(text)), text
