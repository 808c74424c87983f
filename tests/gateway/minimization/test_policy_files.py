"""What operators write: the shipped files hold what the design says, and mistakes refuse to start."""

from pathlib import Path

import msgspec
import pytest

from gateway.errors import ConfigurationError, UnknownName
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Disclosure
from gateway.minimization.policy import (
    Legal,
    Policy,
    activated,
    load_legal,
    load_policies,
    named,
    parse_legal,
    parse_policy,
)
from gateway.minimization.policy_schema import policy_schema
from gateway.minimization.purposes import purposes
from gateway.minimization.vocabulary import Vocabulary

CONFIG = Path(__file__).parents[3] / "config"

OCCUPANCY = b"time=2\nplace=2\nstatus=1\nconference=0\nbooker=0\npeople=0\ntitle=0\n"
OCCUPANCY_LEVELS = {"time": 2, "place": 2, "status": 1, "booker": 0, "title": 0}
RECORDED = b'dpia_reference = "DPIA-2027-014"\nprivacy_officer_confirmed_on = 2027-03-01\n'


def levels(disclosure: Disclosure) -> tuple[int, ...]:
    return tuple(msgspec.to_builtins(disclosure).values())


def test_the_shipped_presets() -> None:
    shipped = {name: levels(policy.disclosure) for name, policy in load_policies(CONFIG / "policies").items()}
    assert shipped == {
        "occupancy": (2, 2, 1, 0, 0, 0, 0),
        "strict": (1, 2, 1, 0, 0, 0, 0),
        "capacity": (2, 2, 1, 0, 0, 1, 0),
        "hot-desking": (2, 2, 1, 0, 2, 0, 0),
        "signage": (2, 2, 1, 0, 0, 0, 2),
    }
    assert [*shipped] == sorted(shipped)


def test_the_shipped_ceilings() -> None:
    legal = load_legal(CONFIG / "legal.toml")
    assert {basis: int(legal.ceiling(basis).booker) for basis in "bcef"} == {"b": 2, "c": 2, "e": 1, "f": 1}
    assert all(levels(legal.ceiling(basis))[:4] == levels(CONTRACT)[:4] for basis in "bcef")
    assert legal.ceiling("a", personal=True).booker == 2


def test_consent_carries_no_employers_authorization() -> None:
    with pytest.raises(ConfigurationError, match="legal basis a of"):
        load_legal(CONFIG / "legal.toml").ceiling("a")


