"""What operators write: the shipped files hold what the design says, and mistakes refuse to start."""

from pathlib import Path

import msgspec
import pytest

from gateway.errors import ConfigurationError, UnknownName
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Disclosure
from gateway.minimization.policy import Legal, load_legal, load_policies, named, parse_legal, parse_policy

CONFIG = Path(__file__).parents[3] / "config"

OCCUPANCY = b"time=2\nplace=2\nstatus=1\nconference=0\nbooker=0\npeople=0\ntitle=0\n"
RECORDED = b'dpia_reference = "DPIA-2027-014"\nprivacy_officer_confirmed_on = 2027-03-01\n'


def levels(disclosure: Disclosure) -> tuple[int, ...]:
    return tuple(msgspec.to_builtins(disclosure).values())


def test_the_shipped_presets() -> None:
    shipped = {name: levels(policy.disclosure) for name, policy in load_policies(CONFIG / "policies").items()}
    assert shipped == {
        "occupancy": (2, 2, 1, 0, 0, 0, 0),
        "strict": (1, 2, 1, 0, 0, 0, 0),
        "capacity": (2, 2, 1, 0, 0, 1, 0),
    }


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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OCCUPANCY + b"titel = 0", "unknown field `titel`"),
        (OCCUPANCY.replace(b"title=0", b"title=2"), r"enum value 2 - at `\$\.title`"),
        (OCCUPANCY.replace(b"place=2", b"place=3"), r"enum value 3 - at `\$\.place`"),
        (OCCUPANCY.replace(b"people=0\n", b""), "missing required field `people`"),
        (OCCUPANCY.replace(b"people=0", b"people='all'"), r"Expected `int`, got `str` - at `\$\.people`"),
        (OCCUPANCY.replace(b"time=2", b"time=0"), "time = 0 would leave .* leave the resource out instead"),
        (OCCUPANCY.replace(b"place=2", b"place=0"), "place = 0 would leave"),
        (OCCUPANCY.replace(b"booker=0", b"booker=1"), "booker = 1 .* recorded assessment"),
        (OCCUPANCY.replace(b"booker=0", b"booker=2") + RECORDED[: RECORDED.index(b"\n") + 1], "booker = 2"),
        (
            OCCUPANCY.replace(b"booker=0", b"booker=2") + RECORDED.replace(b"DPIA-2027-014", b" "),
            "booker = 2",
        ),
        (b"time =", "Invalid value"),
        (b"\xff", "utf-8"),
    ],
)
def test_a_mistake_refuses_to_start_and_names_file_and_key(content: bytes, said: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^own\.toml.*{said}"):
        parse_policy("own.toml", content)


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
        (b"personal_only = ['a']\n[ceilings]", "personal_only names a, which has no ceiling"),
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
    with pytest.raises(UnknownName, match="Choose one of capacity, occupancy, strict"):
        named(policies, "everything")


def test_a_folder_without_policies(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no policy"):
        load_policies(tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^legal\.toml cannot be read \(No such file"):
        load_legal(tmp_path / "legal.toml")
