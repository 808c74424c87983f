"""Contact data of anybody is found; dates, times, sums, rooms and versions are not."""

import pytest

from gateway.minimization.texts.known import Known
from gateway.minimization.texts.tripwire import Kind, scan

NOBODY = Known([])

ADDRESSES = (
    "anna@cobalt.example|a.b-c+d@mail.cobalt.co.example|anna@corp.internal|anna at cobalt dot example|"
    "anna (at) cobalt (dot) com|anna[at]cobalt[dot]org|anna @ cobalt.example|"
    "ａｎｎａ＠cobalt．example|müller@firma.example|anna\u200b@cobalt.example|"
    "anna punkt schmidt at firma punkt de|a.berg@localhost|é.berg@lan|team7@buildhost|anna@srv02"
).split("|")
LINKS = (
    "https://meet.example/abc|http://x.internal:8080/a?b=c|meet.google.com/abc-defg-hij|"
    "zoom.us/j/1234567890|teams.microsoft.com/l/meetup-join/19%3a|www.cobalt.example|"
    "cobalt.example/room|https://wiki|zoom/j/123|msteams:/l/meeting|ｈｔｔｐｓ：／／cobalt.example|"
    "hxxps://cobalt.example/j|hxxps[:]//cobalt[.]example|files[.]cobalt[.]example/j|"
    "wiki (dot) cobalt (dot) example|"
    r"Cobalt.com|cobalt.it|fox.it|\\fs\plans|\\files.cobalt.internal\plans\q3"
).split("|")
PHONES = (
    "+41 44 668 18 00|+49 (0)30 1234567|0041446681800|044 668 18 00|030 1234567|0171/1234567|"
    "01 23 45 67 89|+1 (617) 555-0143 x12|617-555-0143|(617) 555-0143|tel 6681800|Durchwahl 4821|"
    "+1-202-555-0143,,598529|+12025550143;4821#|020 7946 0143,,4821#|☎ 555 0143|📞555 0143|01.99.00.27.30|"
    "2 0 2 5 5 5 0 1 4 3|2-0-2-5-5-5-0-1-4-3|2.0.2.5.5.5.0.1.4.3|"
    "ext. 4821|Tel.: 555 01 43|Lasalle 01.99.00.63.83|＋41 44 668 18 00|电话 138 0013 8000|+33-1-23-45-67-89"
).split("|")
MEETING_IDS = (
    "123 456 789|123 456 000|123 4567 8901|123-456-7890|987 654 3210|12345678901|"
    "Meeting ID: 987654|Meeting-ID 123456789|"
    "ID de réunion : 273 1493 1373|N° de conférence 361224551|"
    "Meeting ID: 361 224 551 02|会议号：123456789|Meeting Nr 987654|1234 5678 9012 3456"
).split("|")
PINS = (
    "PIN 4711|pin: 123456#|Passcode: aB3x9|password: hunter|Kennwort: geheim|Zugangscode 90210|Code 884422|"
    "mot de passe : soleil|contraseña: playa|clave 5566|código 7788|PIN 12 34 56|"
    "PIN: 1984|密码 2043|door code 1956|Gate PIN=2043|Türcode 1984*|code 2043#|clave: 1981|Code secret 1950|"
    "密码：1234|密码 8899|验证码 4455|pin code 4711|pass code 2211|code: a7b2c|key = x9k2"
).split("|")
NUMBERS = (
    "Q3 2027|10:00-11:00|2027-03-04|04.03.2027|04/03/2027 - 06/03/2027|R 3.14|v1.2.3|9h30 - 10h15|"
    "1,250,000 EUR|CHF 120'000.00|100 000 000 EUR|Budget 2027/2028|2025 2026 2027|KW 12|H1/H2 2027|"
    "Rooms 101, 102, 103|Room 101 102 103|Release 2.14.0|ISO 27001|Sprint 42|Top 10|50% off|"
    "01.02. - 03.02.2027|2027-03-04T10:00|10 x 1000 EUR|Node.js 22|ASP.NET Core 9|section 3.2.1|"
    "Floor 2 desk 14|12 10 8 6 4|24/7|AS/400|Code review|PIN pad|Password reset|Meet the team|"
    "Meeting at noon|Extension of building 2|Review at point 4|1:1|St.Gallen trip|e.g. lunch|"
    "2027.03.04|09:00|3 p.m.|Code 2027|Key 2027 goals|1 2 3 4 5 6 7 8|7-6-5-4-3-2-1|"
    "day-long-off|one-time-fee|"
    "250 000 000 steps|123 456 789 EUR|Größe X 555 0143|OK.so|"
    "Lunch@noon|Kickoff@Berlin|One or two or three|Budget 1 250 000"
).split("|")


def kinds(text: str) -> set[Kind]:
    return {hit.kind for hit in scan(text, NOBODY)}


def leftover(contact: str) -> str:
    """What is left of a contact in the midst of a title."""
    text = f"Call {contact} today"
    taken = {index for hit in scan(text, NOBODY) for index in range(hit.start, hit.end)}
    return "".join(char for index, char in enumerate(text) if index not in taken and char.isdigit())


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses_are_found(text: str) -> None:
    assert Kind.ADDRESS in kinds(text)


@pytest.mark.parametrize("text", LINKS)
def test_links_are_found(text: str) -> None:
    assert Kind.LINK in kinds(text)


@pytest.mark.parametrize("text", PHONES)
def test_phones_are_found_with_every_digit(text: str) -> None:
    assert kinds(text) & {Kind.PHONE, Kind.MEETING_ID}
    assert leftover(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "call two oh two five five five oh one four three",
        "null drei null, zwei drei eins zwei fünf",
        "zéro un neuf neuf zéro zéro deux sept",
        "null drei null drei null drei null",
    ],
)
def test_phones_are_found_where_they_are_spelled(text: str) -> None:
    assert Kind.PHONE in kinds(text)


@pytest.mark.parametrize("text", ["zzc-ghbh-myu", "Sync: zzc-ghbh-myu", "Meet: zzc-ghbh-myu"])
def test_meeting_codes_of_letters_are_found(text: str) -> None:
    assert kinds(text) == {Kind.MEETING_ID}


@pytest.mark.parametrize("text", MEETING_IDS)
def test_meeting_ids_are_found(text: str) -> None:
    assert kinds(text) & {Kind.MEETING_ID, Kind.PHONE}
    assert leftover(text) == ""


@pytest.mark.parametrize("text", PINS)
def test_pins_are_found_after_a_word_that_announces_them(text: str) -> None:
    assert Kind.PIN in kinds(text)
    assert leftover(text) == ""


@pytest.mark.parametrize("text", NUMBERS)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert kinds(text) == set()
