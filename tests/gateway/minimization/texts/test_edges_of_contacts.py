"""How much of a number, a code or a link it takes, how much of it is taken, and what announces it."""

import pytest

from gateway.minimization.texts.known import Known
from gateway.minimization.texts.tripwire import Kind, scan
from tests.gateway.minimization.texts.marked import bare, lines, marked

NOBODY = Known([])

NUMBERS = """
«+41 446 68»
+414466
«+123456789012345»
+1234567890123456
«(+41) 446681800»
«0446681»
044668
«012345678901»
0123456789012
(0)44
«01 23 45 67 89»
01 23 45 67
01 234
«617 555 0143»
617 555 01433
«tel 1234567»
«tel 123456»
tel 12345
x 123
«x123»
x12
«ext 123456»
ext 1234567
«poste 1234»
poste 123
«+41 446681800 x123456»
«+41 446681800»,,12
«+41 446681800;123;123;123;123»;123
«123456789»
12345678
«123456789012»
1234567890123
«12 345 6789»
123 45 678
12 34 56 78 90
123 000 000
«123 456 000»
«123 000 456»
1999 2000 2001
«1999 2000 301»
«1 3 2 4 5 6 7»
1 3 2 4 5 6
«2 4 6 8 0 2 4»
9 8 7 6 5 4 3
2 3 4 5 6 7 8
«1 1 1 1 1 1 1»
«one two three four five six seven»
one two three four five six
one one one one one one one
«one  two,  three four-five six seven»
one    two three four five six
"""
SUMS = """
123456789   euros
123 456 789 EUR
«123456789» eurosport
«123456789»    EUR
budget:  123456789
«123456789» budget
EUR 123 456 789
Rooms: 123456789
raeume 123 456 789
desk 0446681800
«0446681800» desk
mushroom «123456789»
Rooms on «123456789»
"""
CODES = """
PIN «123»
PIN 12
PIN «123456789012»
PIN «12 34»
PIN 1 2
PIN 123:4
PIN 123.4
PIN....«123»
spin 123
door  code «123»
password: «abcd»
password: abc
password «ab1d»
password a1b
password abcd
code: «ab1d»
code: ab1
code: abcd
Code «1850»
Code «2100»
Code 1984
Code 2043
Code «1984#»
«meeting id 123456»
meeting id 12345
«meeting id 123456789012345»
meeting id 1234567890123456
«abc-defg-hij»
abc-defg-hijk
abcd-efgh-ijk
day-long-off
«day-long-ofx»
"""
LINKS = """
«an.na@bcd»
an.na@bc
«ab@b1»
Lunch@Berlin
«a at b dot com»
a at b dot xyz
«abc.de»
Abc.de
«Abc.de/x»
«Abc.DE/X»
«Abc.com»
«abc.in»
ab.in
Abc.in
«ab.in/x»
abc.com.xyz
socket.io
«socket.io/x»
«www.a»
www.
«zoom/abc»
zoom/ab
xzoom/abc
«wiki [.] corp»
wiki [.] xyz
wiki dot corp
«mailto:a»
msteams:
«hx://a»
h://a
"""


@pytest.mark.parametrize("text", lines(NUMBERS + SUMS + LINKS))
def test_what_is_found_ends_where_it_should(text: str) -> None:
    assert marked(bare(text), NOBODY) == text


@pytest.mark.parametrize("text", lines(CODES))
def test_codes_end_where_they_should(text: str) -> None:
    # A sign that a telephone is to dial may be taken, or not.
    assert marked(bare(text), NOBODY).replace("»#", "#»") == text


