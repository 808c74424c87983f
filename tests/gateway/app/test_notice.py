"""The notice says what the policy in force shows, and nothing that it does not."""

import pytest
from msgspec.structs import replace

from gateway.app.accountability.notice import NEVER, SHOWN, WITHHELD, notice
from gateway.app.rules import Rules, load_rules
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.minimization.lattice import FIELDS
from gateway.record import Recipient
from gateway.residency import Residence, TransferGround
from gateway.tenant import Connection, Mode, Persons, Provider, Registration, Tenant
from tests.fakes.records import CONTROLLER

RULES = load_rules()
BACKEND = Recipient("flexo-backend", "occupancy", Residence("eu-central"))


def written(
    policy: str = "occupancy",
    provider: Provider = Provider.GOOGLE,
    *,
    mode: Mode = Mode.SNAPSHOT,
    persons: Persons | None = None,
    recipients: tuple[Recipient, ...] = (BACKEND,),
) -> str:
    tenant = Tenant(
        id=TenantId("ten_1"),
        authorization=AuthorizationId("aut_1"),
        connection=Connection(provider=provider, directory="C0aa11", mode=mode),
        registration=Registration(
            name="Cobalt Harbour", policy=policy, zone="UTC", basis="f", persons=persons
        ),
    )
    recorded = {name: replace(one, assessed=True) for name, one in RULES.policies.items()}
    rules = Rules(recorded, RULES.legal)
    return notice(rules, tenant, controller=CONTROLLER, region="eu-central", recipients=recipients)


@pytest.mark.parametrize("policy", RULES.policies)
def test_it_tells_each_field_at_its_level_and_at_no_other(policy: str) -> None:
    text, disclosure = written(policy), RULES.policies[policy].disclosure
    bullets = [line.removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]
    levels = {field: min(int(getattr(disclosure, field)), 1 if field == "booker" else 9) for field in FIELDS}
    assert bullets == [SHOWN[field][level] for field, level in levels.items() if level in SHOWN[field]]
    assert NEVER in text
    never = text.partition("## What FlexO never learns")[2].partition("##")[0].lower()
    for field, said in WITHHELD.items():
        assert (said in never) == (levels[field] == 0), field


def test_every_level_of_the_lattice_has_its_words() -> None:
    assert set(SHOWN) == set(FIELDS)


@pytest.mark.parametrize(
    ("policy", "provider", "mode", "crosses"),
    [
        ("occupancy", Provider.GOOGLE, Mode.SNAPSHOT, False),
        ("occupancy", Provider.MICROSOFT, Mode.SNAPSHOT, False),
        ("occupancy", Provider.MICROSOFT, Mode.DELTA, True),
        ("capacity", Provider.GOOGLE, Mode.SNAPSHOT, False),
        ("capacity", Provider.MICROSOFT, Mode.SNAPSHOT, True),
        ("signage", Provider.GOOGLE, Mode.SNAPSHOT, True),
        ("signage", Provider.MICROSOFT, Mode.SNAPSHOT, False),
    ],
)
def test_it_says_whether_names_cross_our_memory(
    policy: str, provider: Provider, mode: Mode, *, crosses: bool
) -> None:
    text = written(policy, provider, mode=mode)
    assert ("cross the gateway's memory there" in text) == crosses
    assert ("Names and addresses are not asked for" in text) != crosses


def test_words_of_titles_are_promised_where_they_are_told_alone() -> None:
    assert "words of its title" in written("signage")
    assert "words of its title" not in written("signage", Provider.MICROSOFT)
    assert "neither what they are about" in written("signage")
    assert "The same as of all others." in written("occupancy")


def test_it_names_what_brings_names_into_memory() -> None:
    assert "memory there, to take names out of titles; none is stored" in written("signage")
    assert "memory there, to count who comes; none is stored" in written("capacity", Provider.MICROSOFT)
    assert "sends all of an event; none is stored" in written(provider=Provider.MICROSOFT, mode=Mode.DELTA)


def test_recipients_people_and_blanks_stand_in_it() -> None:
    assert "FlexO (flexo-backend), and nobody else" in written()
    assert "FlexO, and nobody else" in written(recipients=())
    assert "calendar of your own" not in written().partition("## Your rights")[0]
    assert "calendar of your own" in written(persons=Persons(consumers=True)).partition("## Your rights")[0]
    assert written().count("[to be filled in by the employer") == 2
    assert written().count(CONTROLLER.contact) == 2
    assert CONTROLLER.address in written()


def test_it_says_who_receives_it_elsewhere_and_on_what_ground() -> None:
    there = Residence("us-east", TransferGround.STANDARD_CLAUSES, "contract 7, annex II")
    told = written(recipients=(BACKEND, replace(BACKEND, name="screens", residence=there)))
    assert (
        "screens receives it in region us-east: standard data protection clauses (Art. 46(2)(c) GDPR), "
        "contract 7, annex II. For a copy of that ground ask the controller (Art. 13(1)(f) GDPR)." in told
    )
    assert "flexo-backend receives" not in told
    assert "13(1)(f)" not in written()


def test_it_says_what_an_objection_does_where_it_does_anything() -> None:
    for policy, says in (("occupancy", False), ("strict", False), ("capacity", True), ("hot-desking", True)):
        assert ("If you object" in written(policy).partition("## Your rights")[2]) == says, policy
    assert "once somebody objects, the organizer's address is" in written("capacity")
    assert "once somebody objects" not in written("occupancy")
