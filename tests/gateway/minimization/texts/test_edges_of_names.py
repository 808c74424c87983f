"""What is a name in what is shown of a person, in the handle of an address, and in scripts without spaces."""

import pytest

from gateway.minimization.texts.companies import company
from gateway.minimization.texts.eastern import spelt_otherwise, syllable_initials, syllables
from gateway.minimization.texts.forms import Forms, Person
from gateway.minimization.texts.handles import account, called_by_handle, is_role
from gateway.minimization.texts.japanese import read_aloud
from gateway.minimization.texts.kin import is_of_father, is_surname
from gateway.minimization.texts.names import NAME_LENGTH_MAX, called
from gateway.minimization.texts.unspaced import given_first, halves, in_brackets, is_unspaced, openings


@pytest.mark.parametrize(
    ("shown", "names", "initials"),
    [
        ("Anna Schmidt", "anna schmidt", "a as"),
        ("Schmidt, Anna", "anna schmidt", "a as"),
        ("Schmidt, Anna, PhD", "anna schmidt", "a as"),
        ("Anna Schmidt, PhD", "anna schmidt", "a as"),
        ("Anna-Maria Schmidt", "anna maria schmidt", "am ams as"),
        ("Anna van der Berg", "anna berg", "a ab avdb"),
        ("Anna von", "anna von", "a av"),
        ("Van Berg", "van berg", "v vb"),
        ("van Berg", "berg", "b vb"),
        ("al Berg", "al berg", "a ab"),
        ("O'Brien, Pat", "pat brien", "p po pob"),
        ("SCHMIDT Anna", "anna schmidt", "a as"),
        ("DE LA VEGA José", "jose vega", "j jdlv jv"),
        ("SCHMIDT ANNA", "schmidt anna", "s sa"),
        ("SCHMIDT Anna MARIA", "schmidt anna maria", "s sam"),
        ("A Schmidt", "schmidt", "a as"),
        ("Dr. Schmidt", "schmidt", "s"),
        ("Schmidt Ing", "schmidt ing", "s si"),
        ("Dr. Ing", "ing", "i"),
        ("Dr. Anna Schmidt Ing", "anna schmidt", "a as"),
        ("Robert (Bob) Meyer", "robert bob meyer", "r rbm"),
        ("Robert [Budget] Meyer", "robert meyer", "r rm"),
        ("Anna | Sales", "anna", "a"),
        ("Anna - Sales", "anna", "a"),
        ("Anna-Sales", "anna sales", "a as"),
        ("Anna via Teams", "anna", "a"),
        ("Anna on behalf of Bob", "anna", "a"),
        ("Aa Bb Cc Dd Ee Ff Gg", "aa bb cc dd ee ff", "a abcdefg"),
    ],
)
def test_a_person_is_called(shown: str, names: str, initials: str) -> None:
    said = called(shown)
    assert (said.names, said.initials) == (names.split(), initials.split())


def test_several_names_in_one_word() -> None:
    assert called("Anna-Maria Schmidt").whole == ["annamaria"]
    assert called("Anna van der Berg").whole == ["vanderberg"]
    assert called("Omar Al-Khatib").whole == ["alkhatib"]
    assert called("Anna Schmidt").whole == []


def test_particles_are_abbreviated_and_signs_are_what_alone_says_nothing() -> None:
    assert called("Anna van der Berg").particles == {"van", "v", "der", "d"}
    assert called("Anna Schmidt").particles == frozenset()
    assert called("王小明").particles == openings("王小明") == {"wang", "xiao", "ming"}
    assert openings("Щукин,Юлия") == {"shch", "yu"}
    assert openings("Anna") == set()


def test_of_many_names_six_are_abbreviated() -> None:
    person = Person("Aaron Bernd Carl Dora Emil Friedrich", "gustav.hell@cobalt.example")
    assert len(Forms(person).likely) == 6


def test_beyond_so_many_letters_nothing_is_read() -> None:
    assert called("a" * (NAME_LENGTH_MAX - 3) + " bcde").names[1:] == ["bc"]


