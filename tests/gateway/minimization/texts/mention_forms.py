"""Forms in which made-up people are mentioned, and titles that mention nobody."""

import re
import unicodedata
from collections.abc import Callable

from gateway.minimization.texts.known import Person
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.tripwire import Hit
from gateway.minimization.texts.words import ORDINARY

GIVEN = (
    "Anna Marta Olu Piotr Ingrid Ahmed Lucía Tomás Ewa Noor Björn Carmen Diego Fátima Georg Hana "
    "Jelena Kofi Lars Mina Nadia Oskar Paula Quentin Rosa Stefan Tariq Ursula José Łukasz Søren Zoë "
    "François Jürgen Ayşe Robert Josef William Elisabeth Katharina Michael Daniel Will Mark Grace "
    "Chase Jordan Victoria Alejandro Giulia Wojciech Anneliese Dmitri"
).split()
FAMILY = (
    "Schmidt Ferro Adeyemi Kowalski Larsen Hassan Müller García Novák Haddad Berg Ruiz Sørensen Saleh "
    "Huber Sato Petrov Jovanović Mensah Holm Park Rahimi Lindqvist Costa Dubois Blanco Vogel Aziz "
    "Keller Weiß Göransson O'Brien MacLeod Schmidt-Meier Papadopoulos Fernández Yıldız Nakamura "
    "Okafor Bianchi Østergaard Szymańska Castellanos"
).split()
TITLES = (
    "Weekly team sync|Budget review|Onboarding|Sprint planning|Customer call|1:1|"
    "Quarterly business review|Interview|Board meeting 10:00-11:00|Security audit kickoff|Lunch|"
    "Design review v1.2.3|Steering committee|Jour fixe|Projektbesprechung|Besprechung Vertrieb|"
    "Réunion d'équipe|Point budget|Reunión de equipo|Revisión de presupuesto|Handover|Standup"
).split("|")
#: Of nobody, whoever comes, unless their own names are among the words.
CLEAN = (
    "Weekly team sync|Budget review|Onboarding|Sprint planning|Customer call|1:1|"
    "Quarterly business review|Interview|Board meeting 10:00-11:00|Security audit kickoff|Lunch|"
    "Design review v1.2.3|Steering committee|Jour fixe|Projektbesprechung|Besprechung Vertrieb|"
    "Réunion d'équipe|Point budget|Reunión de equipo|Revisión de presupuesto|Handover|Standup|"
    "Q3 2027 planning|Budget 1,250,000 EUR|Release 2.14.0 go/no-go|Room 4.12 maintenance|R 3.14|"
    "Harbour|Sitzungszimmer 2.01|2027-03-04 offsite|04.03.2027 Klausurtagung|9:30-10:15 daily|"
    "KW 12 Planung|Ada Lovelace room|Will draft review|Chase invoice review|Grace period policy|"
    "Mark as done|May release|Rose garden tour|Victoria room|Room Jordan|Node.js upgrade|"
    "ASP.NET migration|Review of section 3.2.1|Sprint 42 retro|AS/400 migration|e.g. workshop|"
    "10 a.m. coffee|OKR check-in H1 2027|Town hall|All hands|Salle de conférence 3|Sala de juntas|"
    "Budget 2027/2028|Rooms 101, 102, 103|Code review|PIN board clean-up|Password policy workshop|"
    "Extension of contract|Phone pool inventory|Zoom licence renewal|Call with customer|Meet the team|"
    "Teams rollout phase 2|Mittagessen|Weihnachtsfeier|Sommerfest|Formation incendie|Visite médicale|"
    "Comité de pilotage|Entrevista candidato|Feria de empleo|周会|预算评审会议|项目启动|季度总结|"
    "产品需求评审|Встреча команды|Обсуждение бюджета|Планирование спринта|定例ミーティング|"
    "予算レビュー|주간 회의|예산 검토|اجتماع الفريق|مراجعة الميزانية|פגישת צוות|Συνάντηση ομάδας|"
    "टीम बैठक|B2B sales|3D print shop|1on1 prep|Web3 talk|A4 paper order|24h hackathon|5S audit|C4 model|"
    "K8s upgrade|i18n fixes|Plan B review|Vitamin C talk|Team A retro|Section D plan|Release_2 go"
).split("|")