ANNOUNCED = {
    Kind.PIN: (
        "PIN|pincode|passcode|password|passwd|Passwort|Kennwort|Kenncode|Zugangscode|Zutrittscode|"
        "Türcode|Turcode|Einwahlcode|Zifferncode|Geheimzahl|MDP|contraseña|pwd|pw|passphrase|"
        "meetingcode|Pinnummer|mot de passe|code|código|clave|key|Zahlencode|密码|口令|验证码|door code|"
        "gate key|alarm pin|entry code|host key|room code|security code|lobby code|garage code|"
        "safe code|lift code|locker code|wifi key|guest code|pin code|pass code|PIN is|PIN ist|"
        "Code lautet|code est|clave es|PIN Nr|PIN no|PIN number|code d'accès|código de acceso|"
        "code secret"
    ),
    Kind.MEETING_ID: (
        "meeting id|conference number|webinar no|Konferenz Nr|Besprechungsnummer|Besprechung Nr|"
        "Sitzungskennung|réunion no|zoom id|Teams-ID|webex number|conf code|access-code|access code|"
        "Konferenznummer|ID|N° de réunion|no of meeting|numéro de la conférence|"
        "número de conferencia|nr der Sitzung|nr der Besprechung|id du webinar|numero di riunione|"
        "numero da conferenza|number of the meeting|会议号|会议ID"
    ),
    Kind.PHONE: (
        "tel|phone|telephone|mobil|mobile|cell|Fon|teléfono|telefon|Handy|móvil|portable|call|dial|"
        "dial-in|ring|fax|WhatsApp|SMS|Anruf|appel|llamada|Rufnummer|Einwahl|hotline|电话|手机|tel nr|"
        "phone no|phone number|fax Nummer|teléfono número|dial in|电话号|手机号码"
    ),
}


@pytest.mark.parametrize(
    ("kind", "word"), [(kind, word) for kind in ANNOUNCED for word in ANNOUNCED[kind].split("|")]
)
def test_each_word_that_announces_it_does(kind: Kind, word: str) -> None:
    number = "8844" if kind is Kind.PIN else "8844221"
    for text in (f"{word} {number}", f"{word}: {number}"):
        assert kind in {hit.kind for hit in scan(text, NOBODY)}, text
    assert scan(number, NOBODY) == []


#: Texts that are found whole, and such as are left, with each of some words in place of the sign.
FOUND = {
    "§ 4821": "ext extn extension durchwahl nebenstelle dw poste",
    "+41 446681800 § 12": "x ext ext. extension durchwahl dw dw. poste anexo",
    "§:anna": "mailto sip sips callto skype msteams zoommtg facetime xmpp",
    "§/abc": "meet teams zoom webex whereby jitsi gotomeeting bluejeans chime skype",
    "anna § cobalt dot com": "at arroba arobase ät",
    "anna at cobalt § com": "dot punkt punto point",
    "anna@§": "localhost localdomain intranet internal exchange lan",
    "abc.§/x": "in it no be is me at us my de es id page team work live today home test name pro link",
}
LEFT = {
    "123456789 §": "eur euro euros usd chf gbp jpy cny inr k mio mn m bn kwh mwh km m2 qm % $",
    "§ 123456789": "eur usd chf gbp jpy cny inr rs budget euro $ room rooms salle salles sala salas desk "
    "desks bureau bureaux floor floors unit units seat seats Raum Raeume Räume Zimmer Tisch Tische",
    "Ab.§": "in it no be is me at us my de es id page team work live today home test name pro link",
    "§ 5": "asp.net ado.net vb.net ml.net socket.io draw.io",
}


@pytest.mark.parametrize("text", FOUND)
def test_each_word_makes_a_contact(text: str) -> None:
    texts = [text.replace("§", word) for word in FOUND[text].split()]
    assert [one for one in texts if marked(one, NOBODY) != f"«{one}»"] == []
    assert marked(text.replace("§", "qx"), NOBODY) != f"«{text.replace('§', 'qx')}»"


@pytest.mark.parametrize("text", LEFT)
def test_each_word_unmakes_a_contact(text: str) -> None:
    assert [one for word in LEFT[text].split() if scan(one := text.replace("§", word), NOBODY)] == []


def test_a_year_behind_a_place_of_a_code_is_one() -> None:
    places = "door gate alarm entry access host room security lobby garage safe lift locker wifi guest"
    assert [place for place in places.split() if not scan(f"{place} code 1956", NOBODY)] == []
    assert scan("Dress code 1956", NOBODY) == []
