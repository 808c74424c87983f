"""Names are found as other languages, offices and machines write them; what only looks so is left alone."""

import pytest

from gateway.minimization.texts.abbreviations import is_login
from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.tripwire import scan
from tests.gateway.minimization.texts.mention_forms import covered

FOUND = {
    "softened before an ending": (
        "Agata Wrona: Agacie|Robert Gołąb: Robercie|Dorota Duda: Dudzie|Hana Veselá: Haničko|"
        "Lenka Malá: Lence|Riikka Lampi: Lammen|Anna Virtanen: Virtaselle|"
        "Mikko Lahti: Lahdelle|Robert Gołąb: Gołębia"
    ),
    "declined": (
        "Mark Berg: Markkal|Haeun Yoon: Yoonnál|Mark Berg: Markilta|Jonas Kazlauskas: Kazlauskienė|"
        "Peeter Kask: Peetriga|Pekka Mäki: Pekalle|Zoë Ruiz: Zoëlta|Айгүл Серікова: Айгүлмен"
    ),
    "of three letters": "Ana Horvat: Anom|Ana Horvat: Anin|Ewa Sroka: Ewie|Ewa Sroka: Ewunia",
    "of neighbours": (
        "Анна Орлова: Ганна|Фёдор Щербаков: Федір|Микола Гнатюк: Nikolai Hnatiuk|Григорій Кушнір: Hryhorii|"
        "Володимир Бондар: Владимир|Ирина Ким: Ірино|Дмитрий Орлов: Дзмітрый"
    ),
    "called out": (
        "Наталья Орлова: Наташ|Анна Орлова: Анина|Дмитрий Орлов: Дим|"
        "Екатерина Орлова: Катюш|Мария Ильина: Маш"
    ),
    "romanized": (
        "Павел Цветков: Cvetkov|Щелиян Ръждавичков: Shteliyan|Иван Зайцев: Zajcev|Татьяна Цой: Tanja|"
        "Ευάγγελος Μπαλτάς: Vangelis Baltas|Δημήτρης Ντόκος: Dokos|Hans Berg: Ганс"
    ),
    "behind other words": "عمر نصار: فلعمر|محمد الخطيب: يامحمد|अनिल शर्मा: अनिलसे|רחל לוי: Rachel",
    "addressed": (
        "Wei Wu: MrWu|Wei Wu: WuZong|Kenta Sato: Satosensei|Ravi Kumar: Ravibhai|Ayşe Kaya: Ayşehanım"
    ),
    "logins": (
        "Anna Schmidt: schman|Anna Schmidt: aschm|Dimitrios Papadopoulos: dpapadop|"
        "Jan van der Velde: jvdvelde|"
        "María José García López: mgarcial|María José García López: mjgarcia|"
        "Anna Schmidt: ASch|Anna Schmidt: annsc"
    ),
    "initials with a sign": "Jean-Marc Roux: J-M|Anna Schmidt: A-S|Anna Schmidt: A/S|Anna Schmidt: A&S",
    "masked": (
        "Anna Schmidt: Axxx Sxxxxxx|Anna Schmidt: S*****t|Anna Schmidt: AXXX|Anna Schmidt: Schxxxt|"
        "李静怡: 李X怡|吴丽华: 吴O华|松本真一: 松本○一|김민준: 김O준"
    ),
    "with an ordinal's sign, or a married name": "María Ruiz: Mª Ruiz|Eva Lund: Eva Lund/Meier",
    "marked up": (
        'Zoë Müller: Zo\\"e M{\\"u}ller|Zoë Müller: M\\374ller|Zoë Müller: M%FCller|Zoë Ruiz: Zo\\353|'
        'Zoë Müller: M\\\'fcller|'
        "Zoë Müller: Zo&euml M&uumlller|Jan Łuczak: \\L{}uczak|Anna Schmidt: An<wbr>na"
    ),
}  # fmt: skip
#: What stands around a name, and between its parts, may stay or go; the names in it may not.
WITHIN = (
    "Arjun: 跟Arjun|Arjun: Arjun来访|Arjun: 面談Arjun様|Arjun: Arjun와 회의|Arjun: Arjunกับ|Arjun: مع Arjun|"
    "Arjun: <b>Arjun</b>|Arjun: [b]Arjun[/b]|Mark: MTMark|yan: 1ºyan|سلمى: ✓سلمى"
)
ALONE = (
    "Anna Schmidt: Q&A|Quentin Adams: Q&A|Rita Diaz: R&D|Anna Zimmer: A-Z|Anna Berg: A/B test|"
    "Oskar Ruiz: Foxx|Anna Schmidt: A*b*c|Georg Ruiz: Room Jordan|"
    "Anna Schmidt: Version 3*4|Neha Rao: nem|Omar Ruiz: Not <b>yet</b>|François Ruiz: Curie room|"
    "Lea Ruiz: LXX|Mara Keto: marketing|Anna Schmidt: C:\\341\\277"
)  # fmt: skip


def _pairs(rows: str) -> list[str]:
    return rows.split("|")


@pytest.mark.parametrize("pair", [pair for rows in FOUND.values() for pair in _pairs(rows)])
def test_a_name_is_found_as_others_write_it(pair: str) -> None:
    name, mention = pair.split(": ", 1)
    text = f"Budget review / {mention}"
    assert covered(text, scan(text, Known([Person(name, None)])), 16, len(text))


@pytest.mark.parametrize("pair", _pairs(WITHIN))
def test_a_name_is_found_amid_what_is_glued_to_it(pair: str) -> None:
    name, mention = pair.split(": ", 1)
    text = f"Budget review / {mention}"
    start = text.index(name, 16)
    hits = scan(text, Known([Person(f"{name} Hufnagel" if name.isascii() else name, None)]))
    assert covered(text, hits, start, start + len(name))


@pytest.mark.parametrize(
    "text", ["#*", "#*#*#*", "*#*", "王#*", "a#*", "<>", "[b]", "\\303", "%C3", "王OO王"]
)
def test_signs_alone_are_nobodys_name(text: str) -> None:
    assert scan(text, Known([Person("Anna Schmidt", None), Person("Jan Ek", "jan.ek@example.com")])) == []


@pytest.mark.parametrize("pair", _pairs(ALONE))
def test_what_only_looks_like_a_name_is_left_alone(pair: str) -> None:
    name, text = pair.split(": ", 1)
    assert scan(text, Known([Person(name, None)])) == []


@pytest.mark.parametrize("word", ["annsc", "ansch", "aschm", "schman", "avschm", "avdschmidt", "schmidtan"])
def test_several_openings_are_a_login(word: str) -> None:
    assert is_login(word, ("anna", "schmidt", "v", "d"))


@pytest.mark.parametrize(
    "word", ["ansc", "asch", "anscvd", "schmi", "schmsch", "annx", "avdannaschmidt", "xschmidt"]
)
def test_too_few_or_too_many_are_none(word: str) -> None:
    assert not is_login(word, ("anna", "schmidt", "v", "d"))
