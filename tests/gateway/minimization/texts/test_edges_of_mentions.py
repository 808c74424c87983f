"""How far a mention reaches, how much of a name it takes, and how it has to be written: «what is found»."""

import pytest

from gateway.minimization.texts.keys import said
from gateway.minimization.texts.known import Known, Person
from gateway.minimization.texts.pieces import joined
from gateway.minimization.texts.reading import readings
from tests.gateway.minimization.texts.marked import bare, marked

BESIDE = """
«Anna» X | «Anna»: X | «Anna, S» | «Anna,  S» | «Anna»,   S | «Anna»    S | «Anna 12 Schmidt»
«Anna Sc» | «Anna» sc | «Anna Sch» | «Anna sch» | «Anna Sc». | «Anna S». | «Anna» Xy. | «Anna» XY
«Anna SBC» | «Anna» SBCD | «Anna» IT | «Anna» AI | «Anna Solvei» | «Anna Sabcdefghijk»
«Anna» Sabcdefghijkl | «Anna» Sales | «Anna» Andrea | «Anna-Lena» | «Anna»-plan | «Anna»-Plan
«Anna_xyz» | «Anna3xyz» | «Anna3»plan | «Anna: Schmdt» | «Anna schmdt» | «Anna Schxx» | «Anna» schmxx
«Anna Scmt» | «Anna» and «Schmidt» | «A. B. Schmidt» | B. «Schmidt» | b. «Schmidt» | «S. Anna»
«Anna A.B». | «Anna A. B». | «Anna» B. | «Anna A»  B. | «Anna S. B». | «Anna S.  Schmidt» | «Anna A.b».
«Dr. Anna» | «Herr Dr. Schmidt» | «dr Schmidt» x | «Anna H Schmidt» | «Anna Holm Schmidt»
«Anna» HOLM «Schmidt» | «Anna» holm «Schmidt» | «Anna» von «Schmidt» | «Anna bin Omar» | «bin Anna»
«Umm Paul Anna» | «Anna» bin/Omar | «Anna» y Holm | «Anna Schmidt Holm» | «Anna Schmidt y Holm»
«Anna Schmidt» y | «Anna Schmidt» y/Holm | «Anna Schmidt» Ho | «Anna Schmidt Hol»
«Anna Schmidt von der Holm» | «Anna Schmidt»  Holm | «Anna Schmidt» holm | «Anna'xxxxxx»
«Anna»'xxxxxxx | «Anna`s» | «Anna12» | «12Anna» | «Anna-1234» | «Anna»-12345 | «Anna.5» | «Anna».5x
«Anna» 5 | a «Anna» | z «Anna» | b «Anna» | s «Anna» | «s anna» | «s anna» Plan | s «Anna» plan
«S Anna» | «A Anna» | «Anna (Bear) Schmidt» | «Anna "Bear" Schmidt» | «Anna» (bear) «Schmidt»
«Anna Schmidt/Holm» | «Anna Schmidt-Holm» | «Paul Schmidt» | «Anna/Schmxxx» | «Anna/Schxxxx»
«Anna/Smdt» | «Anna»/Shxxx | «Schmidt/Axna» | «Schmidt»/Axxa | «Anna»/sm | «Sxlvei Anna» | Axlvei «Anna»
«Anna van Holm Schmidt» | «Anna» xy Holm «Schmidt» | «Anna» van Holm | «Anna» el «Schmidt»
Sales «Anna» | «Anna», Plan | «Anna, Schmidt» | paul «Schmidt» | Paul: «Schmidt» | «Anna Pavlovna»
«Anna Sergeevich Schmidt» | «Anna Pavlovich»/x
"""
WRITTEN = {
    "Anna Schmidt": """
«PlanSchmitd» | PlanSchxx
5chm | «5chmidt» | «AS» | As | «A.S». | «a.s». | A.s. | AS400 | AS/400 | AS-4 | «AS» 4 | «AS», HR
«A. S» | A  S | «ANNA SCHMIDT» | «ANN» PLAN | «Ann» | «ann» | Sc | An | «Anns» | Mann | «AnnaSchmidt»
«schmidtanna» | «SyncAnna» | «SyncAnnaPlan» | «Ann». | «An. Sch». | «An. Sc». | An «Sch» | «Ann Sch»
«Ann. sch» | «A-n-n-a» | «A   n n a» | A    n n a | x «A n n a» | «Sch midt» | «Sch / midt»
«Sch» plan midt | «Schmitd» | «Schmidtt» | «Schmxdt» | Schmxd | Annx | «@anna» | «@annax» | «@xanna»
«@x.anna» | «An*a» | «A**a» | «A***» | «Sch***» | «Sch*****» | «S*****t» | «Schm_dt» | «Sc__idt» | «Sc_.idt»
«S?h?i?t» | S?h?i?? | S?? | «AnnaSmith» | «Schmidtplan» | «xyzschmidt» | «tdimhcs» | Frau «A» | Frau a
frau A | Frau X | Frau  A | Frau. «A» | Dr.«A» | «AnSc» | «ScAn» | Ansc | «ASC» | «SAN» | «A.B.S».
A.B.C.S. | 10 a.m. | «AS» 12
""",
    "Adam Moss": "10 AM | 10AM | «AM» plan | «AM» | «A.M». | a.m. | 10, «AM»",
    "Adam Moss;adam7@cobalt.example": """
«adam7» | xadam7 | «ADAM7» | «adam7» plan «adam7» | «adam7» | «cobalt» | «Cobalt» plan | «COBALT»
«CobaltPlan» | plancobalt | Cobaltx | co-balt | «adam» cobaltx | «Adam» plan «cobalt»
""",
    "Li Bo": """
«Li» | «LI» | PLAN «LI» | «Lis» | «LB» | «L.B». | «LiBo» | «boli» | PlanLi | «Bo-Li» | LiPlan
""",
    "Kim Ox": "@xkim | @kimx | «PlanKim» | «K i m» | mik | Ki? | «Kims» | xkimx | «Kim» plan «Ox» | «K. Ox»",
    "Al Berg": "(«Al» plan | «Al» | al | AL | Al plan | Plan «Al» | Plan al | Plan AL x | «Al»: x | al, x",
    "Will Grace": "«Will» | «Will» plan | «Will»: plan | plan «Will» | «Wills» | «Grace» period",
    "William Holm": """
Will plan | will | «Will» | «Will» Plan | «Will»: plan | Will-plan | plan «Will» | WILL PLAN | («Will» plan
""",
    "Min Kang": "45 «Min» | 45 minx | «Min»",
    "Minjun Ohm": "45 min | 45min | «Min» | 45, «min» | «min» | x «min» | «MIN» PLAN",
    "Karl Weber": "KW 36 | KW36 | «KW» | «KW» x | KW-3 | CW 3 | «KW»: 3 | KWW",
    "Ian Thorn": """
«IT» | IT plan | IT, HR | IT/HR | IT / HR | IT & ABC | «IT», x | plan «IT» | «IT» 4 | IT-4 | TI | TI plan
«IT»: x | «IT», ABCD x | «IT» / x
""",
    "Jan van der Velde": """
«van der Velde» | «v.d. Velde» | «vd Velde» | «van Velde» | van Plan | «JvdV» | Jv | JvV | «v Velde»
«d Velde» | x «Velde» | «vanderVelde» | van der | «vaan Velde» | vdvd «Velde» | «vdv Velde»
""",
    "Игорь Соколов": """
«Соколов» | «И. П. Соколов» | «Соколов И.П». | «ИС» | «Игорь П. Соколов» | «Игорь» план «Соколов»
«Игорь Соколов Петров» | «Igor» | «Sokolov»
""",
    "王小明": """
«王» | «小明» | «王总» | «老王» | «王» 总 | «x王x» | 国王 | 国王杯 | 明 | «Wang Xiaoming» | «与王小明开会»
""",
    "タナカ ユキ": "«タナカ» | アルタナカラ | «タナカさん» | «ユキ» | アユキ",
    "Marta Okafor": """
«atraM» | «rofakO» | MOk | «MaOk» | maok | «MOK» | OM | «M.O». | «mOkafor» | «martao» | «okaforma» | «okafm»
«martok» | «marokafor» | «MOR» | MORE
""",
    "Ann-Kathrin Vogel": """
«AnnKathrin» | «Kathrin» | «AKV» | «A.-K. Vogel» | «A.K». | «Kathi» | «AV» | «AK» | KV
""",
}


