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
«Jadzia» | «Jadwigi» | «Jadwige» | Jadwidze | Jadwiz | «Jadwigo» | «Jadwi» | «Jadchen» | «Jadka» | Jaka
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