#: The how-manieth try, a given and a family name: the mention, or None where the form cannot be had of them.
Form = Callable[[int, str, str], str | None]


def covered(text: str, hits: list[Hit], start: int, end: int) -> bool:
    """Whether no letter and no digit is left."""
    return all(
        any(hit.start <= index < hit.end for hit in hits)
        for index in range(start, end)
        if text[index].isalnum()
    )


def people(turn: int, count: int) -> list[Person]:
    """Some of all; ever others."""
    return [person(turn * 7 + index * 5) for index in range(count)]


def person(turn: int) -> Person:
    given, family = GIVEN[turn % len(GIVEN)], FAMILY[(turn * 3 + turn // len(GIVEN)) % len(FAMILY)]
    shown = (f"{given} {family}", f"{given} {family}", f"{family}, {given}", f"Dr. {given} {family} (EXT)")
    local = ascii_of(f"{given}.{family}".lower())
    return Person(shown[turn % len(shown)], f"{local}@cobalt.example")


def names_of(person: Person) -> tuple[str, str]:
    shown = re.sub(r"^Dr\. | \(EXT\)$", "", person.name or "")
    if ", " in shown:
        family, given = shown.split(", ")
        return given, family
    given, family = shown.split(" ", 1)
    return given, family


def _table(pairs: dict[str, str]) -> dict[int, str]:
    return {ord(one): other for one, other in pairs.items()}


def ascii_of(text: str) -> str:
    text = text.translate(_table({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "ı": "i", "'": ""}))
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def expanded(text: str) -> str:
    return ascii_of(text.translate(_table({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "Ø": "Oe"})))


def typo(turn: int, name: str) -> str | None:
    name = ascii_of(name)
    if len(name) < 5 or not name.isalpha():
        return None
    at, letter = turn % (len(name) - 1), "aeiourstlnm"[turn % 11]
    wrong = (
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    )[turn // 3 % 4]
    return None if wrong.lower() in ORDINARY else wrong


def prefix(name: str, size: int) -> str | None:
    short = ascii_of(name)[:size]
    usable = len(ascii_of(name)) > size and short.isalpha() and short.lower() not in ORDINARY
    return short if usable else None


def nickname(turn: int, given: str) -> str | None:
    known = sorted(NICKNAMES.get(ascii_of(given).lower(), ()))
    return known[turn % len(known)].title() if known else None


def within(turn: int, text: str, sign: str) -> str:
    at = 1 + turn % (len(text) - 1)
    return text[:at] + sign + text[at:]


def spread(text: str, between: str) -> str:
    return between.join(ascii_of(text).replace("-", ""))


def masked(text: str) -> str | None:
    text = ascii_of(text)
    return text.translate(MASKS) if text.replace(" ", "").isalpha() and "w" not in text else None


MASKS = str.maketrans("aeiostAEIOSTB", "4310574310578")
CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
GREEK = str.maketrans("oOAEvNBHKMTPZI", "οΟΑΕνΝΒΗΚΜΤΡΖΙ")
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
BOLD = str.maketrans(
    {chr(0x41 + n): chr(0x1D400 + n) for n in range(26)}
    | {chr(0x61 + n): chr(0x1D41A + n) for n in range(26)}
)

PLAIN: dict[str, Form] = {
    "full": lambda _n, g, f: f"{g} {f}",
    "given": lambda _n, g, _f: g,
    "family": lambda _n, _g, f: f,
    "family first": lambda _n, g, f: f"{f}, {g}",
    "family first, no comma": lambda _n, g, f: f"{f} {g}",
    "upper": lambda _n, g, f: f"{g} {f}".upper(),
    "lower": lambda _n, g, f: f"{g} {f}".lower(),
    "given upper": lambda _n, g, _f: g.upper(),
    "given lower": lambda _n, g, _f: g.lower(),
    "family lower": lambda _n, _g, f: f.lower(),
    "possessive": lambda _n, g, _f: f"{g}'s",
    "possessive, typeset": lambda _n, _g, f: f"{f}\u2019s",
    "genitive": lambda _n, g, _f: f"{g}s",
    "plural": lambda _n, _g, f: f"{f}s",
    "unaccented": lambda _n, g, f: ascii_of(f"{g} {f}"),
    "expanded": lambda _n, _g, f: expanded(f),
    "decomposed": lambda _n, g, f: unicodedata.normalize("NFD", f"{g} {f}"),
    "title": lambda _n, _g, f: f"Dr. {f}",
}
ADVERSARIAL: dict[str, Form] = {
    "handle": lambda _n, g, f: "@" + ascii_of(g[0] + f).lower().replace("-", ""),
    "handle, dotted": lambda _n, g, f: "@" + ascii_of(f"{g}.{f}").lower(),
    "tag": lambda _n, g, f: "#" + ascii_of(g + f).replace("-", ""),
    "glued": lambda _n, g, f: ascii_of(g + f).lower().replace("-", ""),
    "glued, camel": lambda _n, g, f: ascii_of(g + f).replace("-", ""),
    "glued, reversed": lambda _n, g, f: ascii_of(f + g).lower().replace("-", ""),
    "snake": lambda _n, g, f: ascii_of(f"{g}_{f}").lower(),
    "dots": lambda _n, g, f: ascii_of(f"{g}.{f}").lower(),
    "number": lambda _n, g, _f: ascii_of(g).lower() + "2",
    "widened": lambda _n, _g, f: f"{f}-Hollmann",
    "widened before": lambda _n, _g, f: f"Hollmann-{f}",
    "double given": lambda _n, g, _f: f"{g}-Lena",
    "camel with word": lambda _n, _g, f: "Sync" + ascii_of(f).replace("-", "") if "-" not in f else None,
    "spaced": lambda _n, g, _f: spread(g, " "),
    "spaced family": lambda _n, _g, f: spread(f, " "),
    "spaced dots": lambda _n, _g, f: spread(f, "."),
    "spaced hyphens": lambda _n, _g, f: spread(f, "-"),
    "initials": lambda _n, g, f: ascii_of(f"{g[0]}.{f[0]}."),
    "initials, bare": lambda _n, g, f: ascii_of(f"{g[0]}{f[0]}") if "-" not in f and "'" not in f else None,
    "initials, spaced": lambda _n, g, f: ascii_of(f"{g[0]}. {f[0]}."),
    "given and initial": lambda _n, g, f: f"{g} {f[0]}",
    "given and initial, dotted": lambda _n, g, f: f"{g} {f[0]}.",
    "initial and family": lambda _n, g, f: f"{g[0]}. {f}",
    "initial glued": lambda _n, g, f: ascii_of(f"{g[0]}.{f}"),
    "given typo": lambda n, g, _f: typo(n, g),
    "family typo": lambda n, _g, f: typo(n, f),
    "prefix 3": lambda _n, _g, f: prefix(f, 3),
    "prefix 4": lambda _n, _g, f: prefix(f, 4),
    "given prefix": lambda _n, g, _f: prefix(g, 3),
    "nickname": lambda n, g, _f: nickname(n, g),
    "cyrillic looks": lambda _n, g, f: ascii_of(f"{g} {f}").translate(CYRILLIC),
    "greek looks": lambda _n, g, f: ascii_of(f"{g} {f}").translate(GREEK),
    "zero width": lambda n, g, _f: within(n, g, "\u200b"),
    "soft hyphen": lambda n, _g, f: within(n, f, "\u00ad"),
    "override": lambda n, _g, f: "\u202e" + within(n, f, "\u2060"),
    "full width": lambda _n, g, f: ascii_of(f"{g} {f}").translate(WIDE),
    "bold": lambda _n, g, f: ascii_of(f"{g} {f}").translate(BOLD),
    "middle initial": lambda _n, g, f: f"{g} H {f}",
    "middle initial, dotted": lambda _n, g, f: f"{g} R. {f}",
    "number apart": lambda n, g, _f: f"{ascii_of(g)}{'_-.'[n % 3]}{n % 1990}",
    "masked": lambda _n, g, f: masked(f"{g} {f}"),
    "nickname and initial": lambda n, g, f: (nick := nickname(n, g)) and nick + ascii_of(f)[0],
    "short, declined": lambda n, g, _f: ascii_of(g) + ("nin", "yle", "ya")[n % 3] if len(g) == 4 else None,
    "combining": lambda n, g, _f: within(n, ascii_of(g), "\u0336"),
}

#: As it is known, as it is mentioned.
ACROSS = [
    ("Anna Schmidt", "Анна Шмидт"),
    ("Юлия Яхонтова", "Юлия Я."),
    ("Щукин, Игорь", "Щукин, Игорь"),
    ("Щукин, Игорь", "Игорь Щ"),
    ("Μαρία Ψυχάρη", "Μαρία Ψ."),
    ("Иван Щукин", "Ваня"),
    ("Ευαγγελία Ψυχάρη", "Λίτσα"),
    ("岡本由美子", "由美子"),
    ("岡本由美子", "岡本さん"),
    ("長谷川翔太", "翔太"),
    ("長谷川翔太", "長谷川"),
    ("岡本葵", "岡本"),
    ("渡辺翔太 (Shota Watanabe)", "Shota Watanabe"),
    ("Sergei Ivanov", "Сергей"),
    ("Sergei Ivanov", "Иванов"),
    ("Julia Orlova", "Юлия Орлова"),
    ("Dmitry Sokolov", "Дмитрий"),
    ("Alexey Popov", "Алексей"),
    ("Mikhail Petrov", "Михаилу Петрову"),
    ("Olga Smirnova", "Ольге"),
    ("Eleni Papadopoulou", "Ελένη Παπαδοπούλου"),
    ("Nikos Georgiou", "Νίκος"),
    ("Dimitris Nikolaou", "Δημήτρης Νικολάου"),
    ("Wang Xiaoming", "王小明"),
    ("Xiaoming Wang", "与王小明开会"),
    ("Xiaoming Wang", "小明"),
    ("Li Na", "李娜"),
    ("Zhang Wei", "张伟"),
    ("Chen Jiahao", "陈嘉豪"),
    ("Taro Yamada", "やまだたろう"),
    ("Yuki Tanaka", "タナカ ユキ"),
    ("Haruto Suzuki", "すずき"),
    ("Shota Ito", "しょうた"),
    ("Kim Minjun", "김민준"),
    ("Park Jiwoo", "박지우"),
    ("Lee Seoyeon", "이서연"),
    ("Choi Younghee", "최영희"),
    ("Min-jun Kim", "김민준님"),
    ("Mohammed Hassan", "محمد حسن"),
    ("Ahmed Khaled", "أحمد"),
    ("Fatima Saleh", "فاطمة"),
    ("Youssef Haddad", "يوسف"),
    ("Omar Farouk", "عمر فاروق"),
    ("David Cohen", "דוד כהן"),
    ("Sarah Levi", "שרה"),
    ("Joseph Haddad", "يوسف"),
    ("Vivian Park", "비비안"),
    ("王伟", "王总"),
    ("王伟", "老王"),
    ("Edward Lockwood", "Εντβαρντ Λοκκβοοντ"),
    ("Jason Brandt", "Τζασον"),
    ("Grigory Zhuravlev", "Григорием Журавлёвым"),
    ("이민호", "Lee Minho"),
    ("Hattori Ken", "はっとり"),
    ("Sanjay Singh", "संजय सिंह"),
    ("欧阳小明", "小明"),
    ("欧阳小明", "欧阳"),
    ("Yosef Mizrahi", "יוסף"),
    ("Michael Katz", "מיכאל"),
    ("Rivka Stern", "רבקה"),
    ("Anita Sharma", "अनिता शर्मा"),
    ("Rahul Gupta", "राहुल"),
    ("Priya Patel", "प्रिया"),
    ("Vikram Singh", "विक्रम सिंह"),
    ("Анна Шмидт", "Anna Schmidt"),
    ("Сергей Иванов", "Sergey Ivanov"),
    ("Юлия Орлова", "Yulia"),
    ("Алексей Попов", "Alexey"),
    ("Ελένη Παπαδοπούλου", "Eleni"),
    ("王小明", "Xiaoming Wang"),
    ("王小明", "Wang Xiaoming"),
    ("李娜", "Li Na"),
    ("김민준", "Minjun Kim"),
    ("이서연", "Lee Seoyeon"),
    ("박지우", "Park Jiwoo"),
    ("محمد حسن", "Mohammed"),
    ("דוד", "David"),
    ("דוד כהן", "Cohen"),
    ("अनिता शर्मा", "Anita Sharma"),
    ("राहुल गुप्ता", "Rahul"),
    ("やまだ たろう", "Taro Yamada"),
    ("タナカ ユキ", "Tanaka"),
]