def texts(lines: str) -> list[str]:
    return [text.strip() for line in lines.strip().splitlines() for text in line.split(" | ")]


def test_a_mention_reaches_as_far_as_the_person_does() -> None:
    known = Known([Person("Anna Schmidt", None)])
    assert [marked(bare(text), known) for text in texts(BESIDE)] == texts(BESIDE)


@pytest.mark.parametrize("person", WRITTEN)
def test_it_tells_how_a_name_is_written(person: str) -> None:
    name, _, address = person.partition(";")
    known = Known([Person(name, address)])
    assert [marked(bare(text), known) for text in texts(WRITTEN[person])] == texts(WRITTEN[person])


@pytest.mark.parametrize("name", "anna eva iva olu yara zoe".split())
def test_a_small_letter_that_is_a_word_is_no_initial_and_any_other_is(name: str) -> None:
    known = Known([Person(f"{name.title()} Kim", None)])
    assert marked(f"{name[0]} {name}", known) == f"{name[0]} «{name}»"
    assert marked(f"k {name}", known) == f"«k {name}»"
    assert marked(f"x {name}", known) == f"x «{name}»"


@pytest.mark.parametrize(
    "text",
    [
        "«Anna S S S S S S» S",
        "S «S S S S S S Anna»",
        f"«{'1' * 28}Anna»",
        f"1«{'1' * 28}Anna»",
        f"«Anna{'1' * 32}»1",
        "«" + " ".join("schmidt") + "»",
    ],
)
def test_a_mention_is_a_few_words(text: str) -> None:
    assert marked(bare(text), Known([Person("Anna Schmidt", None)])) == text