@pytest.mark.parametrize(
    ("handle", "names"),
    [
        ("anna.schmidt", "anna schmidt"),
        ("will.smith", "smith"),
        ("annaschmidt", "anna schmidt"),
        # The longest given name that leaves three letters.
        ("annaxyz", "anna xyz"),
        ("annaxy", "ann axy"),
        ("annax", "annax"),
        ("timxyz", "tim xyz"),
        ("joxyz", "joxyz"),
        # So many letters behind an initial are a name.
        ("aschmi", "aschmi schmi"),
        ("aschm", "aschm"),
        ("a.schmidt", "schmidt"),
        ("meeting", ""),
    ],
)
def test_a_handle_says(handle: str, names: str) -> None:
    assert called_by_handle(handle, is_alone=False).names == names.split()


@pytest.mark.parametrize(
    ("handle", "names"),
    [("will.smith", "will smith"), ("a.will", "will"), ("team.smith", "smith"), ("team.will", ""),
     ("will", ""),
     ("meet.lunch", ""), ("will.grace.smith", "smith")],
)  # fmt: skip
def test_where_nothing_else_tells_one_of_two_names_may_be_a_word(handle: str, names: str) -> None:
    assert called_by_handle(handle, is_alone=True).names == names.split()


def test_what_else_a_handle_says() -> None:
    said = called_by_handle("anna.b.schmidt", is_alone=False)
    assert said[1:] == (["annabschmidt"], ["abs"], frozenset({"anna", "schmidt"}))
    assert called_by_handle("info.anna", is_alone=False).particles == {"anna"}
    assert called_by_handle("xiaoming.wang", is_alone=False).initials == ["xw", "wxm", "xmw"]
    assert is_role("INFO")
    assert not is_role("infos")


def test_an_account_has_four_signs_and_a_digit() -> None:
    assert [account(local) for local in ("abc1", "Änn1", "ab1", "abcd")] == ["abc1", "ann1", None, None]


@pytest.mark.parametrize(
    ("domain", "firm"),
    [
        ("cobalt.example", "cobalt"), ("Mail.Cobalt.CO.example", "cobalt"), ("cobalt.com", "cobalt"),
        (".cobalt.de.", "cobalt"), ("abc.de", "abc"), ("abc-def.de", "abcdef"), ("müller.de", "muller"),
        ("cobalt.gov.com.de", "cobalt"), ("cobalt", None), ("co.uk", None), ("org.de", None),
        ("onmicrosoft.com", None), ("ab.de", None),
        ("abc1.de", None), ("gmail.com", None), ("team.de", None), ("", None),
    ],
)  # fmt: skip
def test_a_domain_names_a_company(domain: str, firm: str | None) -> None:
    assert company(domain) == firm


def test_registries_are_no_companies() -> None:
    registries = "co com org net ac edu gov gob gouv or ne go onmicrosoft sharepoint".split()
    assert [one for one in registries if company(f"cobalt.{one}.de") != "cobalt"] == []


def test_a_name_without_spaces_is_a_dozen_signs_at_most() -> None:
    assert is_unspaced(["王", "小明"])
    assert is_unspaced(["王" * 12])
    assert not is_unspaced(["王" * 13])
    assert not is_unspaced(["王a"])
    assert halves("王" * 12)
    assert halves("王" * 13) == set()


@pytest.mark.parametrize(
    ("written", "given", "family"),
    [("王小明", "小明", "王"), ("欧阳明", "明", "欧阳"), ("山田花子", "花子", "山田"),
     ("金五個個個", "五個個個", "金"),
     ("王 小明", "小明", "王")],
)  # fmt: skip
def test_the_family_name_comes_first(written: str, given: str, family: str) -> None:
    assert given_first(written.split()) == [given, family]


def test_family_names_of_two_signs() -> None:
    families = "欧阳 司马 诸葛 上官 夏侯 司徒 慕容 南宫 歐陽 司馬 諸葛 南宮 皇甫 尉迟 公孙 令狐".split()
    families += "남궁 황보 제갈 선우 독고".split()
    assert [one for one in families if given_first([f"{one}明"]) != ["明", one]] == []


@pytest.mark.parametrize(
    ("shown", "parts"),
    [
        ("王小明", "王小 小明"),
        ("山田花子", "山田 山田花 花子 田花子"),
        ("岡本由美子", "岡本 岡本由 由美子 本由美子 美子"),
        ("王小明 (Wang)", "王小 小明"),
        ("王明", ""),
        ("王a", ""),
        ("Anna", ""),
    ],
)
def test_what_may_be_half_of_a_name(shown: str, parts: str) -> None:
    assert halves(shown) == {*parts.split()}


