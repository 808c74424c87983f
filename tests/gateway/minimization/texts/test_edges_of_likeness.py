"""How much a word has to be like a name, by how long the name is: «what is found», and what is left."""

import pytest

from gateway.minimization.texts.known import Known, Person
from tests.gateway.minimization.texts.marked import bare, marked

LIKE = {
    "Eva Ox": """
«Ewa» | «Eeva» | «Evva» | «Evaa» | Ev | Eav | «Evn» | «Evas» | «Evachen» | «Evi» | «Evchen» | «evax»
Evanov | «Ox» | «evao» | Ova | Aev
""",
    "Paul Ox": """
«Paull» | «Pau» | Pul | Paol | Paxl | Pual | «Paulx» | «Pauls» | «Paulchen» | «Pauly» | «Paulinho»
«Paula» | Paulsen | «xPaul» | «Pauln» | «Pla» | Pl | PL | «Paaul» | «Paulov» | Pauloff | paulteam
teampaul | Paulxyz | Puul
""",
    "Vogel Ox": """
«Vogl» | «Vgel» | «Voegl» | «Voxel» | «Vogxl» | Vgl | VGL | «Vogeel» | «Vgoel» | «Voge» | «Vogelsche»
«Vogelx» | «Vogelxy» | teamvogel | «xvogel» | xyvogel | xyzvogel | «xvogelx» | «Vogal» | «Fogel» | «Wogel»
«Voggel» | «Vokel» | «ogel» | «Gogel» | «Voglx» | Vxgxl | «Vogels» | «Vogelova» | «Vogelchen» | «Vogle»
«Vogell»
""",
    "Zambon Ox": """
«Zambn» | «Zmbn» | «Zambom» | «Zembon» | «Zambxn» | «Sambon» | «Xambon» | «Zamboni» | «teamzambon»
«xzambon» | xyzambonxy | «xzambonx» | «Zanbon» | «Zmabon» | «Zambno» | Zxmbxn | Zambb | «ambon»
«Zambonteam»
""",
    "Evo Ox": "«Evi» | «Evy» | «Evu»",
    "Kim Ox": "«Kimu» | «Kimi» | Kimx",
    "Igor Ox": "«Igru» | «Igory»",
    "Anna Robert": "Bob | Bobb | «Robert»",
    "Alvaro Ox": "Varo | el «Ox» | el Varo",
    "Omar Alrobert": "Robert | el Robert",
    "Adelsen Ox": "«Adlsn»",
    "Zambell Ox": "«xyzambellxy» | «xyzambell» | «zambellxy»",
    "Xiaoming Wang": "«Hsiaominng» | «Hsiaoming» | «Hsiaoomingg» | «Hsiao ming»",
    "Hufnagel Ox": """
«Huf nagle»
«Hufnagl» | Hufngl | «Hfngl» | «Huffnagel» | «Hufnaggel» | «Hufnxgel» | «Hofnagel» | Hufnxgxl
«xhufnagelx» | «xyhufnagelxy» | «Hunfagel» | «Hufnagle» | «Hufnlage» | «Hoffnagel» | «Huffnaggell»
«ufnagel» | «Hufnakel» | «Hufagel» | Hufangl | Hufael | «Hxfnagel» | Hufnalg | Hofnael | «Hofnagl»
""",
    "Kowalczyk Ox": """
«Kowalcyk» | «Kovalchik» | «Kowalzyk» | «Kowlczyk» | «Kwlczk» | «Kowalski» | «Kowaltschik» | «Kolwaczyk»
«Koxwalczyk» | «Kowalczykowi» | «kowalczykteam» | «Kovalcik» | «Kowaczyk» | «Kowalcz» | Kowalk
""",
    "Robert Ox": """
«Bob» | «Bobby» | «Bobb» | «Boby» | «Robbie» | «Robby» | «Bobbyx» | «Bobs» | «Roberto» | «Robertito»
«Robi» | «Robchen» | «Robek» | «Robertx» | Robk | «Rob» | Ber | «Robe» | «Berti»
""",
    "Jadwiga Ox": """
«Jadzia» | «Jadwigi» | «Jadwige» | «Jadwidze» | Jadwiz | «Jadwigo» | «Jadwi» | «Jadchen» | «Jadka» | Jaka
Jadx | Dwiga
""",
    "Nikos Ox": "«Niko» | «Nik» | «Nikou» | «Nikosem» | «Nikka» | Nikx | «Nikol» | «Nikchen» | «Nikosxy»",
    "Tadek Ox": "«Tadka» | «Tadkiem» | «Tadeka» | «Tadk» | «Tadkx»",
    "Maria Ox": """
«Mari» | «Mary» | «Marie» | «Marien» | «Marzi» | «Mariensche» | «Marias» | Mar | Marx | Marchen
«Mariechen» | «Mia» | «Maaria» | Mrai | «Marya» | «Marja» | «Maryx»
""",
    "Al-Khatib Ox": """
«Khatib» | «Alkhatib» | «El-Khatib» | «elkhatib» | «ulkhatib» | «Al Khatib» | «El Khatib» | «Ul Khatib»
xl «Khatib» | «Katib»
""",
    "Omar Alkhatib": "«Khatib» | «al Khatib» | «el Khatib» | «ul Khatib» | «Katib»",
    "Omar Alkha": "Kha",
    "Alfred Omar": "«Fred» | al «Omar» | el «Omar»",
    "Omar Elyxta": "yxta",
}


@pytest.mark.parametrize("name", LIKE)
def test_the_longer_a_name_the_less_a_word_has_to_be_like_it(name: str) -> None:
    known = Known([Person(name, None)])
    texts = [text.strip() for line in LIKE[name].strip().splitlines() for text in line.split(" | ")]
    assert [marked(bare(text), known) for text in texts] == texts


#: What cases and languages put after a name.
ENDINGS = """
a u e y i o s n t om em im ym oy ey oi ei ia ii iu io iom iem ie am an en us is as os es owi ovi owie
ami ach ech ow ov ej ego emu iej cie kiem giem ova owa uv ove eva in un nin nun ina iny inu inoj inoi
inym inyh inom ovym ovoj ovoi evym evoj evoi da de ta te dan den tan ten la le yla yle ya ye yi yu lar
ler larin lerin larda lerde lardan lerden lara lere lari leri larla lerle er sche schen innen isch ianer
ou ides ades nak nek val vel hoz hez ban ben ra re lla lle sta aan aitis escu ului ish ian ji san kun
chan sama ssi nim gil
"""
#: What a given name, or its first syllables, become for friends.
TENDER = """
a o e i y ie ek ka ko ik ok chik chek usha ushka yushka ochka echka enka onka chka ulya unya ula oula
oulis us unia usia cia chen lein li le el erl l ken ke je tje tjes jes ito ita cito cita illo illa ino
ina etto etta uccio uccia ello ella inho inha ette ou et ine itsa aki akis cik cuk cim cigim os kins by
sy
"""


@pytest.mark.parametrize(
    ("name", "stem", "endings"), [("Paul Ox", "Paul", ENDINGS), ("Jadwiga Ox", "Jad", TENDER)]
)
def test_each_ending_may_follow_a_name(name: str, stem: str, endings: str) -> None:
    known = Known([Person(name, None)])
    assert [ending for ending in endings.split() if marked(stem + ending, known) != f"«{stem}{ending}»"] == []
    assert marked(f"{stem}wut {stem}qat", known) == f"{stem}wut {stem}qat"