def test_no_more_than_two_dozen_letters_are_spelled_out() -> None:
    known = Known(
        [Person("Abcdefghijklmnopqrstuvwx Holm", None), Person("Zyxwvutsrqponmlkjihgfedcb Berg", None)]
    )
    assert marked(" ".join("abcdefghijklmnopqrstuvwx"), known) == f"«{' '.join('abcdefghijklmnopqrstuvwx')}»"
    assert marked(" ".join("zyxwvutsrqponmlkjihgfedcb"), known) == " ".join("zyxwvutsrqponmlkjihgfedcb")


def test_no_more_than_eight_signs_are_one_name() -> None:
    text = "王" * 10
    assert max(len(piece.word) for piece in joined(text, readings(text)[0])) == len("wang") * 8


@pytest.mark.parametrize(
    "pair",
    "ä:ae ö:oe ü:ue ø:oe å:aa đ:dj Ä:ae ç:ch ş:sh ğ: č:ch ć:ch š:sh ś:sh ž:zh ż:zh ź:zh "
    "ł:w ą:on ę:en ñ:ny ß:b ij:y ae:a oe:o ue:u aa:a".split(),
)
def test_a_name_may_be_spelt_as_another_language_does(pair: str) -> None:
    letter, spelt = pair.split(":")
    assert f"qx{spelt}l" in {name for one in said(f"Qx{letter}l Holm", "") for name in one.names}
    assert "qxl" in {name for one in said("Qxäl Holm", "") for name in one.names}


def test_what_a_name_and_an_address_say() -> None:
    def names(shown: str, local: str) -> set[str]:
        return {name for one in said(shown, local) for name in one.names}

    assert names("anna.will@cobalt.example", "") == {"anna", "will"}
    assert names("", "anna.will") == {"anna", "will"}
    assert names("Olu Holm", "anna.will") == {"olu", "holm", "anna"}
    assert names("Olu Holm", "olu+anna") == {"olu", "holm"}
    assert names("Olu Holm", "info") == {"olu", "holm"}
    assert names("Olu @ Holm", "") == {"olu"}