@pytest.mark.parametrize(
    ("shown", "other"),
    [
        ("王小明 (Wang Xiaoming)", "Wang Xiaoming"), ("Wang Xiaoming [王小明]", "王小明"),
        ("王小明 (Wang)", None),
        ("王小明 (Sales Wang)", None), ("Anna (Berta Meyer)", None), ("王小明 (王明)", None),
        ("王小明 (W)", None),
    ],
)  # fmt: skip
def test_a_name_may_stand_in_brackets_in_another_script(shown: str, other: str | None) -> None:
    assert in_brackets(shown) == other


@pytest.mark.parametrize(
    ("signs", "names"),
    [
        ("山田花子", "hanako yamada"), ("林太郎", "taro hayashi"), ("佐々木 健太", "kenta sasaki"),
        ("長谷川恵", "megumi hasegawa"), ("山田さくら", "yamada"), ("山田個", ""), ("山田\u4e00", ""),
        ("山田\u9fff", ""),
        ("山田", ""),
        ("林", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_japanese_name_is_read(signs: str, names: str) -> None:
    assert read_aloud(signs) == names.split()


@pytest.mark.parametrize(
    ("names", "parts", "initials"),
    [
        ("wang xiaoming", "xiao ming", "wxm xmw"),
        ("wang xiao ming", "xiao ming", "wxm xmw"),
        ("xiao ming wang", "xiao ming", "wxm xmw"),
        ("minjun kim", "min jun", "kmj mjk"),
        ("wang x", "", ""),
        ("mingxiaohua wang", "", ""),
        ("anna berg", "", ""),
    ],
)
def test_syllables_of_a_given_name(names: str, parts: str, initials: str) -> None:
    assert syllables(names.split()) == parts.split()
    assert syllable_initials(names.split()) == initials.split()


@pytest.mark.parametrize(
    ("names", "spelt"),
    [
        ("xiaoming wang", "hsiaoming wong ong"),
        ("kim minjun", "gim"),
        ("anna berg", ""),
        ("minjun roh", "noh"),
    ],
)
def test_how_else_they_are_spelt(names: str, spelt: str) -> None:
    assert spelt_otherwise((*names.split(),)) == {*spelt.split()}


WADE_GILES = """
zi:tzu ci:tzu si:ssu zhi:chih chi:chih shi:shih ri:jih yan:yen yuan:yen xian:hsien zhong:chung yi:i
you:yu ge:ko ke:ko he:ho duo:to guo:kuo kuo:kuo luo:lo xie:hsieh xue:hsueh zhang:chang jiang:chiang
qing:ching zan:tsan can:tsan ran:jan bai:pai dai:tai gai:kai
"""
KUNREI = """
shinobu:sinobu chika:tika tsuru:turu jiro:ziro fumi:humi shoko:syoko choko:tyoko joko:zyoko hana: shoji:syozi
"""


@pytest.mark.parametrize("pair", WADE_GILES.split())
def test_a_syllable_as_wade_and_giles_spell_it(pair: str) -> None:
    syllable, spelt = pair.split(":")
    assert spelt in spelt_otherwise((syllable, "xia")) | {syllable}


@pytest.mark.parametrize("pair", KUNREI.split())
def test_a_japanese_name_as_the_other_system_spells_it(pair: str) -> None:
    name, spelt = pair.split(":")
    assert spelt_otherwise((name, "mura")) == {*filter(None, [spelt])}


def test_surnames_and_fathers() -> None:
    assert is_surname("oto", "Oto")
    assert not is_surname("oto", "oto")
    # Made of two words, each of four letters or more.
    assert not is_surname("planteam", "Planteam")
    assert is_surname("maiteam", "Maiteam")
    assert is_surname("teammai", "Teammai")
    assert is_surname("teamotero", "Teamotero")
    assert is_surname("oteroteam", "Oteroteam")
    endings = "ovich ewich iwitsch ovitch evic owicz ych ich vna wna lna anna ichna oglu ogly kizy kyzy qizi"
    assert [
        ending for ending in [*endings.split(), "dottir", "sson"] if not is_of_father("ab" + ending)
    ] == []
    assert not any(map(is_of_father, ("abhich", "abrich", "abwich", "abson", "abvichx")))
    assert is_of_father("aavna")
    assert not is_of_father("avna")
    assert is_of_father("a" * 24 + "vna")
    assert not is_of_father("a" * 25 + "vna")