def test_an_unknown_basis_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError, match=r"Use one of: a, b, c, e, f\.$"):
        load_legal(CONFIG / "legal.toml").ceiling("whim")
    ceilings = b"[ceilings.f]\n" + OCCUPANCY + b"[ceilings.b]\n" + OCCUPANCY
    with pytest.raises(ConfigurationError, match=r"Use one of: b, f\.$"):
        parse_legal("legal.toml", b"personal_only = []\n" + ceilings).ceiling("whim")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OCCUPANCY + b"titel = 0", "unknown field `titel`"),
        (OCCUPANCY.replace(b"title=0", b"title=4"), r"enum value 4 - at `\$\.title`"),
        (OCCUPANCY + b"words = ['call 0800 11']", "words: a phrase of the vocabulary is one to"),
        (OCCUPANCY.replace(b"place=2", b"place=3"), r"enum value 3 - at `\$\.place`"),
        (OCCUPANCY.replace(b"people=0\n", b""), "missing required field `people`"),
        (OCCUPANCY.replace(b"people=0", b"people='all'"), r"Expected `int`, got `str` - at `\$\.people`"),
        (OCCUPANCY.replace(b"time=2", b"time=0"), "time = 0 would leave .* leave the resource out instead"),
        (OCCUPANCY.replace(b"place=2", b"place=0"), "place = 0 would leave"),
        (b"time =", "Invalid value"),
        (b"\xff", "utf-8"),
    ],
)
def test_a_mistake_refuses_to_start_and_names_file_and_key(content: bytes, said: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^own\.toml.*{said}"):
        parse_policy("own.toml", content)


def test_the_key_of_a_level_is_named_as_it_stands_in_its_file() -> None:
    timeless = OCCUPANCY.replace(b"time=2", b"time=0")
    with pytest.raises(ConfigurationError, match=r"^own\.toml: time = 0"):
        parse_policy("own.toml", timeless)
    with pytest.raises(ConfigurationError, match=r"^legal\.toml: ceilings\.f\.time = 0"):
        parse_legal("legal.toml", b"personal_only = []\n[ceilings.f]\n" + timeless)


@pytest.mark.parametrize("shown", [b"booker=1", b"booker=2", b"title=2"])
@pytest.mark.parametrize(
    "recorded", [b"", RECORDED[: RECORDED.index(b"\n") + 1], RECORDED.replace(b"DPIA-2027-014", b" ")]
)
def test_what_shows_people_or_words_needs_a_recorded_assessment(shown: bytes, recorded: bytes) -> None:
    content = OCCUPANCY.replace(shown[:-1] + b"0", shown)
    with pytest.raises(ConfigurationError, match=rf"own\.toml: {shown[:-2].decode()} = . needs a recorded"):
        activated({"own": parse_policy("own.toml", content + recorded)}, "own")
    assert activated({"own": parse_policy("own.toml", content + RECORDED)}, "own").assessed


def test_titles_as_they_are_written_are_for_a_purpose_and_for_no_tenant() -> None:
    written = OCCUPANCY.replace(b"title=0", b"title=3") + RECORDED
    policies = {"own": parse_policy("own.toml", written)}
    assert purposes(policies)["own"].facets & ~purposes(load_policies(CONFIG / "policies"))["signage"].facets
    with pytest.raises(ConfigurationError, match=r"^own\.toml: title = 3 .* chooses it place by place"):
        activated(policies, "own")


def test_what_nobody_recorded_is_not_assessed() -> None:
    assert not Policy("own", parse_policy("own.toml", OCCUPANCY).disclosure).assessed
    assert not parse_policy("own.toml", OCCUPANCY).assessed


def test_what_shows_neither_needs_none() -> None:
    policy = parse_policy("own.toml", OCCUPANCY.replace(b"title=0", b"title=1"))
    assert activated({"own": policy}, "own") is policy


def test_an_employers_own_words_are_told_beside_the_vocabulary() -> None:
    content = OCCUPANCY + b"words = ['Sprint Gala']"
    policy = parse_policy("own.toml", content, Vocabulary([("review", "reviews")]))
    assert policy.vocabulary.told_in("Reviews of the SPRINT gala") == ["review", "Sprint Gala"]
    assert policy.vocabulary.digest != Vocabulary([("review", "reviews")]).digest


def test_the_booker_with_a_recorded_assessment() -> None:
    policy = parse_policy("desks.toml", OCCUPANCY.replace(b"booker=0", b"booker=2") + RECORDED)
    assert policy.name == "desks"
    assert levels(policy.disclosure) == (2, 2, 1, 0, 2, 0, 0)
    assert type(policy.disclosure) is Disclosure


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"personal_only = []\n[ceilings]\nf = { time = 2 }",
            r"missing required field `place` - at `\$\.ceilings",
        ),
        (
            b"personal_only = []\n[ceilings.f]\n" + OCCUPANCY + b"titel = 1",
            r"unknown field `titel` - at `\$\.ceilings",
        ),
        (b"personal_only = []\nceiling = 1\n[ceilings]", "unknown field `ceiling`"),
        (b"personal_only = ['c', 'a', 'b']\n[ceilings]", "personal_only names a, b, c, which has no ceiling"),
        (
            b"personal_only = []\n[ceilings.f]\n" + OCCUPANCY.replace(b"time=2", b"time=0"),
            r"ceilings\.f\.time = 0 would leave",
        ),
    ],
)
def test_a_mistake_in_the_ceilings(content: bytes, said: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^legal\.toml.*{said}"):
        parse_legal("legal.toml", content)


def test_legal_ceilings_parse() -> None:
    legal = parse_legal("legal.toml", b"personal_only = []\n[ceilings.f]\n" + OCCUPANCY)
    assert isinstance(legal, Legal)
    assert levels(legal.ceiling("f")) == (2, 2, 1, 0, 0, 0, 0)


def test_a_policy_is_found_by_name() -> None:
    policies = load_policies(CONFIG / "policies")
    assert named(policies, "strict").name == "strict"
    with pytest.raises(UnknownName, match="Choose one of capacity, hot-desking, occupancy, signage, strict"):
        named(dict(reversed(policies.items())), "everything")


def test_a_folder_without_policies(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no policy"):
        load_policies(tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^legal\.toml cannot be read \(No such file"):
        load_legal(tmp_path / "legal.toml")
    (tmp_path / "counsels.toml").touch()
    with pytest.raises(ConfigurationError, match=r"^counsels\.toml cannot be used"):
        load_legal(tmp_path / "counsels.toml")


def test_the_schema_beside_the_policies_is_that_of_the_types() -> None:
    assert (CONFIG / "policies" / "policy.schema.json").read_bytes() == policy_schema() + b"\n"


def test_the_schema_allows_what_a_policy_may_have_and_no_more() -> None:
    fields = msgspec.json.decode(policy_schema())["properties"]
    for field, least in {"time": 1, "place": 1, "status": 1, "booker": 0, "title": 0}.items():
        for level in range(4):
            allowed = level in fields[field]["enum"]
            content = OCCUPANCY.replace(
                f"{field}={OCCUPANCY_LEVELS[field]}".encode(), f"{field}={level}".encode()
            )
            assert allowed == parses(content), (field, level)
        assert min(fields[field]["enum"]) == least


def parses(content: bytes) -> bool:
    try:
        parse_policy("own.toml", content)
    except ConfigurationError:
        return False
    return True
